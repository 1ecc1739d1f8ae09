#include "importers/macos_syslog/syslog_year.h"

#include <chrono>
#include <cstdint>

namespace trocar {
namespace {

constexpr int kHalfYear = 6;

UtcNanos time_in(int year, const SyslogStamp& stamp, int zone_minutes) {
    const std::chrono::year_month_day day =
        std::chrono::year(year) / std::chrono::month(stamp.month) / std::chrono::day(stamp.day);
    if (!day.ok()) {
        return kNoTime;
    }
    const std::int64_t seconds =
        std::int64_t{std::chrono::sys_days(day).time_since_epoch().count()} * 86'400 + stamp.second_of_day -
        std::int64_t{zone_minutes} * 60;
    return utc_nanos(seconds, 0);
}

int year_of(UtcNanos time) {
    const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(time.count)));
    return static_cast<int>(std::chrono::year_month_day(day).year());
}

}  // namespace

SyslogYear::SyslogYear(const ImportHints& hints, UtcNanos modified, const SyslogStamp& first,
                       const SyslogStamp& last)
    : year_(hints.year), zone_minutes_(hints.zone_minutes), said_(hints.year != 0) {
    if (said_ || modified.none() || last.month == 0) {
        return;
    }
    // The zone may be off by a day at most.
    const UtcNanos latest = shifted(modified, Nanos{86'400 * kSecond.count});
    year_ = year_of(latest);
    const UtcNanos of_last = time_in(year_, last, zone_minutes_);
    year_ -= !of_last.none() && of_last > latest ? 1 : 0;
    year_ -= first.order() > last.order() ? 1 : 0;
}

UtcNanos SyslogYear::time_of(const SyslogStamp& stamp) {
    if (!known()) {
        return kNoTime;
    }
    if (before_.month != 0) {
        const int step = static_cast<int>(stamp.month) - static_cast<int>(before_.month);
        year_ += step < -kHalfYear ? 1 : step > kHalfYear ? -1 : 0;
    }
    before_ = stamp;
    return time_in(year_, stamp, zone_minutes_);
}

}  // namespace trocar
