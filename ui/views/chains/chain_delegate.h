#pragma once

#include <QStyledItemDelegate>

namespace trocar::ui {

class ChainTable;

/// Paints the cells of the chain list: bars, glyphs, two-part names. Knows the table it paints. Stateless beside that.
class ChainDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    ChainDelegate(const ChainTable& table, bool faded, QObject* parent)
        : QStyledItemDelegate(parent), table_(table), faded_(faded) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// The row under the mouse, -1: none.
    void setHoveredRow(int row) { hovered_ = row; }

private:
    const ChainTable& table_;
    bool faded_;      ///< rows that tuning lost
    int hovered_ = -1;
};

}  // namespace trocar::ui
