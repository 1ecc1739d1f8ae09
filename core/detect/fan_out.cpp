#include "core/detect/fan_out.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <unordered_map>

namespace trocar {

std::vector<bool> in_fan_out(std::vector<HandleOpened>& handles) {
    std::sort(handles.begin(), handles.end(), [](const HandleOpened& a, const HandleOpened& b) {
        return std::tie(a.source, a.rights, a.time, a.tag) < std::tie(b.source, b.rights, b.time, b.tag);
    });
    std::vector<bool> inside(handles.size());
    std::unordered_map<std::uint32_t, std::uint32_t> targets;  // handles in the sliding window by target
    std::size_t first = 0, marked = 0;
    for (std::size_t i = 0; i < handles.size(); ++i) {
        if (i == 0 || handles[i].source != handles[first].source || handles[i].rights != handles[first].rights) {
            targets.clear();
            first = i;
            marked = i;
        }
        while (difference(handles[i].time, handles[first].time) > kFanOutTime) {
            const auto gone = targets.find(handles[first].target.value);
            if (--gone->second == 0) {
                targets.erase(gone);
            }
            ++first;
        }
        ++targets[handles[i].target.value];
        if (targets.size() >= kFanOutTargets) {
            for (marked = std::max(marked, first); marked <= i; ++marked) {
                inside[marked] = true;
            }
        }
    }
    return inside;
}

std::vector<bool> pairs_in_fan_out(const SignalTable& table, const std::vector<PatternPlan>& plans,
                                   const std::unordered_set<std::uint32_t>& sources) {
    const auto opens = [&](std::uint32_t row) {
        return std::any_of(plans.begin(), plans.end(), [&](const PatternPlan& plan) {
            return !plan.pattern->lone_anchors && plan.opens(table, row);
        });
    };
    std::vector<HandleOpened> handles;
    for (std::size_t i = 0; i < table.pairs.size(); ++i) {
        const Pair& pair = table.pairs[i];
        if (pair.source.none() || pair.target.none() || pair.source == pair.target ||
            !sources.contains(pair.source.value)) {
            continue;
        }
        for (std::uint32_t row = pair.first; row < pair.last; ++row) {
            if (opens(row)) {
                handles.push_back(
                    {pair.source, pair.target, table.value[row], table.time[row], static_cast<std::uint32_t>(i)});
            }
        }
    }
    const std::vector<bool> inside = in_fan_out(handles);
    std::vector<bool> some_inside(table.pairs.size()), some_outside(table.pairs.size());
    for (std::size_t i = 0; i < handles.size(); ++i) {
        (inside[i] ? some_inside : some_outside)[handles[i].tag] = true;
    }
    for (std::size_t i = 0; i < some_inside.size(); ++i) {
        some_inside[i] = some_inside[i] && !some_outside[i];
    }
    return some_inside;
}

}  // namespace trocar
