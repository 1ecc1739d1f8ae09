#include <algorithm>
#include <bit>

#include "ui/viewmodel/lane_index.h"

namespace trocar::ui {
namespace {

constexpr std::uint64_t kEventsPerBin = 8;
constexpr std::uint64_t kMaxBins = 1U << 17;
constexpr std::uint32_t kFan = 16;

std::uint64_t distance(std::int64_t from, std::int64_t to) {
    return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);  // exact for from <= to, any signs
}

}  // namespace

LanePyramid::LanePyramid(std::span<const std::uint32_t> events, std::span<const ClassMask> bits,
                         const EventColumns& columns) {
    if (events.empty()) {
        return;
    }
    first_ = columns.time[events.front()].count;
    last_ = columns.time[events.back()].count;
    const std::uint64_t bins = std::min(kMaxBins, std::bit_ceil(events.size() / kEventsPerBin + 1));
    binWidth_ = distance(first_, last_) / bins + 1;
    rank_.assign(bins + 1, static_cast<std::uint32_t>(events.size()));
    std::uint64_t bin = 0;
    for (std::uint32_t i = 0; i < events.size(); ++i) {
        const std::uint64_t own = distance(first_, columns.time[events[i]].count) / binWidth_;
        for (; bin <= own; ++bin) {
            rank_[bin] = i;
        }
    }
    std::span<const ClassMask> below = bits;
    while (below.size() > kFan) {
        std::vector<ClassMask> level((below.size() + kFan - 1) / kFan, 0);
        for (std::size_t i = 0; i < below.size(); ++i) {
            level[i / kFan] = static_cast<ClassMask>(level[i / kFan] | below[i]);
        }
        blocks_.push_back(std::move(level));
        below = blocks_.back();
    }
}

std::uint64_t LanePyramid::binOf(UtcNanos t) const {
    return distance(first_, t.count) / binWidth_;
}

std::uint32_t LanePyramid::rankOf(UtcNanos t, std::span<const std::uint32_t> events,
                                  const EventColumns& columns) const {
    if (t.count <= first_) {
        return 0;
    }
    if (t.count > last_) {
        return static_cast<std::uint32_t>(events.size());
    }
    const std::uint64_t bin = binOf(t);
    const auto begin = events.begin() + rank_[bin];
    const auto end = events.begin() + rank_[bin + 1];
    const auto found = std::partition_point(begin, end, [&](std::uint32_t at) { return columns.time[at] < t; });
    return static_cast<std::uint32_t>(found - events.begin());
}

ClassMask LanePyramid::classesBetween(std::uint32_t first, std::uint32_t last, std::span<const ClassMask> bits) const {
    unsigned mask = 0;
    std::span<const ClassMask> level = bits;
    for (std::size_t up = 0; first < last; ++up) {
        if (up >= blocks_.size()) {
            for (; first < last; ++first) {
                mask |= level[first];
            }
            break;
        }
        for (; first < last && first % kFan != 0; ++first) {
            mask |= level[first];
        }
        for (; last > first && last % kFan != 0; --last) {
            mask |= level[last - 1];
        }
        first /= kFan;
        last /= kFan;
        level = blocks_[up];
    }
    return static_cast<ClassMask>(mask);
}

}  // namespace trocar::ui
