#pragma once

#include "ui/views/parameters/parameter_control.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace trocar::ui {

class CurvePlot;
class SegmentedSwitch;

/// A duration with its curve: value box, span or gap, slider, and what the analyst's verdicts ask for.
class WindowControl : public ParameterControl {
    Q_OBJECT

public:
    /// `measure`: the parameter that says span or gap; null when the analytic has none.
    WindowControl(Workspace& workspace, const ParameterSpec& spec, const ParameterSpec* measure, QWidget* parent);
    void showFindings() override;
    void showCounts() override;

private:
    void showValue();
    void showSuggestion();
    void take();

    const ParameterSpec* measure_;
    QLineEdit* value_;
    SegmentedSwitch* how_ = nullptr;
    CurvePlot* plot_;
    QWidget* suggestion_;
    QLabel* suggested_;
    QPushButton* use_;
};

}  // namespace trocar::ui
