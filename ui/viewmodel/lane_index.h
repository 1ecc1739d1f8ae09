#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/model/operation.h"
#include "core/store/case_file.h"

namespace trocar::ui {

/// Which classes of operation are present: bit (1 << OperationClass).
using ClassMask = std::uint8_t;
[[nodiscard]] constexpr ClassMask classBit(OperationClass c) {
    return static_cast<ClassMask>(1U << static_cast<unsigned>(c));
}
/// The class a mark is painted in when several fall on one pixel: the rarest and gravest first, so that one thread
/// start among a thousand handle openings stays visible.
[[nodiscard]] OperationClass gravestClass(ClassMask mask);

/// One pixel column of a lane.
struct LaneColumn {
    std::uint32_t count = 0;
    ClassMask classes = 0;
    friend bool operator==(const LaneColumn&, const LaneColumn&) = default;
};

/// First instant of pixel column `column` of `columns` over [from, to). Columns are half open.
[[nodiscard]] UtcNanos columnStart(UtcNanos from, UtcNanos to, std::size_t column, std::size_t columns);

/// Counts and classes of one dense lane at any zoom, exactly: ranks at uniform time bins (a count is a difference of
/// two ranks), and class masks over blocks of 16, 256, ... events. About 1 byte an event. Built once a lane.
/// Thread safety: immutable. Cost of one column: O(log of the events in one bin).
class LanePyramid {
public:
    LanePyramid() = default;
    /// `events`: positions within `columns` in time order, none without a time; `bits`: class bit of each.
    LanePyramid(std::span<const std::uint32_t> events, std::span<const ClassMask> bits, const EventColumns& columns);
    [[nodiscard]] bool empty() const { return rank_.empty(); }
    /// Index of the first event at or after `t`.
    [[nodiscard]] std::uint32_t rankOf(UtcNanos t, std::span<const std::uint32_t> events,
                                       const EventColumns& columns) const;
    /// Classes among the events with index in [first, last).
    [[nodiscard]] ClassMask classesBetween(std::uint32_t first, std::uint32_t last,
                                           std::span<const ClassMask> bits) const;

private:
    [[nodiscard]] std::uint64_t binOf(UtcNanos t) const;

    std::int64_t first_ = 0, last_ = 0;   ///< times of the first and last event
    std::uint64_t binWidth_ = 1;          ///< ns
    std::vector<std::uint32_t> rank_;     ///< first event at or after each bin's start; one more at the end
    std::vector<std::vector<ClassMask>> blocks_;  ///< [level][i]: OR over 16^(level+1) events
};

/// The events of every process in time order: what the timeline's lanes are. An event lies in the lane of its source
/// and in the lane of its target. Events without a time lie in none.
/// Thread safety: immutable. Memory: 5 bytes an event and lane.
class LaneIndex {
public:
    /// Lanes below this many events are always drawn from the events themselves.
    static constexpr std::size_t kDense = 4096;

    /// `passing`: positions that pass the filter, ascending; null: all. O(events). Runs on a worker.
    [[nodiscard]] static Result<LaneIndex> build(const EventColumns& columns, std::size_t processes,
                                                 const std::vector<std::uint32_t>* passing, std::stop_token stop = {});

    [[nodiscard]] std::size_t size() const { return first_.empty() ? 0 : first_.size() - 1; }
    [[nodiscard]] std::span<const std::uint32_t> events(ProcessId lane) const;
    [[nodiscard]] std::span<const ClassMask> classes(ProcessId lane) const;
    /// Processes with at least one event, most events first (ties: lower id).
    [[nodiscard]] const std::vector<ProcessId>& busiest() const { return busiest_; }
    /// Fills `out` with the columns of [from, to) split into out.size() pixels. Exact at every zoom.
    void columnsOf(ProcessId lane, const EventColumns& columns, UtcNanos from, UtcNanos to,
                   std::span<LaneColumn> out) const;
    /// Position within EventColumns of the event of the lane nearest to `t`, none when the lane is empty.
    [[nodiscard]] std::int64_t nearest(ProcessId lane, const EventColumns& columns, UtcNanos t) const;

private:
    std::vector<std::uint64_t> first_;
    std::vector<std::uint32_t> events_;
    std::vector<ClassMask> bits_;
    std::vector<ProcessId> busiest_;
    std::vector<std::uint32_t> pyramidOf_;  ///< index into pyramids_, or kNoPyramid
    std::vector<LanePyramid> pyramids_;
};

}  // namespace trocar::ui
