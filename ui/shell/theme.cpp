#include "ui/shell/theme.h"

#include <QApplication>
#include <QFontMetricsF>
#include <QStyle>
#include <algorithm>

#include "ui/shell/flat_style.h"
#include "ui/shell/palette.h"
#include "ui/shell/style_sheet.h"

namespace trocar::ui {
namespace {

Theme& current() {
    static Theme theme = makeTheme(true);
    return theme;
}

QFont interface(int pixels, QFont::Weight weight = QFont::Normal) {
    QFont font;
    font.setFamilies({QStringLiteral("Inter"), QStringLiteral("Segoe UI"), QStringLiteral("Helvetica Neue"),
                      QStringLiteral("DejaVu Sans")});
    font.setPixelSize(pixels);
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QFont monospaced(int pixels) {
    QFont font;
    font.setFamilies({QStringLiteral("DejaVu Sans Mono"), QStringLiteral("Consolas"), QStringLiteral("Menlo")});
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(pixels);
    return font;
}

QPalette paletteOf(const Theme& t) {
    QPalette p;
    p.setColor(QPalette::Window, t.panel);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.window);
    p.setColor(QPalette::AlternateBase, t.window);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::PlaceholderText, t.muted);
    p.setColor(QPalette::Button, t.panel);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.negative);
    p.setColor(QPalette::ToolTipBase, t.raised);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::Highlight, t.selection);
    p.setColor(QPalette::HighlightedText, t.text);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    p.setColor(QPalette::Light, t.raised);
    p.setColor(QPalette::Midlight, t.raised);
    p.setColor(QPalette::Mid, t.line);
    p.setColor(QPalette::Dark, t.line);
    p.setColor(QPalette::Shadow, t.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        p.setColor(QPalette::Disabled, role, t.faint);
    }
    return p;
}

/// Fonts look for digits' widths once a font, not once a cell.
double digitWidth(const QFontMetricsF& metrics) {
    double widest = 0;
    for (char16_t c = u'0'; c <= u'9'; ++c) {
        widest = std::max(widest, metrics.horizontalAdvance(QChar(c)));
    }
    return widest;
}

}  // namespace

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto mix = [share](int from, int to) { return static_cast<int>(from + (to - from) * share + 0.5); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

const Theme& theme() {
    return current();
}

Theme makeTheme(bool dark) {
    Theme t;
    t.dark = dark;
    if (dark) {
        t.window = QColor(kDarkBackground);
        t.panel = QColor(0x1d, 0x21, 0x27);
        t.raised = QColor(0x2a, 0x30, 0x38);
        t.line = QColor(0x2e, 0x34, 0x3d);
        t.text = QColor(0xd7, 0xdc, 0xe2);
        t.muted = QColor(0x8b, 0x94, 0x9e);
        t.faint = QColor(0x72, 0x7c, 0x88);
        t.accent = QColor(0x5b, 0x8d, 0xef);
        t.accentText = QColor(0xff, 0xff, 0xff);
        t.selection = QColor(0x2a, 0x3a, 0x52);
        t.hover = QColor(0x22, 0x27, 0x2d);
        t.warning = QColor(0xfc, 0xba, 0x3c);
        t.positive = QColor(0x9c, 0xff, 0xca);
        t.negative = QColor(0xd8, 0x6a, 0x53);
    } else {
        t.window = QColor(kLightBackground);
        t.panel = QColor(0xf6, 0xf7, 0xf9);
        t.raised = QColor(0xe9, 0xed, 0xf2);
        t.line = QColor(0xda, 0xde, 0xe4);
        t.text = QColor(0x1c, 0x21, 0x28);
        t.muted = QColor(0x5f, 0x69, 0x75);
        t.faint = QColor(0x80, 0x8a, 0x96);
        t.accent = QColor(0x2f, 0x6f, 0xde);
        t.accentText = QColor(0xff, 0xff, 0xff);
        t.selection = QColor(0xdc, 0xe8, 0xfb);
        t.hover = QColor(0xee, 0xf1, 0xf5);
        t.warning = QColor(0xa7, 0x61, 0x10);
        t.positive = QColor(0x2f, 0x7d, 0x43);
        t.negative = QColor(0x93, 0x15, 0x25);
    }
    t.operation.fill(t.faint);
    for (const OperationColour& c : kOperationColours) {
        t.operation[static_cast<std::size_t>(c.operation)] = QColor(dark ? c.dark : c.light);
    }
    t.body = interface(13);
    t.small = interface(11);
    t.mono = monospaced(12);
    t.heading = interface(13, QFont::DemiBold);
    return t;
}

void applyTheme(QApplication& app, bool dark) {
    current() = makeTheme(dark);
    static bool styled = false;
    if (!styled) {
        QApplication::setStyle(new FlatStyle);  // owned by the application
        styled = true;
    }
    QApplication::setFont(current().body);
    QApplication::setPalette(paletteOf(current()));
    app.setStyleSheet(styleSheet(current()));
}

double figuresWidth(const QFont& font, const QString& text) {
    const QFontMetricsF metrics(font);
    const double digit = digitWidth(metrics);
    double width = 0;
    QString run;
    for (const QChar c : text) {
        if (c >= u'0' && c <= u'9') {
            width += (run.isEmpty() ? 0 : metrics.horizontalAdvance(run)) + digit;
            run.clear();
        } else {
            run += c;
        }
    }
    return width + (run.isEmpty() ? 0 : metrics.horizontalAdvance(run));
}

void drawFigures(QPainter& painter, const QRectF& box, Qt::Alignment flags, const QString& text) {
    const QFontMetricsF metrics(painter.font());
    const double digit = digitWidth(metrics);
    const double width = figuresWidth(painter.font(), text);
    double x = box.left();
    if (flags & Qt::AlignRight) {
        x = box.right() - width;
    } else if (flags & Qt::AlignHCenter) {
        x = box.center().x() - width / 2;
    }
    const double y = box.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    QString run;
    const auto flush = [&] {
        if (!run.isEmpty()) {
            painter.drawText(QPointF(x, y), run);
            x += metrics.horizontalAdvance(run);
            run.clear();
        }
    };
    for (const QChar c : text) {
        if (c >= u'0' && c <= u'9') {
            flush();
            painter.drawText(QPointF(x + (digit - metrics.horizontalAdvance(c)) / 2, y), QString(c));
            x += digit;
        } else {
            run += c;
        }
    }
    flush();
}

double drawPill(QPainter& painter, const QRectF& box, const QString& word, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme().small);
    const double width = QFontMetricsF(painter.font()).horizontalAdvance(word) + 16;
    const QRectF pill(box.right() - width, box.center().y() - 8, width - 0.5, 16);
    painter.setPen(QPen(colour, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    painter.drawText(pill, Qt::AlignCenter, word);
    painter.restore();
    return width;
}

QString verdictGlyph(Verdict verdict) {
    switch (verdict) {
        case Verdict::true_positive: return QStringLiteral("✓");
        case Verdict::false_positive: return QStringLiteral("✕");
        case Verdict::benign_true: return QStringLiteral("≈");
        case Verdict::unset: break;
    }
    return QStringLiteral("?");
}

}  // namespace trocar::ui
