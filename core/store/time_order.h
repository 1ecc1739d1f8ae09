#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/time.h"

namespace trocar {

/// Sorts `order` (indices into `times`) by time, keeping the given order of equal times; kNoTime first.
/// Radix sort of the digits that differ: O(n) for each 11 bits of the time range, in its own resolution.
void sort_by_time(std::span<const UtcNanos> times, std::vector<std::uint32_t>& order);

}  // namespace trocar
