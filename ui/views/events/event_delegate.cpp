#include "ui/views/events/event_delegate.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>

#include "ui/shell/theme.h"
#include "ui/viewmodel/event_table.h"

namespace trocar::ui {
namespace {

constexpr double kPadding = 8;
constexpr double kGlyph = 10;

/// "notepad.exe 2576" cut to `width`: the name gives way, the pid never does.
QString cutLabel(const QFontMetricsF& metrics, const QString& label, double width) {
    const auto space = label.lastIndexOf(QLatin1Char(' '));
    if (space <= 0 || metrics.horizontalAdvance(label) <= width) {
        return metrics.elidedText(label, Qt::ElideRight, width);
    }
    const QString pid = label.mid(space);
    return metrics.elidedText(label.left(space), Qt::ElideRight, std::max(0.0, width - metrics.horizontalAdvance(pid))) + pid;
}

}  // namespace

void EventDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& t = theme();
    const QRect box = option.rect;
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected || hovered_ == index.row()) {
        painter->fillRect(box, selected ? t.selection : t.hover);
    }
    painter->fillRect(QRect(box.left(), box.bottom(), box.width(), 1), mixed(t.window, t.line, 0.6));
    if (selected && index.column() == EventTable::time) {
        painter->fillRect(QRect(box.left(), box.top(), 3, box.height() - 1), t.accent);
    }
    QRectF cell = QRectF(box).adjusted(kPadding, 0, -kPadding / 2, -1);
    if (index.column() == EventTable::operation) {
        drawGlyph(*painter, operation_class(table_.operationAt(index.row())),
                  QRectF(cell.left(), cell.center().y() - kGlyph / 2, kGlyph, kGlyph), t);
        cell.setLeft(cell.left() + kGlyph + 8);
    }
    const QString words = table_.text(index.row(), index.column());
    const bool quiet = index.column() == EventTable::host || index.column() == EventTable::event || index.column() == EventTable::detail;
    painter->setPen(quiet ? t.muted : t.text);
    if (index.column() == EventTable::time && table_.isBookmarked(index.row())) {
        const QRectF mark(box.right() - 14, box.top(), 9, 12);  // a ribbon from the row's upper edge
        const QPointF ribbon[] = {mark.topLeft(), mark.topRight(), mark.bottomRight(), QPointF(mark.center().x(), mark.bottom() - 4), mark.bottomLeft()};
        painter->setPen(Qt::NoPen);
        painter->setBrush(t.accent);
        painter->drawPolygon(ribbon, 5);
        painter->setPen(t.text);
    }
    if (index.column() == EventTable::time) {
        painter->setFont(t.mono);
        painter->drawText(cell, Qt::AlignVCenter | Qt::TextSingleLine, words);
        return;
    }
    painter->setFont(t.body);
    const QFontMetricsF metrics(t.body);
    const bool named = index.column() == EventTable::source || index.column() == EventTable::target;
    painter->drawText(cell, Qt::AlignVCenter | Qt::TextSingleLine,
                      named ? cutLabel(metrics, words, cell.width())
                            : metrics.elidedText(words, Qt::ElideRight, cell.width()));
}

}  // namespace trocar::ui
