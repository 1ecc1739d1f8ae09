#pragma once

#include <QPolygonF>
#include <QWidget>
#include <optional>
#include <vector>

#include "core/detect/parameter.h"
#include "core/detect/suggest.h"
#include "core/store/case_file.h"
#include "ui/views/parameters/log_axis.h"

namespace trocar::ui {

class Workspace;

/// A slider with its sensitivity curve: chains (area) and lone anchors (dashed) at every value, each chain's own
/// critical value as a tick with its verdict, the knee, the present value. All on one axis.
/// Keys: arrows one step, Page a decade, Home and End, [ and ] the curve's own steps. Double click: the default.
class CurvePlot : public QWidget {
    Q_OBJECT

public:
    CurvePlot(Workspace& workspace, const ParameterSpec& spec, QWidget* parent);
    /// The curve or the verdicts changed.
    void rebuild();
    /// Only the value moved; rebuilds when the curve is of the other measure.
    void showMove();
    /// The windows that the verdicts ask for, marked on the slider.
    void setSuggestion(const std::optional<WindowSuggestion>& suggestion);
    [[nodiscard]] QSize sizeHint() const override { return {330, 136}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 136}; }
    [[nodiscard]] LogAxis axis() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Tick {
        double x = 0;
        Verdict verdict = Verdict::unset;
        bool labelled = false;
        ChainId chain;
        Nanos at;
    };
    [[nodiscard]] Nanos value() const;
    void setValue(Nanos to, bool dragging);
    void stepAlongCurve(int direction);
    [[nodiscard]] QRectF plotArea() const;
    [[nodiscard]] double sliderY() const;
    [[nodiscard]] const Tick* tickAt(const QPointF& point) const;
    void describe();
    void paintCurve(QPainter& painter) const;
    void paintTicks(QPainter& painter) const;
    void paintSlider(QPainter& painter) const;

    Workspace& workspace_;
    const ParameterSpec& spec_;
    QPolygonF chains_, lone_;
    std::vector<Tick> ticks_;
    std::uint32_t atMaximum_ = 0;  ///< chains at the slider's maximum
    double kneeX_ = -1;
    std::optional<WindowSuggestion> suggestion_;
    WindowMeasure measure_ = WindowMeasure::span;  ///< of the curve drawn
    bool dragging_ = false;
};

}  // namespace trocar::ui
