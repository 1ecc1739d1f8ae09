#pragma once

#include <QWidget>

class QLabel;

namespace trocar::ui {

/// In place of a map: why there is none, and the commands that would supply one.
class NoMap : public QWidget {
    Q_OBJECT

public:
    explicit NoMap(QWidget* parent = nullptr);
    /// The first line of `words` is the title. `commands`: show how to take snapshots.
    void setWords(const QString& words, bool commands);

private:
    QLabel *title_, *text_, *commands_;
    QWidget* box_;
};

}  // namespace trocar::ui
