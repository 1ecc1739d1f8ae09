#include <algorithm>
#include <array>
#include <utility>

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

namespace {

using Operations = std::array<bool, kOperationCount>;

Operations operations_of(const Analytic& analytic) {
    Operations out{};
    for (const AnalyticStep& step : analytic.steps) {
        for (const Operation operation : step.shown_by) {
            out[static_cast<std::size_t>(operation)] = true;
        }
    }
    for (const Operation operation : analytic.context) {
        out[static_cast<std::size_t>(operation)] = true;
    }
    return out;
}

/// Events of operations that only this analytic speaks of: programs are started and libraries loaded everywhere.
std::uint64_t events_of_its_own(const Analytic& analytic, const Capture& capture) {
    Operations own = operations_of(analytic);
    for (const Analytic& other : builtin_analytics()) {
        const Operations others = operations_of(other);
        for (std::size_t i = 0; i < own.size() && other.id != analytic.id; ++i) {
            own[i] = own[i] && !others[i];
        }
    }
    std::uint64_t events = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
        events += own[i] ? capture.total_by_operation[i] : 0;
    }
    return events;
}

std::uint64_t signals_of_its_system(const Analytic& analytic, const Capture& capture) {
    const auto& flags = capture.signals.flags;
    return static_cast<std::uint64_t>(std::count_if(flags.begin(), flags.end(), [&](std::uint32_t flag) {
        const bool is_linux = (flag & signal_flag::kLinux) != 0;
        const std::string_view system = is_linux                             ? "Linux"
                                        : (flag & signal_flag::kMac) != 0 ? "macOS"
                                                                          : "Windows";
        return system == analytic.system;
    }));
}

}  // namespace

const Analytic& fitting_analytic(const Capture& capture) {
    using Heard = std::pair<std::uint64_t, std::uint64_t>;
    const Analytic* fitting = nullptr;
    Heard most;
    for (const Analytic& analytic : builtin_analytics()) {
        const Heard heard{events_of_its_own(analytic, capture), signals_of_its_system(analytic, capture)};
        if (fitting == nullptr || heard > most) {
            fitting = &analytic;
            most = heard;
        }
    }
    return *fitting;
}

}  // namespace trocar
