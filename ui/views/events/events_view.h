#pragma once

#include <QWidget>

class QTableView;

namespace trocar::ui {

class EventDelegate;
class EventTable;
class FindBar;
class Workspace;

/// The events that pass the filter. Enter filters to the row's pair, Shift+Enter leaves its operation out.
/// Its tab reads the window title ("Events 1 284"). GUI thread only.
class EventsView : public QWidget {
    Q_OBJECT

public:
    explicit EventsView(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] QTableView& table() { return *table_; }
    [[nodiscard]] FindBar& findBar() { return *find_; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void layoutColumns();
    void replaced();
    void followCurrent();
    void narrow(const QString& term);
    void showMenu(const QPoint& point);
    [[nodiscard]] QString pairTerm(int row) const;

    Workspace& workspace_;
    EventTable* model_;
    EventDelegate* delegate_;
    FindBar* find_;
    QTableView* table_;
    bool following_ = false;
};

}  // namespace trocar::ui
