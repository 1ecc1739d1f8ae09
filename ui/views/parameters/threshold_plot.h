#pragma once

#include <QWidget>
#include <cstdint>
#include <vector>

#include "core/detect/analysis.h"
#include "core/detect/parameter.h"
#include "ui/views/parameters/log_axis.h"

namespace trocar::ui {

class Workspace;

/// A whole-number slider with its sensitivity curve: findings that show at every value, on one logarithmic axis.
/// Keys: arrows one step, Page a decade, Home and End, [ and ] the curve's own steps. Double click: the default.
class ThresholdPlot : public QWidget {
    Q_OBJECT

public:
    ThresholdPlot(Workspace& workspace, const ParameterSpec& spec, QWidget* parent);
    /// Findings or the window changed.
    void rebuild();
    [[nodiscard]] const std::vector<ThresholdStep>& curve() const { return curve_; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] std::uint64_t value() const;
    void setValue(std::uint64_t to, bool dragging);
    void stepAlongCurve(int direction);
    [[nodiscard]] LogAxis axis() const;
    [[nodiscard]] double x(std::uint64_t at) const;
    [[nodiscard]] std::uint64_t at(double x) const;
    [[nodiscard]] std::uint32_t countAt(std::uint64_t at) const;
    void paintCurve(QPainter& painter) const;
    void paintSlider(QPainter& painter) const;

    Workspace& workspace_;
    const ParameterSpec& spec_;
    std::vector<ThresholdStep> curve_;
    bool dragging_ = false;
};

}  // namespace trocar::ui
