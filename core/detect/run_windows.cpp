#include "core/detect/run_windows.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/detect/analysis_data.h"

namespace trocar {
namespace {

/// First steps under one set of admissions, walked once over a pair.
class Leads {
public:
    Leads(const SignalTable& table, const std::vector<Admission>& admissions) : table_(table), admissions_(admissions) {
        for (const Admission& a : admissions) {
            if (a.stage == 0) {
                const Admission*& lead = by_role_[static_cast<std::size_t>(a.role)];
                one_a_role_ = one_a_role_ && lead == nullptr;
                lead = &a;
            }
        }
    }
    /// Moves `row` past `until`; the last one that opens, or `before`.
    std::uint32_t last_until(UtcNanos until, std::uint32_t end, std::uint32_t& row, std::uint32_t before) const {
        for (; row < end && table_.time[row] <= until; ++row) {
            const Admission* test = by_role_[static_cast<std::size_t>(table_.role[row])];
            if (test != nullptr && (one_a_role_ ? test->admits(table_.value[row], table_.flags[row])
                                                : fills(table_, row, 0, admissions_))) {
                before = row;
            }
        }
        return before;
    }

private:
    const SignalTable& table_;
    const std::vector<Admission>& admissions_;
    std::array<const Admission*, kRoleCount> by_role_{};
    bool one_a_role_ = true;
};

}  // namespace

RunWindows::RunWindows(const Capture& capture, const AnchorIndex& index, const Analytic& analytic)
    : table_(capture.signals),
      index_(index),
      analytic_(analytic),
      longest_(longest_window(analytic)) {
    for (const Pattern& pattern : analytic.patterns) {
        passes_.emplace_back(pattern.stages);
    }
}

std::span<const AnchorResult> RunWindows::of(const AnchorRun& run, const std::vector<Admission>& admissions) {
    results_.assign(run.last_anchor - run.first_anchor, {});
    if (run.pair != kNoPair) {
        run.direct ? direct(run, admissions) : general(run, admissions);
    }
    for (AnchorResult& r : results_) {
        r.span = r.span > longest_ ? kInfiniteNanos : r.span;
        r.gap = r.gap > longest_ ? kInfiniteNanos : r.gap;
    }
    return results_;
}

// README "Span" for two stages: the latest first step no later than the anchor plus the skew; its distance is the gap
// as well.
void RunWindows::direct(const AnchorRun& run, const std::vector<Admission>& admissions) {
    const Pattern& pattern = analytic_.patterns[run.pattern];
    const Leads leads(table_, admissions), exact(table_, pattern.exact_leads);
    const Pair& pair = table_.pairs[run.pair];
    std::uint32_t row = pair.first;
    while (row < pair.last && table_.time[row].none()) {
        ++row;
    }
    std::uint32_t exact_row = row, latest = kNoSignal, latest_exact = kNoSignal;
    for (std::uint32_t a = run.first_anchor; a < run.last_anchor; ++a) {
        const std::uint32_t anchor = index_.anchor_row[a];
        const UtcNanos t = table_.time[anchor];
        if (t.none()) {
            continue;
        }
        latest = leads.last_until(shifted(t, pattern.stages.back().skew), pair.last, row, latest);
        if (!pattern.exact_leads.empty()) {
            latest_exact = exact.last_until(t, pair.last, exact_row, latest_exact);
        }
        const auto window_of = [&](std::uint32_t lead) {
            return lead == kNoSignal ? kInfiniteNanos : std::max(Nanos{0}, difference(t, table_.time[lead]));
        };
        const std::uint32_t nearest = window_of(latest_exact) < window_of(latest) ? latest_exact : latest;
        if (nearest != kNoSignal) {
            const Nanos window = window_of(nearest);
            results_[a - run.first_anchor] = {window, window, nearest,
                                              role_bit(table_.role[nearest]) | role_bit(table_.role[anchor])};
        }
    }
}

void RunWindows::gather(const AnchorRun& run, const std::vector<Admission>& admissions) {
    const std::size_t last = analytic_.patterns[run.pattern].stages.size() - 1;
    input_.clear();
    std::uint32_t a = run.first_anchor;
    const auto take_anchors_before = [&](std::uint32_t row) {
        for (; a < run.last_anchor; ++a) {
            const std::uint32_t anchor = index_.anchor_row[a];
            if (row != kNoSignal && anchor != row &&
                std::tie(table_.time[row], table_.event[row]) <= std::tie(table_.time[anchor], table_.event[anchor])) {
                break;
            }
            input_.push_back({table_.time[anchor], anchor, 1U << last});
        }
    };
    if (run.pair != kNoPair) {
        const Pair& pair = table_.pairs[run.pair];
        for (std::uint32_t row = pair.first; row < pair.last; ++row) {
            std::uint32_t stages = 0;
            for (const Admission& admission : admissions) {
                if (admission.stage != last && admission.role == table_.role[row] &&
                    admission.admits(table_.value[row], table_.flags[row])) {
                    stages |= 1U << admission.stage;
                }
            }
            if (stages != 0) {
                take_anchors_before(row);
                input_.push_back({table_.time[row], row, stages});
            }
        }
    }
    take_anchors_before(kNoSignal);
}

const CriticalPass& RunWindows::engine(const AnchorRun& run, const std::vector<Admission>& admissions) {
    gather(run, admissions);
    passes_[run.pattern].run(input_);
    return passes_[run.pattern];
}

void RunWindows::general(const AnchorRun& run, const std::vector<Admission>& admissions) {
    const Pair& pair = table_.pairs[run.pair];
    const Nanos skew = analytic_.patterns[run.pattern].stages.back().skew;
    std::size_t a = 0;
    std::uint32_t row = pair.first;
    std::array<std::uint32_t, kRoleCount> last_of{};
    last_of.fill(kNoSignal);
    for (const AnchorWindow& window : engine(run, admissions).anchors()) {
        while (index_.anchor_row[run.first_anchor + a] != window.row) {
            ++a;  // an anchor without a time takes no part
        }
        const UtcNanos until = shifted(window.time, skew);
        for (; row < pair.last && table_.time[row] <= until; ++row) {
            last_of[static_cast<std::size_t>(table_.role[row])] = row;
        }
        if (window.first.none()) {
            continue;
        }
        AnchorResult& r = results_[a];
        r.span = window.span;
        r.gap = window.gap;
        r.roles = role_bit(table_.role[window.row]);
        for (std::size_t role = 0; role < last_of.size(); ++role) {
            if (last_of[role] != kNoSignal && table_.time[last_of[role]] >= window.first &&
                std::any_of(admissions.begin(), admissions.end(), [&](const Admission& admission) {
                    return static_cast<std::size_t>(admission.role) == role;
                })) {
                r.roles |= 1U << role;
            }
        }
        auto at = static_cast<std::uint32_t>(
            std::upper_bound(table_.time.begin() + pair.first, table_.time.begin() + pair.last, window.first) -
            table_.time.begin());
        while (at-- > pair.first && table_.time[at] == window.first) {
            if (fills(table_, at, 0, admissions)) {
                r.handle = at;
                break;
            }
        }
    }
}

}  // namespace trocar
