#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "core/detect/finding.h"
#include "core/model/operation.h"
#include "ui/viewmodel/lane_index.h"
#include "ui/viewmodel/selection_hub.h"

namespace trocar::ui {

class JobRunner;
class Workspace;

/// A piece of evidence of the current chain, on its lane.
struct ChainMark {
    ProcessId lane;
    UtcNanos time;
    OperationClass operation = OperationClass::other;
    EventId event;
    bool witness = false;   ///< on the path drawn
};

/// What is drawn over the lanes for the current chain.
struct ChainOverlay {
    ChainId id;
    ProcessId source, target;
    UtcNanos first, anchor;       ///< first is none for a lone execution
    OperationClass anchorClass = OperationClass::execute;
    QString spanText;             ///< "3.282 s"; empty for a lone execution
    std::vector<ChainMark> marks;
};

/// Any other visible finding: a small glyph on both lanes.
struct FindingMark {
    ChainId id;
    ProcessId source, target;
    UtcNanos anchor;
    OperationClass operation = OperationClass::execute;
    bool damped = false;
};

/// What the timeline shows: which lanes in which order, the events in them, the marks over them.
/// Processes of visible findings come first (source, then target), then the busiest. The lanes keep their order while
/// the window moves. GUI thread only; the index is made on a worker beyond kBuildHere events.
class TimelineModel : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t kBuildHere = 50'000;   ///< below this many events no worker is asked
    static constexpr std::size_t kMaxFindings = 500;    ///< findings marked at once, best first
    static constexpr std::size_t kMaxChainMarks = 400;  ///< evidence marked of one chain

    explicit TimelineModel(Workspace& workspace, QObject* parent = nullptr);
    ~TimelineModel() override;

    [[nodiscard]] const std::vector<ProcessId>& lanes() const { return lanes_; }
    /// Row of a lane, -1 when it is not shown.
    [[nodiscard]] int rowOf(ProcessId lane) const;
    /// Null until built.
    [[nodiscard]] const LaneIndex* index() const { return index_.get(); }
    [[nodiscard]] const EventColumns* columns() const { return columns_.get(); }
    [[nodiscard]] const std::optional<ChainOverlay>& overlay() const { return overlay_; }
    [[nodiscard]] const std::vector<FindingMark>& findings() const { return findings_; }
    [[nodiscard]] QString laneName(int row) const;
    [[nodiscard]] QString lanePid(int row) const;
    /// Moves the current chain's lanes to the top. For when they do not fit the window together.
    void raiseCurrent();

    /// All of the capture with a margin, so that no event lies on the very edge.
    [[nodiscard]] TimeRange whole() const { return whole_; }
    /// Events that pass the filter in `bars` equal parts of whole(). O(bars log events).
    [[nodiscard]] std::vector<std::uint32_t> density(int bars) const;
    /// A range that shows the current item well: a chain with a fifth of its span (at least 20 s) on each side, an event with 20 s.
    [[nodiscard]] std::optional<TimeRange> rangeOfCurrent() const;
    /// Chain or event nearest to `t` in the lane, within `reach`; marks win over events.
    [[nodiscard]] Item itemAt(int row, UtcNanos t, Nanos reach) const;
    /// The event before or after the current one in its lane; monostate at the end.
    [[nodiscard]] Item neighbour(bool forward) const;
    /// Position within columns() of an event, -1 when it is not known. O(log n) when times differ.
    [[nodiscard]] std::int64_t positionOf(EventId event) const;
    [[nodiscard]] QString tip(const Item& item) const;

Q_SIGNALS:
    void lanesChanged();    ///< lanes, events or both
    void overlayChanged();  ///< marks only

private:
    void rebuildIndex();
    void reorder();
    void refreshFindings();
    void refreshOverlay();
    void refreshWhole();

    Workspace& workspace_;
    std::unique_ptr<JobRunner> jobs_;
    std::shared_ptr<const EventColumns> columns_;
    std::shared_ptr<const std::vector<std::uint32_t>> filtered_;
    std::shared_ptr<const LaneIndex> index_;
    std::vector<ProcessId> lanes_;
    std::vector<std::int32_t> rowOf_;  ///< by ProcessId
    std::vector<FindingMark> findings_;
    std::optional<ChainOverlay> overlay_;
    TimeRange whole_;
    mutable std::vector<std::uint32_t> positionOfEvent_;  ///< by EventId, made when first asked
};

}  // namespace trocar::ui
