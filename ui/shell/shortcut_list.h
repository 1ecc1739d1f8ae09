#pragma once

#include <QDialog>

namespace trocar::ui {

class ActionTable;

/// All commands with their keys; a key can be changed here. Not modal.
class ShortcutList : public QDialog {
    Q_OBJECT

public:
    ShortcutList(ActionTable& actions, QWidget* parent);
};

}  // namespace trocar::ui
