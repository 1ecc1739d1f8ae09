#include "ui/views/timeline/class_legend.h"

#include <QFontMetricsF>
#include <QPainter>
#include <array>
#include <utility>

#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

constexpr double kGlyph = 9;
constexpr double kGap = 6;
constexpr double kBetween = 14;

std::array<std::pair<OperationClass, QString>, 6> entries() {
    return {{{OperationClass::access, ClassLegend::tr("access")},
             {OperationClass::alloc, ClassLegend::tr("alloc")},
             {OperationClass::write, ClassLegend::tr("write")},
             {OperationClass::protect, ClassLegend::tr("protect")},
             {OperationClass::execute, ClassLegend::tr("execute")},
             {OperationClass::image, ClassLegend::tr("load")}}};
}

double widthOf(bool words) {
    const QFontMetricsF metrics(theme().small);
    double width = 0;
    for (const auto& [klass, word] : entries()) {
        width += kGlyph + kBetween + (words ? kGap + metrics.horizontalAdvance(word) : 0);
    }
    return width - kBetween;
}

}  // namespace

ClassLegend::ClassLegend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Legend of operation classes"));
    setToolTip(tr("Access: a handle to another process. Alloc, write, protect: its memory. Execute: a thread in it. Load: a module."));
}

QSize ClassLegend::sizeHint() const {
    return {static_cast<int>(widthOf(true)) + 2, 20};
}

void ClassLegend::paintEvent(QPaintEvent*) {
    const bool words = width() >= widthOf(true);
    if (!words && width() < widthOf(false)) {
        return;
    }
    QPainter painter(this);
    const Theme& t = theme();
    painter.setFont(t.small);
    const QFontMetricsF metrics(t.small);
    double x = width() - widthOf(words);
    for (const auto& [klass, word] : entries()) {
        drawGlyph(painter, klass, QRectF(x, height() / 2.0 - kGlyph / 2, kGlyph, kGlyph), t);
        x += kGlyph;
        if (words) {
            painter.setPen(t.muted);
            const double wide = metrics.horizontalAdvance(word);
            painter.drawText(QRectF(x + kGap, 0, wide + 1, height()), Qt::AlignVCenter, word);
            x += kGap + wide;
        }
        x += kBetween;
    }
}

}  // namespace trocar::ui
