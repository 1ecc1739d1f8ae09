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

/// The theme in use. Changing it sends PaletteChange to every widget: plots redraw on that.
[[nodiscard]] const Theme& theme();
[[nodiscard]] Theme makeTheme(bool dark);
/// Fusion, palette, style sheet and fonts of `theme` for the whole application.
void applyTheme(QApplication& app, bool dark);

/// The class's glyph (access: hollow triangle, alloc: hollow square, write: bar, protect: half square, execute: diamond,
/// image: disc, process: dash), so that colour is never alone.
void drawGlyph(QPainter& painter, OperationClass c, const QRectF& box, const Theme& theme, bool faint = false);
/// Verdict by shape: tick, cross, approximately-equal, question mark.
[[nodiscard]] QString verdictGlyph(Verdict verdict);

}  // namespace trocar::ui
