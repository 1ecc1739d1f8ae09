#pragma once

#include <QWidget>
#include <cstdint>
#include <vector>

#include "core/base/time.h"
#include "ui/viewmodel/selection_hub.h"

namespace trocar::ui {

class TimelineModel;
class Workspace;

/// The whole capture as bars, with the brush. Drag: view range (inside the brush: moves it; its edges: resize).
/// Shift+drag: time filter. Double click: all. Arrow keys move the brush. GUI thread only.
class DensityStrip : public QWidget {
    Q_OBJECT

public:
    DensityStrip(Workspace& workspace, TimelineModel& model, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Drag : unsigned char { none, fresh, move, left, right, filter };
    [[nodiscard]] QRectF area() const;
    [[nodiscard]] double xOf(UtcNanos t) const;
    [[nodiscard]] UtcNanos timeAt(double x) const;
    [[nodiscard]] Drag dragAt(double x) const;
    void refresh();

    Workspace& workspace_;
    TimelineModel& model_;
    std::vector<std::uint32_t> bars_;
    Drag drag_ = Drag::none;
    double pressedAt_ = 0;
    TimeRange before_, filter_;
};

}  // namespace trocar::ui
