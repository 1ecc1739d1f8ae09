#pragma once

#include <QFrame>
#include <QPointer>

class QLineEdit;
class QListWidget;

namespace trocar::ui {

class ActionTable;

/// Every command by name: type a few letters, arrow, Enter. A frame within the window, not a dialog.
class CommandPalette : public QFrame {
    Q_OBJECT

public:
    CommandPalette(ActionTable& actions, QWidget* window);
    void open();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void list(const QString& typed);
    void runCurrent();
    void close();

    ActionTable& actions_;
    QLineEdit* edit_;
    QListWidget* results_;
    QPointer<QWidget> before_;  ///< had the focus
};

/// How well `typed` fits `text`: 0 not at all; letters in order fit, word starts and runs fit better.
[[nodiscard]] int fuzzyScore(const QString& typed, const QString& text);

}  // namespace trocar::ui
