#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/detect/pattern_plan.h"
#include "core/model/signal.h"

namespace trocar {

/// One handle opened, for the fan-out test.
struct HandleOpened {
    ProcessId source, target;
    std::uint64_t rights = 0;
    UtcNanos time;
    std::uint32_t tag = 0;  ///< the caller's
};

inline constexpr std::uint32_t kFanOutTargets = 10;
inline constexpr Nanos kFanOutTime{5'000'000'000};

/// For each handle: is it one of a burst in which its source opened at least kFanOutTargets distinct targets with the
/// same rights within kFanOutTime? Sorts `handles` by (source, rights, time, tag); the answer is parallel to that
/// order. O(n log n).
[[nodiscard]] std::vector<bool> in_fan_out(std::vector<HandleOpened>& handles);

/// By pair of the table: every signal that may open a path of a pattern without lone anchors (a load's handle) belongs to
/// such a burst, and there is one. Only pairs of these sources are looked at (values of ProcessId).
[[nodiscard]] std::vector<bool> pairs_in_fan_out(const SignalTable& table, const std::vector<PatternPlan>& plans,
                                                 const std::unordered_set<std::uint32_t>& sources);

}  // namespace trocar
