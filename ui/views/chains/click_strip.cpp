#include "ui/views/chains/click_strip.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include "ui/shell/theme.h"

namespace trocar::ui {

ClickStrip::ClickStrip(Look look, QWidget* parent) : QAbstractButton(parent), look_(look) {
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ClickStrip::setLink(const QString& link) {
    link_ = link;
    update();
}

QSize ClickStrip::sizeHint() const {
    return {200, look_ == Look::warning ? 30 : 28};
}

void ClickStrip::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    const bool warning = look_ == Look::warning;
    painter.fillRect(rect(), warning ? mixed(t.window, t.warning, t.dark ? 0.13 : 0.10)
                                     : (underMouse() ? t.hover : t.panel));
    painter.fillRect(QRect(0, height() - 1, width(), 1), t.line);
    double left = 14;
    if (warning) {
        painter.fillRect(QRect(0, 0, 3, height() - 1), t.warning);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(t.warning, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const double y = height() / 2.0;
        painter.drawPolygon(QPolygonF({QPointF(left, y + 5), QPointF(left + 6, y - 5.5), QPointF(left + 12, y + 5)}));
        painter.drawLine(QPointF(left + 6, y - 1.5), QPointF(left + 6, y + 1));
        painter.drawPoint(QPointF(left + 6, y + 3));
        left += 22;
    } else {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.muted);
        const double x = left + 3, y = height() / 2.0;
        painter.drawPolygon(isChecked() ? QPolygonF({QPointF(x - 4, y - 2), QPointF(x + 4, y - 2), QPointF(x, y + 3)})
                                        : QPolygonF({QPointF(x - 2, y - 4), QPointF(x - 2, y + 4), QPointF(x + 3, y)}));
        left += 16;
    }
    double right = width() - 14;
    painter.setFont(t.body);
    if (!link_.isEmpty()) {
        const double wide = QFontMetricsF(t.body).horizontalAdvance(link_);
        painter.setPen(t.accent);
        painter.drawText(QRectF(right - wide, 0, wide + 1, height()), Qt::AlignVCenter, link_);
        right -= wide + 16;
    }
    painter.setPen(warning ? t.text : t.muted);
    painter.drawText(QRectF(left, 0, right - left, height()), Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(t.body).elidedText(text(), Qt::ElideRight, right - left));
    if (hasFocus()) {
        painter.setPen(t.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -1.5));
    }
}

}  // namespace trocar::ui
