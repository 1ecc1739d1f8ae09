#pragma once

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QPalette>
#include <QRectF>
#include <array>

#include "core/model/operation.h"
#include "core/store/case_file.h"

class QApplication;
class QWidget;

namespace trocar::ui {

/// Every colour, font and size of the window. Views take them from here and from nowhere else.
struct Theme {
    bool dark = true;
    QColor window, panel, raised, line, text, muted, faint, accent, accentText, selection, hover, warning, positive, negative;
    std::array<QColor, 8> operation;   ///< by OperationClass; measured for contrast and colour vision (docs/decisions)
    QFont body, small, mono, heading;  ///< Inter, tabular figures; DejaVu Sans Mono
    int rowHeight = 28;
    [[nodiscard]] const QColor& of(OperationClass c) const { return operation[static_cast<std::size_t>(c)]; }
};

/// `a` towards `b` by `share` (0..1): bands, hovered rows, faded marks.
[[nodiscard]] QColor mixed(const QColor& a, const QColor& b, double share);

/// The theme in use. Changing it sends PaletteChange to every widget: plots redraw on that.
[[nodiscard]] const Theme& theme();
[[nodiscard]] Theme makeTheme(bool dark);
/// Fusion, palette, style sheet and fonts of `theme` for the whole application.
void applyTheme(QApplication& app, bool dark);

/// The class's glyph (access: hollow triangle, alloc: hollow square, write: bar, protect: half square, execute: diamond,
/// image: disc, process: dash), so that colour is never alone.
void drawGlyph(QPainter& painter, OperationClass c, const QRectF& box, const Theme& theme, bool faint = false);
/// Text in which every digit takes the same width (Qt 6.4 cannot ask a font for its tabular figures): columns of
/// numbers align and a changing value does not shake. `flags`: Qt::AlignLeft, AlignRight or AlignHCenter; always
/// centred vertically. Uses the painter's font and pen.
void drawFigures(QPainter& painter, const QRectF& box, Qt::Alignment flags, const QString& text);
[[nodiscard]] double figuresWidth(const QFont& font, const QString& text);
/// A rounded outline with a word in it ("1 chain"), right-aligned in `box`; returns the width taken.
double drawPill(QPainter& painter, const QRectF& box, const QString& word, const QColor& colour);

/// Verdict by shape: tick, cross, approximately-equal, question mark.
[[nodiscard]] QString verdictGlyph(Verdict verdict);

}  // namespace trocar::ui
