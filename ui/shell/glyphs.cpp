#include <QPainterPath>
#include <QPolygonF>

#include "ui/shell/theme.h"

namespace trocar::ui {

void drawGlyph(QPainter& painter, OperationClass c, const QRectF& box, const Theme& theme, bool faint) {
    QColor colour = theme.of(c);
    if (faint) {
        colour = mixed(theme.window, theme.faint, 0.8);
    }
    const double size = qMin(box.width(), box.height());
    const QRectF r(box.center().x() - size / 2, box.center().y() - size / 2, size, size);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QPen outline(colour, qMax(1.2, size / 8), Qt::SolidLine, Qt::RoundCap, Qt::MiterJoin);
    switch (c) {
        case OperationClass::access: {
            painter.setPen(outline);
            painter.setBrush(Qt::NoBrush);
            const double left = r.left() + size * 0.14;
            painter.drawPolygon(QPolygonF({QPointF(left, r.top() + size * 0.08),
                                           QPointF(r.right() - size * 0.06, r.center().y()),
                                           QPointF(left, r.bottom() - size * 0.08)}));
            break;
        }
        case OperationClass::alloc:
            painter.setPen(outline);
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(r.adjusted(size * 0.14, size * 0.14, -size * 0.14, -size * 0.14));
            break;
        case OperationClass::write:
            painter.fillRect(QRectF(r.center().x() - size * 0.22, r.top() + size * 0.06, size * 0.44, size * 0.88),
                             colour);
            break;
        case OperationClass::protect: {
            const QRectF inner = r.adjusted(size * 0.12, size * 0.12, -size * 0.12, -size * 0.12);
            painter.setPen(outline);
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(inner);
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            painter.drawPolygon(QPolygonF({inner.topLeft(), inner.topRight(), inner.bottomLeft()}));
            break;
        }
        case OperationClass::execute:
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            painter.drawPolygon(QPolygonF({QPointF(r.center().x(), r.top()), QPointF(r.right(), r.center().y()),
                                           QPointF(r.center().x(), r.bottom()), QPointF(r.left(), r.center().y())}));
            break;
        case OperationClass::image:
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            painter.drawEllipse(r.adjusted(size * 0.06, size * 0.06, -size * 0.06, -size * 0.06));
            break;
        case OperationClass::process:
            painter.setPen(QPen(colour, qMax(1.6, size / 6)));
            painter.drawLine(QPointF(r.left() + size * 0.08, r.center().y()),
                             QPointF(r.right() - size * 0.08, r.center().y()));
            break;
        case OperationClass::other:
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            painter.drawEllipse(r.center(), size * 0.16, size * 0.16);
            break;
    }
    painter.restore();
}

}  // namespace trocar::ui
