#pragma once

#include <QTreeView>
#include <QWidget>
#include <set>

#include "core/base/id.h"

class QLineEdit;
class QToolButton;

namespace trocar::ui {

class ProcessTreeModel;
class SegmentedSwitch;
class Workspace;

/// The tree itself: own branches (small triangles), own row background (selection, hovered elsewhere).
class ProcessTree : public QTreeView {
    Q_OBJECT

public:
    explicit ProcessTree(QWidget* parent = nullptr);
    void setHovered(const QModelIndex& index);

protected:
    void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;
    void drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QPersistentModelIndex hovered_;
};

/// The panel PROCESSES: tree or list, filter box, context menu; follows and sets what is current.
class ProcessTreeView : public QWidget {
    Q_OBJECT

public:
    explicit ProcessTreeView(Workspace& workspace, QWidget* parent = nullptr);

protected:
    /// While the focus is here, Ctrl+F finds a process; elsewhere the key is the window's.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void keepOpen();
    void reopen();
    void follow();
    void choose(const QModelIndex& index);
    void menuAt(const QPoint& point);

    Workspace& workspace_;
    ProcessTreeModel* model_;
    ProcessTree* tree_;
    QToolButton* search_;
    QLineEdit* find_;
    SegmentedSwitch* mode_;
    std::set<std::uint32_t> openLives_;  ///< opened by the analyst or at first, across model resets
    bool freshCapture_ = true;
    bool following_ = false;
};

}  // namespace trocar::ui
