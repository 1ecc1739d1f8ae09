#pragma once

#include <QStyledItemDelegate>

namespace trocar::ui {

class MemoryTable;

/// Cells of the memory table: rights with the strip's colour, changes and findings with its marks.
class MemoryDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    MemoryDelegate(const MemoryTable& table, QObject* parent) : QStyledItemDelegate(parent), table_(table) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    void setHoveredRow(int row) { hovered_ = row; }

private:
    void paintCell(QPainter& painter, QRectF cell, int row, int column) const;

    const MemoryTable& table_;
    int hovered_ = -1;
};

}  // namespace trocar::ui
