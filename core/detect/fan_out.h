#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

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

}  // namespace trocar
