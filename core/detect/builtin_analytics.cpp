#include <algorithm>
#include <array>

#include "core/detect/analytic.h"
#include "core/detect/analytics/an1399.h"
#include "core/detect/analytics/an1400.h"
#include "core/detect/analytics/an1401.h"
#include "core/detect/capture.h"

namespace trocar {

std::span<const Analytic> builtin_analytics() {
    static const std::array kAnalytics{
        make_an1399(),
        make_an1400(),
        make_an1401(),
    };
    return kAnalytics;
}

const Analytic* find_analytic(std::string_view id) {
    const auto all = builtin_analytics();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Analytic& a) { return a.id == id; });
    return found == all.end() ? nullptr : &*found;
}

const Analytic& fitting_analytic(const Capture& capture) {
    const auto heard = [&](const Analytic& analytic) {
        std::array<bool, kOperationCount> counted{};
        std::uint64_t events = 0;
        for (const AnalyticStep& step : analytic.steps) {
            for (const Operation operation : step.shown_by) {
                const auto i = static_cast<std::size_t>(operation);
                events += counted[i] ? 0 : capture.total_by_operation[i];
                counted[i] = true;
            }
        }
        return events;
    };
    const auto all = builtin_analytics();
    return *std::max_element(all.begin(), all.end(),
                             [&](const Analytic& a, const Analytic& b) { return heard(a) < heard(b); });
}

}  // namespace trocar
