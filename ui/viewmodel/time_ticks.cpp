#include "ui/viewmodel/time_ticks.h"

#include <algorithm>
#include <array>
#include <string>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr std::int64_t kSecondNs = kSecond.count;
constexpr std::int64_t kDayNs = 86'400 * kSecondNs;
constexpr std::size_t kDateLength = 10;  // "2020-10-22"

constexpr std::array<std::int64_t, 21> kSteps{
    kSecondNs,           2 * kSecondNs,      5 * kSecondNs,      10 * kSecondNs,      15 * kSecondNs,
    30 * kSecondNs,      60 * kSecondNs,     120 * kSecondNs,    300 * kSecondNs,     600 * kSecondNs,
    900 * kSecondNs,     1800 * kSecondNs,   3600 * kSecondNs,   2 * 3600 * kSecondNs, 3 * 3600 * kSecondNs,
    6 * 3600 * kSecondNs, 12 * 3600 * kSecondNs, kDayNs,         2 * kDayNs,          7 * kDayNs,
    14 * kDayNs};

/// Smallest round step of at least `least` nanoseconds.
std::int64_t roundStep(std::int64_t least) {
    for (std::int64_t decade = 1; decade < kSecondNs; decade *= 10) {
        for (const std::int64_t factor : {1, 2, 5}) {
            if (decade * factor >= least) {
                return decade * factor;
            }
        }
    }
    for (const std::int64_t step : kSteps) {
        if (step >= least) {
            return step;
        }
    }
    std::int64_t step = 30 * kDayNs;
    while (step < least && step < 100'000 * kDayNs / 2) {
        step *= 2;
    }
    return step;
}

int digitsFor(std::int64_t step) {
    if (step >= kSecondNs) {
        return 0;
    }
    if (step >= kMillisecond.count) {
        return 3;
    }
    return step >= kMicrosecond.count ? 6 : 9;
}

QString labelOf(UtcNanos t, std::int64_t step, const TimeFormat& format) {
    const std::string full = format_time(t, digitsFor(step), format.zoneMinutes);
    if (full.size() < kDateLength + 9) {
        return {};
    }
    if (step >= kDayNs) {
        return fromOurs(full.substr(0, kDateLength));
    }
    std::string clock = full.substr(kDateLength + 1);
    if (step >= 60 * kSecondNs) {
        clock.resize(5);
    }
    // The day's first tick names the day.
    const bool midnight = full.substr(kDateLength + 1, 8) == "00:00:00" && step >= 60 * kSecondNs;
    return fromOurs(midnight ? full.substr(5, 5) + " " + clock : clock);
}

}  // namespace

std::vector<TimeTick> timeTicks(UtcNanos from, UtcNanos to, int most, const TimeFormat& format) {
    std::vector<TimeTick> ticks;
    if (from.none() || to.none() || from >= to || most < 1) {
        return ticks;
    }
    const std::int64_t span = difference(to, from).count;
    const std::int64_t step = roundStep(std::max<std::int64_t>(1, span / most));
    const std::int64_t zone = format.zoneMinutes * 60LL * kSecondNs;
    const std::int64_t shown = shifted(from, {zone}).count;
    const std::int64_t rest = ((shown % step) + step) % step;
    UtcNanos at = shifted(from, {rest == 0 ? 0 : step - rest});
    for (int i = 0; i <= most + 1 && at <= to && at >= from; ++i) {
        ticks.push_back({at, labelOf(at, step, format)});
        const UtcNanos next = shifted(at, {step});
        if (next <= at) {
            break;
        }
        at = next;
    }
    return ticks;
}

QString datedRangeText(UtcNanos from, UtcNanos to, const TimeFormat& format) {
    if (from.none() || to.none()) {
        return {};
    }
    const std::int64_t span = difference(to, from).count;
    const int digits = span >= 10 * kSecondNs ? 0 : (span >= 10 * kMillisecond.count ? 3 : 9);
    const std::string first = format_time(from, digits, format.zoneMinutes);
    const std::string last = format_time(to, digits, format.zoneMinutes);
    const bool sameDay = first.compare(0, kDateLength, last, 0, kDateLength) == 0;
    const std::string end = sameDay && last.size() > kDateLength ? last.substr(kDateLength + 1) : last;
    return QStringLiteral("%1 \u2013 %2 %3").arg(fromOurs(first), fromOurs(end), format.zoneName);
}

QString rangeText(UtcNanos from, UtcNanos to, const TimeFormat& format) {
    const QString dated = datedRangeText(from, to, format);
    const bool sameDay = !from.none() && !to.none() &&
                         format_time(from, 0, format.zoneMinutes).compare(0, kDateLength, format_time(to, 0, format.zoneMinutes),
                                                                          0, kDateLength) == 0;
    return sameDay ? dated.mid(static_cast<qsizetype>(kDateLength) + 1) : dated;
}

}  // namespace trocar::ui
