#include "ui/shell/action_table.h"

#include <QAction>
#include <QMenu>
#include <QSettings>
#include <QWidget>

namespace trocar::ui {

QString plainText(const QAction* action) {
    QString text = action->text();
    text.remove(QLatin1Char('&'));
    return text;
}

ActionTable::ActionTable(QWidget* window, QSettings& settings)
    : QObject(window), window_(window), settings_(settings) {}

QAction* ActionTable::add(QMenu* menu, ActionSpec spec) {
    auto* action = new QAction(spec.text, this);
    action->setCheckable(spec.checkable);
    action->setToolTip(spec.tip);
    action->setStatusTip(spec.tip);
    connect(action, &QAction::triggered, this, [run = std::move(spec.run)] { run(); });
    place(menu, spec.id, action, spec.keys);
    return action;
}

void ActionTable::adopt(QMenu* menu, const QString& id, QAction* action, const QList<QKeySequence>& keys) {
    place(menu, id, action, keys);
}

void ActionTable::place(QMenu* menu, const QString& id, QAction* action, const QList<QKeySequence>& keys) {
    QString menuName;
    if (menu != nullptr) {
        menu->addAction(action);
        menuName = menu->title();
        menuName.remove(QLatin1Char('&'));
    }
    const QString stored = settings_.value(QStringLiteral("shortcuts/") + id).toString();
    action->setShortcuts(stored.isNull() ? keys : QList<QKeySequence>{QKeySequence(stored)});
    window_->addAction(action);
    entries_.push_back({id, menuName, action, keys});
}

QAction* ActionTable::find(const QString& id) const {
    for (const Entry& entry : entries_) {
        if (entry.id == id) {
            return entry.action;
        }
    }
    return nullptr;
}

void ActionTable::setShortcut(const QString& id, const QKeySequence& key) {
    if (QAction* action = find(id)) {
        action->setShortcut(key);
        settings_.setValue(QStringLiteral("shortcuts/") + id, key.toString());
    }
}

void ActionTable::resetShortcuts() {
    settings_.remove(QStringLiteral("shortcuts"));
    for (const Entry& entry : entries_) {
        entry.action->setShortcuts(entry.standard);
    }
}

}  // namespace trocar::ui
