#pragma once

#include <QScrollArea>

class QTableView;
class QVBoxLayout;

namespace trocar::ui {

class CoverageTable;
class Workspace;

/// Which of the analytic's data components the capture holds, per host, and in words what is blind without the others
/// and how to record them. A click on a cell with gaps goes to the first gap. GUI thread only.
class CoverageView : public QScrollArea {
    Q_OBJECT

public:
    explicit CoverageView(Workspace& workspace, QWidget* parent = nullptr);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void rebuild();
    void layoutColumns();

    Workspace& workspace_;
    CoverageTable* model_;
    QTableView* table_;
    QWidget* words_ = nullptr;
    QVBoxLayout* column_;
};

}  // namespace trocar::ui
