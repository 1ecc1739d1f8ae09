#include "ui/viewmodel/lane_index.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace trocar::ui {
namespace {

constexpr std::uint32_t kNoPyramid = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kStopEvery = 4096;
/// Below this many events to a pixel the events themselves are read: as cheap, and the pyramid is left cold.
constexpr std::size_t kExactPerPixel = 4;

/// Calls act(lane, position, bit) for each lane an event lies in; false when stopped.
template <class Act>
bool eachPlace(const EventColumns& columns, std::size_t processes, const std::vector<std::uint32_t>* passing,
               const std::stop_token& stop, Act act) {
    const std::size_t count = passing != nullptr ? passing->size() : columns.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (i % kStopEvery == 0 && stop.stop_requested()) {
            return false;
        }
        const auto at = passing != nullptr ? (*passing)[i] : static_cast<std::uint32_t>(i);
        if (at >= columns.size() || columns.time[at].none()) {
            continue;
        }
        const ProcessId actor = columns.actor[at];
        const ProcessId target = columns.target[at];
        if (!actor.none() && actor.value < processes) {
            act(actor.value, at);
        }
        if (target != actor && !target.none() && target.value < processes) {
            act(target.value, at);
        }
    }
    return true;
}

}  // namespace

OperationClass gravestClass(ClassMask mask) {
    constexpr std::array kOrder{OperationClass::execute, OperationClass::write,  OperationClass::alloc,
                                OperationClass::protect, OperationClass::access, OperationClass::process,
                                OperationClass::image};
    for (const OperationClass c : kOrder) {
        if ((mask & classBit(c)) != 0) {
            return c;
        }
    }
    return OperationClass::other;
}

UtcNanos columnStart(UtcNanos from, UtcNanos to, std::size_t column, std::size_t columns) {
    const Nanos span = difference(to, from);
    if (column >= columns) {
        return to;
    }
    // Whole and rest apart: exact to the nanosecond without overflow for any int64 span and up to 2^31 columns.
    const auto n = static_cast<std::int64_t>(columns);
    const auto i = static_cast<std::int64_t>(column);
    return shifted(from, {span.count / n * i + span.count % n * i / n});
}

Result<LaneIndex> LaneIndex::build(const EventColumns& columns, std::size_t processes,
                                   const std::vector<std::uint32_t>* passing, std::stop_token stop) {
    LaneIndex index;
    index.first_.assign(processes + 1, 0);
    const char* what = "sorting events into lanes";
    if (!eachPlace(columns, processes, passing, stop,
                   [&](std::uint32_t lane, std::uint32_t) { ++index.first_[lane + 1]; })) {
        return cancelled(what);
    }
    for (std::size_t i = 0; i < processes; ++i) {
        index.first_[i + 1] += index.first_[i];
        if (index.first_[i + 1] > index.first_[i]) {
            index.busiest_.push_back(ProcessId{static_cast<std::uint32_t>(i)});
        }
    }
    index.events_.resize(index.first_.back());
    index.bits_.resize(index.first_.back());
    std::vector<std::uint64_t> next(index.first_.begin(), index.first_.end() - 1);
    if (!eachPlace(columns, processes, passing, stop, [&](std::uint32_t lane, std::uint32_t at) {
            const std::uint64_t place = next[lane]++;
            index.events_[place] = at;
            index.bits_[place] = classBit(operation_class(columns.operation[at]));
        })) {
        return cancelled(what);
    }
    const auto size = [&](ProcessId p) { return index.first_[p.value + 1] - index.first_[p.value]; };
    std::stable_sort(index.busiest_.begin(), index.busiest_.end(),
                     [&](ProcessId a, ProcessId b) { return size(a) > size(b); });
    index.pyramidOf_.assign(processes, kNoPyramid);
    for (const ProcessId p : index.busiest_) {
        if (size(p) < kDense) {
            break;
        }
        if (stop.stop_requested()) {
            return cancelled(what);
        }
        index.pyramidOf_[p.value] = static_cast<std::uint32_t>(index.pyramids_.size());
        index.pyramids_.emplace_back(index.events(p), index.classes(p), columns);
    }
    return index;
}

std::span<const std::uint32_t> LaneIndex::events(ProcessId lane) const {
    if (lane.value >= size()) {
        return {};
    }
    return std::span(events_).subspan(first_[lane.value], first_[lane.value + 1] - first_[lane.value]);
}

std::span<const ClassMask> LaneIndex::classes(ProcessId lane) const {
    if (lane.value >= size()) {
        return {};
    }
    return std::span(bits_).subspan(first_[lane.value], first_[lane.value + 1] - first_[lane.value]);
}

void LaneIndex::columnsOf(ProcessId lane, const EventColumns& columns, UtcNanos from, UtcNanos to,
                          std::span<LaneColumn> out) const {
    std::fill(out.begin(), out.end(), LaneColumn{});
    const auto own = events(lane);
    const auto bits = classes(lane);
    if (own.empty() || out.empty() || from >= to) {
        return;
    }
    const std::uint32_t which = pyramidOf_[lane.value];
    const LanePyramid* pyramid = which == kNoPyramid ? nullptr : &pyramids_[which];
    const auto rankOf = [&](UtcNanos t) {
        if (pyramid != nullptr) {
            return pyramid->rankOf(t, own, columns);
        }
        const auto found = std::partition_point(own.begin(), own.end(),
                                                [&](std::uint32_t at) { return columns.time[at] < t; });
        return static_cast<std::uint32_t>(found - own.begin());
    };
    std::uint32_t rank = rankOf(from);
    const std::uint32_t end = rankOf(to);
    if (pyramid == nullptr || end - rank < kExactPerPixel * out.size()) {
        const double span = static_cast<double>(difference(to, from).count);
        for (; rank < end; ++rank) {
            const UtcNanos t = columns.time[own[rank]];
            const double share = static_cast<double>(difference(t, from).count) / span;
            auto column = std::min(out.size() - 1, static_cast<std::size_t>(share * static_cast<double>(out.size())));
            // The division may round across an edge: the column's own bounds decide.
            while (column > 0 && t < columnStart(from, to, column, out.size())) {
                --column;
            }
            while (column + 1 < out.size() && t >= columnStart(from, to, column + 1, out.size())) {
                ++column;
            }
            ++out[column].count;
            out[column].classes = static_cast<ClassMask>(out[column].classes | bits[rank]);
        }
        return;
    }
    for (std::size_t column = 0; column < out.size(); ++column) {
        const std::uint32_t next = column + 1 == out.size() ? end : rankOf(columnStart(from, to, column + 1, out.size()));
        out[column] = {next - rank, pyramid->classesBetween(rank, next, bits)};
        rank = next;
    }
}

std::int64_t LaneIndex::nearest(ProcessId lane, const EventColumns& columns, UtcNanos t) const {
    const auto own = events(lane);
    if (own.empty()) {
        return -1;
    }
    const auto after = std::partition_point(own.begin(), own.end(),
                                            [&](std::uint32_t at) { return columns.time[at] < t; });
    if (after == own.begin()) {
        return own.front();
    }
    if (after == own.end()) {
        return own.back();
    }
    const auto before = after - 1;
    return difference(t, columns.time[*before]) <= difference(columns.time[*after], t) ? *before : *after;
}

}  // namespace trocar::ui
