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

}  // namespace trocar
