#include "core/detect/reference.h"

#include <algorithm>
#include <functional>

namespace trocar {
namespace {

struct Node {
    std::size_t signal = 0, stage = 0;
    friend bool operator==(const Node&, const Node&) = default;
};

bool fills(std::span<const StageSignal> signals, const Node& n) {
    return !signals[n.signal].time.none() && (signals[n.signal].stages >> n.stage & 1U) != 0;
}

bool may_start(std::span<const Stage> stages, std::size_t stage) {
    return std::all_of(stages.begin(), stages.begin() + static_cast<std::ptrdiff_t>(stage),
                       [](const Stage& s) { return s.optional; });
}

Nanos at_least_zero(UtcNanos later, UtcNanos earlier) {
    return std::max(Nanos{0}, difference(later, earlier));
}

/// README "Link".
bool linked(std::span<const Stage> stages, std::span<const StageSignal> signals, const Node& a, const Node& b) {
    if (a == b || a.stage > b.stage || (a.stage == b.stage && !stages[a.stage].repeatable)) {
        return false;
    }
    for (std::size_t s = a.stage + 1; s < b.stage; ++s) {
        if (!stages[s].optional) {
            return false;
        }
    }
    return shifted(signals[b.signal].time, stages[b.stage].skew) >= signals[a.signal].time;
}

/// Calls `found` with every path of distinct nodes that begins with `first`.
void walk(std::span<const Stage> stages, std::span<const StageSignal> signals, const Node& first,
          const std::function<void(const std::vector<Node>&)>& found) {
    std::vector<Node> path{first};
    const std::function<void()> extend = [&] {
        found(path);
        for (std::size_t i = 0; i < signals.size(); ++i) {
            for (std::size_t s = path.back().stage; s < stages.size(); ++s) {
                const Node next{i, s};
                if (fills(signals, next) && linked(stages, signals, path.back(), next) &&
                    std::find(path.begin(), path.end(), next) == path.end()) {
                    path.push_back(next);
                    extend();
                    path.pop_back();
                }
            }
        }
    };
    extend();
}

Nanos largest_link(std::span<const StageSignal> signals, const std::vector<Node>& path) {
    Nanos largest{0};
    for (std::size_t i = 1; i < path.size(); ++i) {
        largest = std::max(largest, at_least_zero(signals[path[i].signal].time, signals[path[i - 1].signal].time));
    }
    return largest;
}

}  // namespace

std::vector<ReferencePath> all_paths(std::span<const Stage> stages, std::span<const StageSignal> signals) {
    std::vector<ReferencePath> paths;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        for (std::size_t s = 0; s < stages.size(); ++s) {
            const Node first{i, s};
            if (!fills(signals, first) || !may_start(stages, s)) {
                continue;
            }
            walk(stages, signals, first, [&](const std::vector<Node>& path) {
                if (path.size() < 2 || path.back().stage + 1 != stages.size()) {
                    return;
                }
                ReferencePath out;
                for (const Node& n : path) {
                    out.steps.push_back({signals[n.signal].row, static_cast<std::uint32_t>(n.stage),
                                         signals[n.signal].time, Nanos{0}});
                    out.order.push_back(static_cast<std::uint32_t>(n.signal));
                }
                out.span = at_least_zero(out.steps.back().time, out.steps.front().time);
                out.gap = largest_link(signals, path);
                paths.push_back(std::move(out));
            });
        }
    }
    return paths;
}

std::vector<AnchorWindow> reference_windows(std::span<const Stage> stages, std::span<const StageSignal> signals) {
    std::vector<AnchorWindow> windows;
    std::vector<std::size_t> position;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        if (fills(signals, {i, stages.size() - 1})) {
            windows.push_back({signals[i].row, signals[i].time, kNoTime, kInfiniteNanos, kInfiniteNanos});
            position.push_back(i);
        }
    }
    for (const ReferencePath& path : all_paths(stages, signals)) {
        const auto at = std::find(position.begin(), position.end(), path.order.back());
        AnchorWindow& w = windows[static_cast<std::size_t>(at - position.begin())];
        w.first = std::max(w.first, path.steps.front().time);
        w.span = std::min(w.span, path.span);
        w.gap = std::min(w.gap, path.gap);
    }
    return windows;
}

Nanos reference_evidence(std::span<const Stage> stages, std::span<const StageSignal> signals, std::size_t position,
                         std::size_t stage, std::size_t anchor_position, WindowMeasure measure) {
    const Node through{position, stage};
    const Node end{anchor_position, stages.size() - 1};
    Nanos latest_start_cost = kInfiniteNanos, before = kInfiniteNanos, after = kInfiniteNanos;
    if (!fills(signals, through)) {
        return kInfiniteNanos;
    }
    for (std::size_t i = 0; i < signals.size(); ++i) {
        for (std::size_t s = 0; s <= stage; ++s) {
            if (!fills(signals, {i, s}) || !may_start(stages, s)) {
                continue;
            }
            walk(stages, signals, {i, s}, [&](const std::vector<Node>& path) {
                if (path.back() == through) {
                    latest_start_cost = std::min(
                        latest_start_cost, at_least_zero(signals[end.signal].time, signals[i].time));
                    before = std::min(before, largest_link(signals, path));
                }
            });
        }
    }
    walk(stages, signals, through, [&](const std::vector<Node>& path) {
        if (path.back() == end) {
            after = std::min(after, largest_link(signals, path));
        }
    });
    if (before == kInfiniteNanos || after == kInfiniteNanos) {
        return kInfiniteNanos;
    }
    return measure == WindowMeasure::span ? latest_start_cost : std::max(before, after);
}

}  // namespace trocar
