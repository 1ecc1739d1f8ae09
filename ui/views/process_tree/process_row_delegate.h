#pragma once

#include <QStyledItemDelegate>

namespace trocar::ui {

/// Draws one row of the process tree: name, pid, marks of what was seen, a pill with the count. No style machinery.
class ProcessRowDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace trocar::ui
