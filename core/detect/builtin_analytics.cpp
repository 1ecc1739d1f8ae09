#include <algorithm>
#include <array>

#include "core/detect/analytic.h"
#include "core/detect/analytics/an1399.h"
#include "core/detect/analytics/an1400.h"

namespace trocar {

std::span<const Analytic> builtin_analytics() {
    static const std::array kAnalytics{
        make_an1399(),
        make_an1400(),
    };
    return kAnalytics;
}

const Analytic* find_analytic(std::string_view id) {
    const auto all = builtin_analytics();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Analytic& a) { return a.id == id; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace trocar
