#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <vector>

class QAction;
class QMenu;
class QSettings;
class QWidget;

namespace trocar::ui {

/// One command of the window: menu line, shortcut, tooltip and palette entry come from it.
struct ActionSpec {
    QString id;    ///< stable: shortcuts are stored by it ("chain.next")
    QString text;  ///< "&Next chain"
    QList<QKeySequence> keys;
    QString tip;   ///< one sentence
    std::function<void()> run;
    bool checkable = false;
};

/// Every command, in one table. Shortcuts can be changed; the changed ones are stored in the settings.
class ActionTable : public QObject {
    Q_OBJECT

public:
    /// `window` gets the actions, so that their keys work wherever the focus is in it.
    ActionTable(QWidget* window, QSettings& settings);
    QAction* add(QMenu* menu, ActionSpec spec);
    /// Another existing action (undo, redo), listed like the others.
    void adopt(QMenu* menu, const QString& id, QAction* action, const QList<QKeySequence>& keys);
    [[nodiscard]] QAction* find(const QString& id) const;
    struct Entry {
        QString id, menu;
        QAction* action = nullptr;
        QList<QKeySequence> standard;
    };
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    void setShortcut(const QString& id, const QKeySequence& key);
    void resetShortcuts();

private:
    void place(QMenu* menu, const QString& id, QAction* action, const QList<QKeySequence>& keys);

    QWidget* window_;
    QSettings& settings_;
    std::vector<Entry> entries_;
};

/// "Next chain": the text of an action without its mnemonic.
[[nodiscard]] QString plainText(const QAction* action);

}  // namespace trocar::ui
