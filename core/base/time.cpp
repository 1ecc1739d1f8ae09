#include "core/base/time.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace trocar {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

// Days since 1970-01-01 of a proleptic Gregorian date (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
std::int64_t days_from_civil(std::int64_t y, unsigned m, unsigned d) {
    y -= m <= 2 ? 1 : 0;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const auto yoe = static_cast<unsigned>(y - era * 400);
    const unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146'097 + static_cast<std::int64_t>(doe) - 719'468;
}

struct Civil {
    std::int64_t year = 1970;
    unsigned month = 1, day = 1, hour = 0, minute = 0, second = 0, nanos = 0;
};

Civil civil_of(std::int64_t ns) {
    std::int64_t seconds = ns / kNanosPerSecond;
    std::int64_t rest = ns % kNanosPerSecond;
    if (rest < 0) {
        rest += kNanosPerSecond;
        --seconds;
    }
    std::int64_t days = seconds / kSecondsPerDay;
    std::int64_t in_day = seconds % kSecondsPerDay;
    if (in_day < 0) {
        in_day += kSecondsPerDay;
        --days;
    }
    Civil c;
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const auto doe = static_cast<unsigned>(days - era * 146'097);
    const unsigned yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned mp = (5 * doy + 2) / 153;
    c.day = doy - (153 * mp + 2) / 5 + 1;
    c.month = mp < 10 ? mp + 3 : mp - 9;
    c.year = static_cast<std::int64_t>(yoe) + era * 400 + (c.month <= 2 ? 1 : 0);
    c.hour = static_cast<unsigned>(in_day / 3600);
    c.minute = static_cast<unsigned>(in_day / 60 % 60);
    c.second = static_cast<unsigned>(in_day % 60);
    c.nanos = static_cast<unsigned>(rest);
    return c;
}

bool digits(std::string_view text, std::size_t at, std::size_t count, unsigned& out) {
    if (at + count > text.size()) {
        return false;
    }
    out = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        out = out * 10 + static_cast<unsigned>(text[i] - '0');
    }
    return true;
}

unsigned days_in_month(unsigned year, unsigned month) {
    constexpr std::array<unsigned, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : kDays[month - 1];
}

std::string fraction(unsigned nanos, int digits) {
    if (digits <= 0) {
        return {};
    }
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%09u", nanos);
    return "." + std::string(buffer.data(), static_cast<std::size_t>(digits > 9 ? 9 : digits));
}

struct Unit {
    std::string_view name;
    std::int64_t nanos;
};
constexpr std::array<Unit, 7> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", kNanosPerSecond},
                                      {"m", 60 * kNanosPerSecond},
                                      {"h", 3'600 * kNanosPerSecond},
                                      {"d", kSecondsPerDay * kNanosPerSecond}}};

}  // namespace

Nanos difference(UtcNanos later, UtcNanos earlier) noexcept {
    std::int64_t out = 0;
    if (__builtin_sub_overflow(later.count, earlier.count, &out)) {
        return {later.count > earlier.count ? kMax : kMin};
    }
    return {out};
}

UtcNanos shifted(UtcNanos t, Nanos by) noexcept {
    if (t.none()) {
        return t;
    }
    std::int64_t out = 0;
    if (__builtin_add_overflow(t.count, by.count, &out)) {
        return {by.count > 0 ? kMax : kMin + 1};
    }
    return {out == kMin ? kMin + 1 : out};
}

UtcNanos utc_nanos(std::int64_t seconds, std::int64_t nanoseconds) noexcept {
    constexpr std::int64_t kPerSecond = 1'000'000'000;
    if (seconds >= kMax / kPerSecond || seconds <= kMin / kPerSecond || nanoseconds < 0 || nanoseconds >= kPerSecond) {
        return kNoTime;
    }
    return {seconds * kPerSecond + nanoseconds};
}

UtcNanos from_filetime(std::uint64_t ticks) noexcept {
    constexpr std::int64_t kEpochDifference = 116'444'736'000'000'000;  // 1601-01-01 to 1970-01-01 in 100 ns
    if (ticks == 0 || ticks > static_cast<std::uint64_t>(kMax)) {
        return kNoTime;
    }
    const std::int64_t since = static_cast<std::int64_t>(ticks) - kEpochDifference;
    if (since > kMax / 100 || since < kMin / 100) {
        return kNoTime;
    }
    return {since * 100};
}

std::optional<UtcNanos> parse_iso_time(std::string_view text) noexcept {
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (text.size() < 19 || !digits(text, 0, 4, year) || text[4] != '-' || !digits(text, 5, 2, month) ||
        text[7] != '-' || !digits(text, 8, 2, day) || (text[10] != ' ' && text[10] != 'T') ||
        !digits(text, 11, 2, hour) || text[13] != ':' || !digits(text, 14, 2, minute) || text[16] != ':' ||
        !digits(text, 17, 2, second)) {
        return std::nullopt;
    }
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) || hour > 23 || minute > 59 ||
        second > 60 || year < 1678 || year > 2261) {
        return std::nullopt;  // int64 nanoseconds reach from 1677-09-21 to 2262-04-11
    }
    std::size_t at = 19;
    std::int64_t nanos = 0;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
        ++at;
        std::int64_t scale = 100'000'000;
        const std::size_t first = at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
            nanos += (text[at] - '0') * scale;
            scale /= 10;
        }
        if (at == first) {
            return std::nullopt;
        }
    }
    std::int64_t zone_minutes = 0;
    if (at < text.size()) {
        const char sign = text[at];
        if (sign == 'Z' || sign == 'z') {
            ++at;
        } else if (sign == '+' || sign == '-') {
            unsigned zone_hours = 0, zone_rest = 0;
            if (!digits(text, at + 1, 2, zone_hours)) {
                return std::nullopt;
            }
            at += 3;
            const bool colon = at < text.size() && text[at] == ':';
            at += colon ? 1 : 0;
            if (colon || at < text.size()) {
                if (!digits(text, at, 2, zone_rest)) {
                    return std::nullopt;
                }
                at += 2;
            }
            if (zone_hours > 23 || zone_rest > 59) {
                return std::nullopt;
            }
            zone_minutes = static_cast<std::int64_t>(zone_hours) * 60 + zone_rest;
            if (sign == '-') {
                zone_minutes = -zone_minutes;
            }
        }
    }
    if (at != text.size()) {
        return std::nullopt;
    }
    const std::int64_t seconds = days_from_civil(year, month, day) * kSecondsPerDay +
                                 static_cast<std::int64_t>(hour) * 3600 + static_cast<std::int64_t>(minute) * 60 +
                                 second - zone_minutes * 60;
    return UtcNanos{seconds * kNanosPerSecond + nanos};
}

std::string format_iso_time(UtcNanos t) {
    if (t.none()) {
        return {};
    }
    std::string out = format_time(t, 9);
    out[10] = 'T';
    return out + "Z";
}

std::string format_time(UtcNanos t, int digits_count, int zone_minutes) {
    if (t.none()) {
        return {};
    }
    const Civil c = civil_of(shifted(t, {zone_minutes * 60 * kNanosPerSecond}).count);
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04lld-%02u-%02u %02u:%02u:%02u", static_cast<long long>(c.year),
                  c.month, c.day, c.hour, c.minute, c.second);
    return buffer.data() + fraction(c.nanos, digits_count);
}

std::string format_clock(UtcNanos t, int digits_count, int zone_minutes) {
    std::string full = format_time(t, digits_count, zone_minutes);
    return full.size() > 11 ? full.substr(11) : full;
}

std::optional<Nanos> parse_duration(std::string_view text) noexcept {
    std::size_t at = 0;
    std::int64_t whole = 0;
    std::int64_t part = 0;
    std::int64_t part_scale = 1;
    bool any = false;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        if (whole > (kMax - 9) / 10) {
            return std::nullopt;
        }
        whole = whole * 10 + (text[at] - '0');
        any = true;
    }
    if (at < text.size() && text[at] == '.') {
        ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
            if (part_scale < kNanosPerSecond) {
                part = part * 10 + (text[at] - '0');
                part_scale *= 10;
            }
            any = true;
        }
    }
    if (!any) {
        return std::nullopt;
    }
    std::string_view unit = text.substr(at);
    while (!unit.empty() && unit.front() == ' ') {
        unit.remove_prefix(1);
    }
    if (unit.empty()) {
        unit = "s";
    }
    for (const Unit& u : kUnits) {
        if (u.name == unit) {
            if (whole > kMax / u.nanos - 1) {
                return std::nullopt;
            }
            // part < part_scale <= 1e9: neither product overflows.
            const std::int64_t rest = u.nanos / part_scale * part + u.nanos % part_scale * part / part_scale;
            return Nanos{whole * u.nanos + rest};
        }
    }
    return std::nullopt;
}

std::string format_duration(Nanos d) {
    for (std::size_t i = kUnits.size() - 1; i > 0; --i) {
        // Days and minutes only when they read better than hours and seconds would.
        if (kUnits[i].name == "d" || (kUnits[i].name == "m" && d.count < 120 * kNanosPerSecond)) {
            continue;
        }
        if (d.count != 0 && d.count % kUnits[i].nanos == 0) {
            return std::to_string(d.count / kUnits[i].nanos) + std::string(kUnits[i].name);
        }
    }
    return d.count == 0 ? "0s" : std::to_string(d.count) + "ns";
}

std::string describe_duration(Nanos d) {
    if (d == kInfiniteNanos) {
        return "-";
    }
    if (d.count < 0) {
        return "-" + describe_duration({d.count == kMin ? kMax : -d.count});
    }
    std::array<char, 64> buffer{};
    if (d.count != 0 && d.count < 1'000'000) {
        std::snprintf(buffer.data(), buffer.size(), "%.3g \xc2\xb5s", static_cast<double>(d.count) / 1e3);
    } else if (d.count < kNanosPerSecond) {
        std::snprintf(buffer.data(), buffer.size(), "%.4g ms", static_cast<double>(d.count) / 1e6);
    } else if (d.count < 60 * kNanosPerSecond) {
        std::snprintf(buffer.data(), buffer.size(), "%.5g s", static_cast<double>(d.count / 1'000'000) / 1e3);
    } else if (d.count < 3600 * kNanosPerSecond) {
        const long long s = d.count / kNanosPerSecond;
        std::snprintf(buffer.data(), buffer.size(), s % 60 != 0 ? "%lld min %lld s" : "%lld min", s / 60, s % 60);
    } else {
        const long long m = d.count / (60 * kNanosPerSecond);
        std::snprintf(buffer.data(), buffer.size(), m % 60 != 0 ? "%lld h %lld min" : "%lld h", m / 60, m % 60);
    }
    return buffer.data();
}

}  // namespace trocar
