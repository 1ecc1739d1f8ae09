#pragma once

#include "core/base/time.h"

#include <optional>
#include <string_view>

namespace trocar {

/// "7:37:18.2093997 AM", "14:01:36,8584126": the time since midnight.
[[nodiscard]] std::optional<Nanos> procmon_time_of_day(std::string_view text) noexcept;

/// Midnight of the day of "7/31/2020 7:37:18 AM", "13.10.2025 14:01:36", "2020-07-31 07:37:18", as if it were UTC.
/// Points mean day first; slashes mean month first unless that cannot be, or unless `day_first` (what other rows of the
/// file showed).
[[nodiscard]] std::optional<UtcNanos> procmon_day(std::string_view text, bool day_first) noexcept;
/// Whether a date with slashes has its day first for certain.
[[nodiscard]] bool procmon_day_is_first(std::string_view text) noexcept;

}  // namespace trocar
