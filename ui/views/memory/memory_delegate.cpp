#include "ui/views/memory/memory_delegate.h"

#include "ui/shell/theme.h"
#include "ui/viewmodel/memory_table.h"
#include "ui/views/memory/region_paint.h"

#include <QFontMetricsF>
#include <QPainter>

namespace trocar::ui {
namespace {

constexpr double kPadding = 8;
constexpr double kSwatch = 10;

const QFont& fontOf(int column) {
    const bool mono =
        column == MemoryTable::address || column == MemoryTable::rights || column == MemoryTable::seen;
    return mono ? theme().mono : theme().body;
}

/// What fits: of a range its start, of a path its end.
QString cut(const QString& words, int column, double width) {
    const QFontMetricsF metrics(fontOf(column));
    if (column == MemoryTable::address && metrics.horizontalAdvance(words) > width) {
        return words.section(QLatin1Char('-'), 0, 0);
    }
    return metrics.elidedText(words, column == MemoryTable::backing ? Qt::ElideLeft : Qt::ElideRight, width);
}

}  // namespace

void MemoryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    const Theme& t = theme();
    const QRect box = option.rect;
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected || hovered_ == index.row()) {
        painter->fillRect(box, selected ? t.selection : t.hover);
    }
    painter->fillRect(QRect(box.left(), box.bottom(), box.width(), 1), mixed(t.window, t.line, 0.6));
    if (selected && index.column() == MemoryTable::address) {
        painter->fillRect(QRect(box.left(), box.top(), 3, box.height() - 1), t.accent);
    }
    paintCell(*painter, QRectF(box).adjusted(kPadding, 0, -kPadding / 2, -1), index.row(), index.column());
}

void MemoryDelegate::paintCell(QPainter& painter, QRectF cell, int row, int column) const {
    const Theme& t = theme();
    const int place = table_.placeAt(row);
    const MemoryRegion& region = table_.regionAt(place);
    const RegionChange change = table_.differenceAt(place).change;
    const QRectF mark(cell.left(), cell.center().y() - kSwatch / 2, kSwatch, kSwatch);
    const bool suspicious = table_.isSuspicious(place);
    bool marked = true;
    if (column == MemoryTable::rights) {
        paintRegion(painter, mark, region, table_.regionBefore(place), change);
    } else if (column == MemoryTable::change && change != RegionChange::same) {
        paintChangeMark(painter, mark, change);
    } else if (column == MemoryTable::finding && suspicious) {
        paintFindingMark(painter, mark);
    } else {
        marked = false;
    }
    if (marked) {
        cell.setLeft(cell.left() + kSwatch + 7);
    }
    const bool quiet = change == RegionChange::vanished ||
                       (column != MemoryTable::address && change == RegionChange::same && !suspicious);
    painter.setFont(fontOf(column));
    painter.setPen(quiet ? t.muted : column == MemoryTable::seen ? t.accent : t.text);
    const QString words = table_.text(row, column);
    if (column == MemoryTable::size) {
        drawFigures(painter, cell.adjusted(0, 0, -kPadding / 2, 0), Qt::AlignRight, words);
        return;
    }
    painter.drawText(cell, Qt::AlignVCenter | Qt::TextSingleLine, cut(words, column, cell.width()));
}

}  // namespace trocar::ui
