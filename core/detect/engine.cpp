#include "core/detect/engine.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace trocar {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kNoStart = std::numeric_limits<std::int64_t>::min();  // also kNoTime: never a real start

std::int64_t plus(std::int64_t t, std::int64_t skew) { return t > kMax - skew ? kMax : t + skew; }

/// later - earlier, at least 0, saturating: the cost of a link, and a span.
std::int64_t cost(std::int64_t later, std::int64_t earlier) {
    if (later <= earlier) {
        return 0;
    }
    const std::uint64_t d = static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
    return d > static_cast<std::uint64_t>(kMax) ? kMax : static_cast<std::int64_t>(d);
}

}  // namespace

bool valid_stages(std::span<const Stage> stages) {
    if (stages.size() < 2 || stages.size() > kMaxStages || stages.back().optional) {
        return false;
    }
    const auto earlier = stages.first(stages.size() - 1);
    return std::any_of(earlier.begin(), earlier.end(), [](const Stage& s) { return !s.optional; }) &&
           std::all_of(stages.begin(), stages.end(), [](const Stage& s) { return s.skew.count >= 0; });
}

CriticalPass::CriticalPass(std::span<const Stage> stages) : stages_(stages.begin(), stages.end()) {
    assert(valid_stages(stages));
    nodes_.resize(stages_.size());
    bool only_optional = true;
    for (std::size_t to = 0; to < stages_.size(); ++to) {
        if (only_optional) {
            may_start_ |= 1U << to;
        }
        only_optional = only_optional && stages_[to].optional;
        for (std::size_t from = to; from-- > 0;) {
            links_.push_back({static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to)});
            if (!stages_[from].optional) {
                break;
            }
        }
    }
}

// README "Span": the latest possible start is a running maximum, since every signal at or before t + skew may link.
void CriticalPass::relax_start(const Nodes& from, Nodes& to, std::int64_t skew) const {
    std::int64_t best = kNoStart;
    std::size_t j = 0;
    for (std::size_t i = 0; i < to.time.size(); ++i) {
        const std::int64_t until = plus(to.time[i], skew);
        for (; j < from.time.size() && from.time[j] <= until; ++j) {
            best = std::max(best, from.start[j]);
        }
        to.start[i] = std::max(to.start[i], best);
    }
}

// README "Gap": candidates that no later one with a smaller largest-link replaces, oldest first; their largest links
// rise towards the newest. The oldest gives way once its distance reaches the next one's largest link, for good.
void CriticalPass::relax_gap(const Nodes& from, Nodes& to, std::int64_t skew) {
    front_.clear();
    std::size_t head = 0, j = 0;
    for (std::size_t i = 0; i < to.time.size(); ++i) {
        const std::int64_t t = to.time[i];
        const std::int64_t until = plus(t, skew);
        for (; j < from.time.size() && from.time[j] <= until; ++j) {
            if (from.gap[j] == kMax) {
                continue;
            }
            while (front_.size() > head && from.gap[front_.back()] >= from.gap[j]) {
                front_.pop_back();
            }
            front_.push_back(static_cast<std::uint32_t>(j));
        }
        while (front_.size() - head > 1 && cost(t, from.time[front_[head]]) >= from.gap[front_[head + 1]]) {
            ++head;
        }
        if (head < front_.size()) {
            const std::uint32_t k = front_[head];
            to.gap[i] = std::min(to.gap[i], std::max(from.gap[k], cost(t, from.time[k])));
        }
    }
}

void CriticalPass::run(std::span<const StageSignal> signals) {
    const std::size_t last = stages_.size() - 1;
    for (Nodes& nodes : nodes_) {
        nodes.time.clear();
        nodes.row.clear();
        nodes.order.clear();
    }
    for (std::size_t i = 0; i < signals.size(); ++i) {
        if (signals[i].time.none()) {
            continue;
        }
        for (std::size_t s = 0; s <= last; ++s) {
            if ((signals[i].stages >> s & 1U) != 0) {
                nodes_[s].time.push_back(signals[i].time.count);
                nodes_[s].row.push_back(signals[i].row);
                nodes_[s].order.push_back(static_cast<std::uint32_t>(i));
            }
        }
    }
    std::size_t link = 0;
    for (std::size_t s = 0; s <= last; ++s) {
        Nodes& to = nodes_[s];
        const std::size_t n = to.time.size();
        const bool starts = (may_start_ >> s & 1U) != 0;
        to.start.assign(n, kNoStart);
        to.gap.assign(n, starts ? 0 : kMax);
        if (starts) {
            to.start = to.time;
        }
        const std::int64_t skew = stages_[s].skew.count;
        for (; link < links_.size() && links_[link].to == s; ++link) {
            const Nodes& from = nodes_[links_[link].from];
            relax_start(from, to, skew);
            relax_gap(from, to, skew);
        }
        if (!stages_[s].repeatable || n == 0) {
            continue;
        }
        // README "Repeatable stages": neighbours suffice, forward at the cost of their distance, back (within the
        // skew) at none.
        for (std::size_t k = 0; k + 1 < n; ++k) {
            to.start[k + 1] = std::max(to.start[k + 1], to.start[k]);
            to.gap[k + 1] = std::min(to.gap[k + 1], std::max(to.gap[k], cost(to.time[k + 1], to.time[k])));
        }
        to.start_forward = to.start;
        to.gap_forward = to.gap;
        for (std::size_t k = n - 1; k-- > 0;) {
            if (cost(to.time[k + 1], to.time[k]) <= skew) {
                to.start[k] = std::max(to.start[k], to.start[k + 1]);
                to.gap[k] = std::min(to.gap[k], to.gap[k + 1]);
            }
        }
    }
    const Nodes& ends = nodes_[last];
    anchors_.resize(ends.time.size());
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
        const bool linked = ends.start[i] != kNoStart;
        anchors_[i] = {ends.row[i], UtcNanos{ends.time[i]}, UtcNanos{ends.start[i]},
                       linked ? Nanos{cost(ends.time[i], ends.start[i])} : kInfiniteNanos, Nanos{ends.gap[i]}};
    }
}

bool CriticalPass::keeps(const Nodes& nodes, std::size_t i, WindowMeasure measure, std::int64_t limit,
                         bool forward) const {
    if (measure == WindowMeasure::span) {
        return (forward ? nodes.start_forward : nodes.start)[i] >= limit;
    }
    return (forward ? nodes.gap_forward : nodes.gap)[i] <= limit;
}

// README "Witness": from the anchor, each time the latest admitted predecessor that keeps the critical window.
std::vector<PathStep> CriticalPass::witness(std::size_t anchor, WindowMeasure measure) const {
    std::vector<PathStep> path;
    const std::size_t last = stages_.size() - 1;
    const bool span = measure == WindowMeasure::span;
    const Nanos window = span ? anchors_[anchor].span : anchors_[anchor].gap;
    if (span ? nodes_[last].start[anchor] == kNoStart : nodes_[last].gap[anchor] == kMax) {
        return path;
    }
    // Of a span: the earliest first step that keeps it. Later ones (over skewed links) are as good.
    const std::int64_t limit = span ? std::min(nodes_[last].start[anchor], nodes_[last].time[anchor])
                                    : nodes_[last].gap[anchor];
    const auto admits = [&](const Nodes& from, std::size_t j, std::int64_t t, bool forward) {
        return keeps(from, j, measure, limit, forward) && (span || cost(t, from.time[j]) <= limit);
    };
    std::size_t stage = last, at = anchor;
    bool backwards = false;  // the last move went back in time within a repeatable stage
    for (;;) {
        const Nodes& here = nodes_[stage];
        const std::int64_t t = here.time[at];
        path.push_back({here.row[at], static_cast<std::uint32_t>(stage), UtcNanos{t}, window});
        if ((may_start_ >> stage & 1U) != 0 && (!span || t >= limit)) {
            break;
        }
        const std::int64_t until = plus(t, stages_[stage].skew.count);
        std::size_t best_stage = stages_.size(), best = 0;
        std::uint32_t best_order = 0;
        if (stages_[stage].repeatable && !backwards && at > 0 && admits(here, at - 1, t, true)) {
            best_stage = stage;
            best = at - 1;
            best_order = here.order[best];
        }
        for (const Link link : links_) {
            if (link.to != stage) {
                continue;
            }
            const Nodes& from = nodes_[link.from];
            auto j = static_cast<std::size_t>(
                std::upper_bound(from.time.begin(), from.time.end(), until) - from.time.begin());
            while (j-- > 0) {
                if ((best_stage != stages_.size() && from.order[j] <= best_order) ||
                    (!span && cost(t, from.time[j]) > limit)) {
                    break;
                }
                if (admits(from, j, t, false)) {
                    best_stage = link.from;
                    best = j;
                    best_order = from.order[j];
                    break;
                }
            }
        }
        if (best_stage == stages_.size()) {
            // The window comes over links back in time: the nearest later neighbour that has it.
            assert(stages_[stage].repeatable && at + 1 < here.time.size());
            backwards = true;
            ++at;
            continue;
        }
        if (best_stage != stage) {
            backwards = false;
        }
        stage = best_stage;
        at = best;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

// README "Evidence": the window of a step is the smaller of what any path through it needs. `rest` is the smallest
// largest-link from the step on to the anchor; the same fronts as in run(), time mirrored.
std::vector<PathStep> CriticalPass::evidence(std::size_t anchor, WindowMeasure measure) const {
    const std::size_t last = stages_.size() - 1;
    std::vector<std::vector<std::int64_t>> rest(stages_.size());
    for (std::size_t s = 0; s <= last; ++s) {
        rest[s].assign(nodes_[s].time.size(), kMax);
    }
    rest[last][anchor] = 0;
    std::vector<std::size_t> front;
    for (std::size_t s = stages_.size(); s-- > 0;) {
        const Nodes& from = nodes_[s];
        for (const Link link : links_) {
            if (link.from != s) {
                continue;
            }
            const Nodes& to = nodes_[link.to];
            const std::vector<std::int64_t>& beyond = rest[link.to];
            const std::int64_t skew = stages_[link.to].skew.count;
            front.clear();
            std::size_t head = 0;
            std::size_t j = to.time.size();
            for (std::size_t i = from.time.size(); i-- > 0;) {
                const std::int64_t t = from.time[i];
                for (; j > 0 && plus(to.time[j - 1], skew) >= t; --j) {
                    if (beyond[j - 1] == kMax) {
                        continue;
                    }
                    while (front.size() > head && beyond[front.back()] >= beyond[j - 1]) {
                        front.pop_back();
                    }
                    front.push_back(j - 1);
                }
                while (front.size() - head > 1 && cost(to.time[front[head]], t) >= beyond[front[head + 1]]) {
                    ++head;
                }
                if (head < front.size()) {
                    const std::size_t k = front[head];
                    rest[s][i] = std::min(rest[s][i], std::max(beyond[k], cost(to.time[k], t)));
                }
            }
        }
        const std::size_t n = from.time.size();
        if (!stages_[s].repeatable || n == 0) {
            continue;
        }
        for (std::size_t k = n - 1; k-- > 0;) {
            rest[s][k] = std::min(rest[s][k], std::max(rest[s][k + 1], cost(from.time[k + 1], from.time[k])));
        }
        for (std::size_t k = 0; k + 1 < n; ++k) {
            if (cost(from.time[k + 1], from.time[k]) <= stages_[s].skew.count) {
                rest[s][k + 1] = std::min(rest[s][k + 1], rest[s][k]);
            }
        }
    }
    std::vector<PathStep> found;
    const std::int64_t end = nodes_[last].time[anchor];
    for (std::size_t s = 0; s <= last; ++s) {
        const Nodes& nodes = nodes_[s];
        for (std::size_t i = 0; i < nodes.time.size(); ++i) {
            if (rest[s][i] == kMax || nodes.start[i] == kNoStart || (s == last && i == anchor)) {
                continue;
            }
            const std::int64_t window = measure == WindowMeasure::span ? cost(end, nodes.start[i])
                                                                       : std::max(nodes.gap[i], rest[s][i]);
            found.push_back({nodes.row[i], static_cast<std::uint32_t>(s), UtcNanos{nodes.time[i]}, Nanos{window}});
        }
    }
    return found;
}

}  // namespace trocar
