#pragma once

#include <QLineEdit>

namespace trocar::ui {

/// The filter's line, coloured as it is typed: names and words of the language, quoted text.
class FilterEdit : public QLineEdit {
    Q_OBJECT

public:
    explicit FilterEdit(QWidget* parent = nullptr);

private:
    void colour();
};

}  // namespace trocar::ui
