#pragma once

#include "ui/views/parameters/parameter_control.h"

class QLineEdit;

namespace trocar::ui {

class ThresholdPlot;

/// A whole number with its curve: value box and slider.
class ThresholdControl : public ParameterControl {
    Q_OBJECT

public:
    ThresholdControl(Workspace& workspace, const ParameterSpec& spec, QWidget* parent);
    void showFindings() override;
    void showCounts() override;

private:
    void take();

    QLineEdit* value_;
    ThresholdPlot* plot_;
};

}  // namespace trocar::ui
