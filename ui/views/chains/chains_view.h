#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;
class QTimer;

namespace trocar::ui {

class ChainDelegate;
class ChainTable;
class ClickStrip;
class SegmentedSwitch;
class Workspace;

/// The chain list: what shows at the present parameters, and below it what tuning lost. Its tab reads the window title
/// ("Chains 11 +2 -1") and the property tabNote ("4 unreviewed, 3 lone"). Verdict keys belong to the window's actions.
/// GUI thread only.
class ChainsView : public QWidget {
    Q_OBJECT

public:
    explicit ChainsView(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] QTableView& table() { return *table_; }
    [[nodiscard]] ChainTable& model() { return *model_; }
    void showLost(bool on);

protected:
    /// The property `layout` says which page the list is part of: on `tune` it shows what a move changed.
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] QTableView* makeTable(ChainTable& model, ChainDelegate& delegate);
    void layoutColumns(QTableView& table);
    void rowsChanged();
    void updateNote();
    void updateTuning();
    void updateCoverage();
    void followCurrent();
    void followHovered();
    void showMenu(QTableView& table, const QPoint& point);

    Workspace& workspace_;
    ChainTable* model_;
    ChainTable* lostModel_;
    ChainDelegate* delegate_;
    ChainDelegate* lostDelegate_;
    ClickStrip* coverage_;
    ClickStrip* lostHead_;
    QWidget* tuning_;              ///< all, gained, lost or kept, with their numbers; on `tune` only
    SegmentedSwitch* parts_;
    QLabel* against_;
    QTableView* table_;
    QTableView* lostTable_;
    QTimer* noteTimer_;
    bool following_ = false;  ///< the selection is being set from the hub
    bool lostOpen_ = false;
};

}  // namespace trocar::ui
