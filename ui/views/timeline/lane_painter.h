#pragma once

#include <QRectF>
#include <QString>
#include <functional>
#include <vector>

#include "core/base/time.h"
#include "ui/viewmodel/lane_index.h"
#include "ui/viewmodel/selection_hub.h"

class QPainter;

namespace trocar::ui {

class TimelineModel;
struct Theme;

/// Where things lie in the picture: pixels for lanes and instants, and back.
struct LaneGeometry {
    QRectF plot;              ///< the area of the marks; labels lie left of it
    TimeRange range;
    double laneHeight = 34;
    double scroll = 0;        ///< pixels scrolled down

    static constexpr double kLabelWidth = 150;
    static constexpr double kRightMargin = 16;

    [[nodiscard]] double xOf(UtcNanos t) const;
    [[nodiscard]] UtcNanos timeAt(double x) const;
    [[nodiscard]] double topOf(int row) const { return plot.top() + row * laneHeight - scroll; }
    /// Row at a height, -1 outside of the plot area. May be beyond the last lane.
    [[nodiscard]] int rowAt(double y) const;
    [[nodiscard]] Nanos perPixel() const;
};

/// Paints the timeline's parts with any painter: the window's buffers, a picture, a vector file. Holds no state beside
/// scratch rows. GUI thread only.
class LanePainter {
public:
    explicit LanePainter(const TimelineModel& model) : model_(model) {}

    /// Bands, separators and two-line labels.
    void paintLabels(QPainter& painter, const LaneGeometry& geometry, const Theme& theme) const;
    /// Every event: one image row a lane and class height, or rectangles when `vector`.
    void paintMarks(QPainter& painter, const LaneGeometry& geometry, const Theme& theme, bool vector) const;
    /// Glyphs of findings, and the current chain with its bracket and its line from source to target.
    void paintFindings(QPainter& painter, const LaneGeometry& geometry, const Theme& theme) const;
    void paintChain(QPainter& painter, const LaneGeometry& geometry, const Theme& theme) const;
    /// The vertical line at an instant, and a soft one where the mouse is.
    void paintCursor(QPainter& painter, const LaneGeometry& geometry, const Theme& theme, UtcNanos at, bool soft) const;

private:
    void paintLane(QPainter& painter, const LaneGeometry& geometry, const Theme& theme, int row, bool vector) const;
    void eachVisibleRow(const LaneGeometry& geometry, const std::function<void(int)>& act) const;

    const TimelineModel& model_;
    mutable std::vector<LaneColumn> scratch_;
};

}  // namespace trocar::ui
