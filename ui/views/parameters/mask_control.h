#pragma once

#include <vector>

#include "ui/views/parameters/parameter_control.h"

class QPushButton;

namespace trocar::ui {

class BarRow;

/// Rights that an access must have been granted: one row a right, with the chains that have it.
class MaskControl : public ParameterControl {
    Q_OBJECT

public:
    MaskControl(Workspace& workspace, const ParameterSpec& spec, QWidget* parent);
    void showFindings() override;
    void showCounts() override;

private:
    void setBit(std::uint32_t bit, bool on);
    void setAll(bool all);

    QPushButton* mode_;
    QPushButton* more_;
    struct Row {
        std::uint32_t bit = 0;
        BarRow* bar = nullptr;
    };
    std::vector<Row> rows_;
    bool allRows_ = false;
};

}  // namespace trocar::ui
