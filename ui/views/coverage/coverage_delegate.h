#pragma once

#include <QStyledItemDelegate>

namespace trocar::ui {

class CoverageTable;
class Workspace;

/// Paints the coverage matrix: a full, half or empty disc with the count, the times, and a strip that shows the gaps.
class CoverageDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    CoverageDelegate(const CoverageTable& table, const Workspace& workspace, QObject* parent)
        : QStyledItemDelegate(parent), table_(table), workspace_(workspace) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const CoverageTable& table_;
    const Workspace& workspace_;
};

}  // namespace trocar::ui
