#pragma once

#include <QWidget>
#include <memory>

#include "core/base/time.h"
#include "ui/viewmodel/selection_hub.h"

class QCustomPlot;
class QPaintDevice;
class QPoint;

namespace trocar::ui {

class TimelineModel;
class Workspace;
struct LaneGeometry;

/// The lanes themselves: a QCustomPlot with one plottable for all events, marks and cursor on buffered layers of their
/// own, and the mouse. Draws what the model holds; the range is SelectionHub's. GUI thread only.
class TimelinePlot : public QWidget {
    Q_OBJECT

public:
    TimelinePlot(Workspace& workspace, TimelineModel& model, QWidget* parent = nullptr);
    ~TimelinePlot() override;

    [[nodiscard]] LaneGeometry geometryNow() const;
    void setScroll(double pixels);
    [[nodiscard]] double scroll() const;
    [[nodiscard]] double scrollMaximum() const;
    /// Both lanes of the current chain (or the current process's) are inside the window.
    [[nodiscard]] bool showsCurrentLanes() const;
    /// Zooms by `factor` (below 1: closer) keeping the instant at `x` where it is.
    void zoom(double factor, double x);
    void pan(double pixels);
    /// Paints now, as a frame would: for measurements.
    void paintNow();
    /// The figure on any device at a size, as vectors, on the light palette.
    void paintFigure(QPaintDevice& device, QSize size);
    /// The item under a point of this widget.
    [[nodiscard]] Item itemAt(const QPoint& point) const;

Q_SIGNALS:
    void scrolled();
    void fitWanted();
    void contextMenuWanted(const QPoint& global);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Parts;
    void restyle();
    void refreshRange();
    void mouseMoved(const QPoint& point, Qt::MouseButtons buttons);

    Workspace& workspace_;
    TimelineModel& model_;
    std::unique_ptr<Parts> parts_;
};

/// Longest and shortest range that can be shown: 1 us to 250 years, so that numbers stay exact.
[[nodiscard]] TimeRange clampedRange(TimeRange range);

}  // namespace trocar::ui
