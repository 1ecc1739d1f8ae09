#include "ui/views/memory/region_paint.h"

#include "ui/shell/theme.h"

#include <QPainter>
#include <QPolygonF>

namespace trocar::ui {
namespace {

constexpr double kPen = 1.5;
constexpr double kHatch = 5;  ///< pixels between two lines

void hatch(QPainter& painter, const QRectF& box) {
    painter.save();
    painter.setClipRect(box, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(mixed(theme().window, theme().text, 0.1), kPen));
    for (double x = box.left() - box.height(); x < box.right(); x += kHatch) {
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()));
    }
    painter.restore();
}

void arrow(QPainter& painter, const QPointF& tip, double size, double direction) {
    painter.drawLine(tip, tip + QPointF(-size, -direction * size));
    painter.drawLine(tip, tip + QPointF(size, -direction * size));
}

}  // namespace

QColor colourOfRights(const MemoryRegion& region) {
    const Theme& t = theme();
    if (region.executable()) {
        return region.writable() ? t.of(OperationClass::write) : t.of(OperationClass::image);
    }
    if (region.writable()) {
        return t.of(OperationClass::alloc);
    }
    return region.permissions[0] == 'r' ? mixed(t.window, t.muted, 0.55) : mixed(t.window, t.muted, 0.22);
}

void paintRegion(QPainter& painter, const QRectF& box, const MemoryRegion& now, const MemoryRegion* was,
                 RegionChange change) {
    const QColor colour = colourOfRights(now);
    if (change == RegionChange::vanished) {
        painter.setPen(QPen(colour, 1, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        return;
    }
    painter.fillRect(box, colour);
    if (change == RegionChange::appeared || change == RegionChange::replaced) {
        hatch(painter, box);
    } else if (change == RegionChange::protection && was != nullptr) {
        const double half = box.width() / 2;
        painter.fillRect(QRectF(box.left(), box.top(), half - 1, box.height()), colourOfRights(*was));
        painter.fillRect(QRectF(box.left() + half - 1, box.top(), 2, box.height()), theme().window);
    }
}

void paintChangeMark(QPainter& painter, const QRectF& box, RegionChange change) {
    const Theme& t = theme();
    const QPointF c = box.center();
    const double r = qMin(box.width(), box.height()) / 2 - 1;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(t.text, kPen, Qt::SolidLine, Qt::RoundCap));
    painter.setBrush(Qt::NoBrush);
    switch (change) {
        case RegionChange::same: break;
        case RegionChange::appeared:
            painter.drawLine(QPointF(c.x() - r, c.y()), QPointF(c.x() + r, c.y()));
            painter.drawLine(QPointF(c.x(), c.y() - r), QPointF(c.x(), c.y() + r));
            break;
        case RegionChange::vanished:
            painter.drawLine(QPointF(c.x() - r, c.y()), QPointF(c.x() + r, c.y()));
            break;
        case RegionChange::protection:
        case RegionChange::pages: {
            const QRectF square(c.x() - r, c.y() - r, 2 * r, 2 * r);
            painter.drawRect(square);
            painter.setBrush(t.text);
            if (change == RegionChange::protection) {
                painter.drawPolygon(QPolygonF({square.topLeft(), square.topRight(), square.bottomLeft()}));
            } else {
                painter.drawRect(square.adjusted(r - 0.5, r - 0.5, -r + 0.5, -r + 0.5));
            }
            break;
        }
        case RegionChange::replaced:
            arrow(painter, QPointF(c.x() - r * 0.5, c.y() + r), r * 0.6, 1);
            arrow(painter, QPointF(c.x() + r * 0.5, c.y() - r), r * 0.6, -1);
            painter.drawLine(QPointF(c.x() - r * 0.5, c.y() - r), QPointF(c.x() - r * 0.5, c.y() + r));
            painter.drawLine(QPointF(c.x() + r * 0.5, c.y() - r), QPointF(c.x() + r * 0.5, c.y() + r));
            break;
        case RegionChange::grown:
        case RegionChange::shrunk: {
            const double up = change == RegionChange::grown ? -1 : 1;
            painter.drawLine(QPointF(c.x(), c.y() + r), QPointF(c.x(), c.y() - r));
            arrow(painter, QPointF(c.x(), c.y() + up * r), r * 0.8, up);
            break;
        }
    }
    painter.restore();
}

void paintFindingMark(QPainter& painter, const QRectF& box) {
    const double size = qMin(box.width(), box.height());
    const QRectF r(box.center().x() - size / 2, box.center().y() - size / 2, size, size);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().warning);
    painter.drawPolygon(QPolygonF({QPointF(r.center().x(), r.top()), r.bottomRight(), r.bottomLeft()}));
    painter.fillRect(QRectF(r.center().x() - 0.75, r.top() + size * 0.38, 1.5, size * 0.3), theme().window);
    painter.fillRect(QRectF(r.center().x() - 0.75, r.top() + size * 0.76, 1.5, 1.5), theme().window);
    painter.restore();
}

}  // namespace trocar::ui
