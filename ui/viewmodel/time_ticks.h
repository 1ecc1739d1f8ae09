#pragma once

#include <QString>
#include <vector>

#include "core/base/time.h"

namespace trocar::ui {

struct TimeFormat;

/// One mark of a time axis.
struct TimeTick {
    UtcNanos at;
    QString label;
};

/// Round instants in [from, to], at most `most` of them, in the zone shown: days, hours, minutes, seconds, down to
/// nanoseconds. Labels carry what the step needs ("18:32:30", "18:32:30.250", "10-22 18:00") and no more.
[[nodiscard]] std::vector<TimeTick> timeTicks(UtcNanos from, UtcNanos to, int most, const TimeFormat& format);
/// "18:32:30 - 18:33:10 UTC"; with the date when the range leaves its day, with fractions when it is short.
[[nodiscard]] QString rangeText(UtcNanos from, UtcNanos to, const TimeFormat& format);
/// "2020-10-22 18:32:30 - 18:33:10 UTC": the same, always with the date.
[[nodiscard]] QString datedRangeText(UtcNanos from, UtcNanos to, const TimeFormat& format);

}  // namespace trocar::ui
