#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace trocar {

/// A signed duration in nanoseconds.
struct Nanos {
    std::int64_t count = 0;
    friend constexpr auto operator<=>(Nanos, Nanos) = default;
    friend constexpr Nanos operator+(Nanos a, Nanos b) { return {a.count + b.count}; }
    friend constexpr Nanos operator-(Nanos a, Nanos b) { return {a.count - b.count}; }
    friend constexpr Nanos operator-(Nanos a) { return {-a.count}; }
};
inline constexpr Nanos kMicrosecond{1'000};
inline constexpr Nanos kMillisecond{1'000'000};
inline constexpr Nanos kSecond{1'000'000'000};
inline constexpr Nanos kInfiniteNanos{std::numeric_limits<std::int64_t>::max()};

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z. kNoTime stands for "not known".
struct UtcNanos {
    std::int64_t count = std::numeric_limits<std::int64_t>::min();
    [[nodiscard]] constexpr bool none() const { return count == std::numeric_limits<std::int64_t>::min(); }
    friend constexpr auto operator<=>(UtcNanos, UtcNanos) = default;
};
inline constexpr UtcNanos kNoTime{};
/// Saturating difference; never overflows on hostile stamps.
[[nodiscard]] Nanos difference(UtcNanos later, UtcNanos earlier) noexcept;
/// Saturating sum.
[[nodiscard]] UtcNanos shifted(UtcNanos t, Nanos by) noexcept;

/// Of seconds since 1970 and nanoseconds, as POSIX has them (struct timespec). Seconds out of range give kNoTime.
[[nodiscard]] UtcNanos utc_nanos(std::int64_t seconds, std::int64_t nanoseconds) noexcept;
/// 100 ns ticks since 1601-01-01 (FILETIME, [MS-DTYP] 2.3.3). Out-of-range ticks give kNoTime.
[[nodiscard]] UtcNanos from_filetime(std::uint64_t ticks) noexcept;

/// Reads `YYYY-MM-DD[ T]HH:MM:SS[.fraction][Z|+HH:MM|-HHMM]`, 0 to 9 fraction digits (further digits are cut).
/// Text without a zone is taken as UTC: Sysmon's UtcTime has none. Nothing else may follow.
[[nodiscard]] std::optional<UtcNanos> parse_iso_time(std::string_view text) noexcept;

/// "2020-10-22T01:02:03.123456789Z", always nine digits; "" for kNoTime.
[[nodiscard]] std::string format_iso_time(UtcNanos t);
/// "2020-10-22 01:02:03.123" in UTC shifted by `zone_minutes`, `digits` of fraction (0, 3, 6, 9).
[[nodiscard]] std::string format_time(UtcNanos t, int digits, int zone_minutes = 0);
/// "01:02:03.123".
[[nodiscard]] std::string format_clock(UtcNanos t, int digits, int zone_minutes = 0);

/// Reads a duration with unit: ns us ms s m h d ("10s", "1.5h", "250ms"). A bare number is seconds.
[[nodiscard]] std::optional<Nanos> parse_duration(std::string_view text) noexcept;
/// Shortest exact command-line form: "10s", "3282ms", "24h"; parse_duration reads it back exactly.
[[nodiscard]] std::string format_duration(Nanos d);
/// For people: "0 ms", "18 ms", "3.282 s", "2 min 5 s", "1 h 10 min". "-" for kInfiniteNanos.
[[nodiscard]] std::string describe_duration(Nanos d);

}  // namespace trocar
