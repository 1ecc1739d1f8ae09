#pragma once

#include <QTimer>
#include <QWidget>
#include <cstdint>
#include <vector>

class QLabel;
class QLineEdit;

namespace trocar::ui {

class EventTable;
class Workspace;

/// The line that finds among the listed events: words or a filter, which hides nothing. Enter and Shift+Enter go to the
/// next and the previous match, Escape closes it. The search runs on a worker, the newest wins. GUI thread only.
class FindBar : public QWidget {
    Q_OBJECT

public:
    FindBar(Workspace& workspace, const EventTable& table, QWidget* parent);
    /// Shows it, with the focus, its words selected.
    void open();
    /// To the next match after the current row (1), or the one before it (-1); around at the ends.
    void step(int direction);
    /// The row that step() starts from.
    void setCurrentRow(int row);
    [[nodiscard]] QLineEdit& field() { return *field_; }
    [[nodiscard]] QString state() const;

Q_SIGNALS:
    void found(int row);
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void search();
    void forget();
    /// The field is marked while `error` is not empty.
    void say(const QString& error);
    void take(std::vector<std::uint32_t> hits);
    void showState();

    Workspace& workspace_;
    const EventTable& table_;
    QLineEdit* field_;
    QLabel* state_;
    QTimer pause_;
    std::vector<std::uint32_t> hits_;  ///< positions within the columns, ascending
    QString asked_;                    ///< what hits_ answers, or is about to
    int pending_ = 0;                  ///< the step to take when the answer comes
    bool searching_ = false;
    int current_ = -1;
};

}  // namespace trocar::ui
