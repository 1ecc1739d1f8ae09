#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/base/time.h"

namespace trocar::ui {

/// Durations along a logarithmic axis from `minimum` to `maximum`, drawn from `left` over `width` pixels. A value.
struct LogAxis {
    Nanos minimum{1'000'000}, maximum{86'400'000'000'000};
    double left = 0, width = 1;

    [[nodiscard]] double x(Nanos at) const {
        const auto clamped = static_cast<double>(std::clamp(at.count, minimum.count, maximum.count));
        const auto low = static_cast<double>(std::max<std::int64_t>(minimum.count, 1));
        return left + width * std::log(std::max(clamped, 1.0) / low) /
                          std::log(static_cast<double>(maximum.count) / low);
    }
    /// Rounded to three significant digits, so that a drag gives values people would type.
    [[nodiscard]] Nanos at(double x) const {
        const double share = std::clamp((x - left) / width, 0.0, 1.0);
        const auto low = static_cast<double>(std::max<std::int64_t>(minimum.count, 1));
        return rounded(low * std::pow(static_cast<double>(maximum.count) / low, share));
    }
    [[nodiscard]] Nanos scaled(Nanos from, double factor) const {
        return rounded(static_cast<double>(from.count) * factor);
    }
    [[nodiscard]] Nanos clamped(Nanos at) const {
        return {std::clamp(at.count, minimum.count, maximum.count)};
    }

private:
    [[nodiscard]] Nanos rounded(double nanos) const {
        const double unit = std::pow(10.0, std::floor(std::log10(std::max(nanos, 1.0))) - 2);
        return clamped({static_cast<std::int64_t>(std::llround(std::round(nanos / unit) * unit))});
    }
};

}  // namespace trocar::ui
