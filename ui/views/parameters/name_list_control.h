#pragma once

#include <vector>

#include "ui/views/parameters/parameter_control.h"

class QLineEdit;
class QPushButton;

namespace trocar::ui {

class BarRow;

/// Image names that matter as targets: which are listed, and how many findings each has.
class NameListControl : public ParameterControl {
    Q_OBJECT

public:
    NameListControl(Workspace& workspace, const ParameterSpec& spec, QWidget* parent);
    void showFindings() override;
    void showCounts() override;

private:
    void setListed(const std::string& name, bool on);

    QPushButton* mode_;
    QPushButton* more_;
    QPushButton* addButton_;
    QLineEdit* add_;
    struct Row {
        std::string name;
        BarRow* bar = nullptr;
    };
    std::vector<Row> rows_;
    bool allRows_ = false;
};

}  // namespace trocar::ui
