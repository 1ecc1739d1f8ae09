#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "core/detect/analysis_data.h"
#include "core/detect/reference.h"

// Critical windows taken word by word (core/detect/README.md): every path written out.

namespace trocar::test {

inline bool admitted(const Analytic& analytic, std::size_t pattern, const SignalTable& t, std::uint32_t row, std::size_t stage,
                     const ParameterSet& parameters) {
    const auto all = analytic.patterns[pattern].admissions(parameters);
    return std::any_of(all.begin(), all.end(), [&](const Admission& a) {
        return a.stage == stage && a.role == t.role[row] && a.admits(t.value[row], t.flags[row]);
    });
}

/// Smallest windows of a run's groups over every path.
inline std::map<std::uint32_t, std::pair<Nanos, Nanos>> by_paths(const Analysis::Data& data, const AnchorRun& run) {
    const SignalTable& t = data.capture->signals;
    const auto& stages = data.analytic->patterns[run.pattern].stages;
    std::set<std::uint32_t> rows(data.index->anchor_row.begin() + run.first_anchor,
                                 data.index->anchor_row.begin() + run.last_anchor);
    const std::set<std::uint32_t> anchors = rows;
    if (run.pair != kNoPair) {
        for (std::uint32_t r = t.pairs[run.pair].first; r < t.pairs[run.pair].last; ++r) {
            rows.insert(r);
        }
    }
    std::vector<StageSignal> signals;
    for (const std::uint32_t row : rows) {
        std::uint32_t fills = anchors.contains(row) ? 1U << (stages.size() - 1) : 0U;
        for (std::size_t s = 0; s + 1 < stages.size(); ++s) {
            fills |= admitted(*data.analytic, run.pattern, t, row, s, data.parameters) ? 1U << s : 0U;
        }
        signals.push_back({t.time[row], row, fills});
    }
    std::sort(signals.begin(), signals.end(), [&](const StageSignal& a, const StageSignal& b) {
        return std::tie(a.time, t.event[a.row]) < std::tie(b.time, t.event[b.row]);
    });
    std::map<std::uint32_t, std::pair<Nanos, Nanos>> out;
    for (const AnchorWindow& w : reference_windows(stages, signals)) {
        for (std::uint32_t a = run.first_anchor; a < run.last_anchor; ++a) {
            if (data.index->anchor_row[a] == w.row) {
                auto& [span, gap] = out.try_emplace(data.index->anchor_group[a], kInfiniteNanos, kInfiniteNanos).first->second;
                span = std::min(span, w.span);
                gap = std::min(gap, w.gap);
            }
        }
    }
    return out;
}

}  // namespace trocar::test
