#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTableView;

namespace trocar::ui {

class AnswerTable;
class Workspace;

/// The read-only query console. GUI thread only; statements run on a worker.
class QueryView : public QWidget {
    Q_OBJECT

public:
    explicit QueryView(Workspace& workspace, QWidget* parent = nullptr);
    void run();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fillStarts();
    void say(const QString& words, bool failure);

    Workspace& workspace_;
    QPlainTextEdit* text_;
    QComboBox* starts_;
    QPushButton* run_;
    QPushButton* copy_;
    QLabel* state_;
    QTableView* table_;
    AnswerTable* answer_;
};

}  // namespace trocar::ui
