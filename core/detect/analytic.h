#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/detect/parameter.h"
#include "core/model/signal.h"

namespace trocar {

/// One stage of a path (core/detect/README.md has the definitions).
struct Stage {
    std::string_view name;      ///< "access", "execute"
    std::uint32_t roles = 0;    ///< bit (1 << Role) for each role that can fill it
    bool optional = false;
    bool repeatable = false;
    Nanos skew;                 ///< a link into this stage may run back in time by this much, at cost 0
};

/// An analytic: its stages, the predicate that fills them, its parameters. The last stage is the anchor.
/// AN1399 is several patterns merged by anchor (access-led, load-led).
struct Pattern {
    std::string_view name;               ///< "access-led"
    std::vector<Stage> stages;
    /// Bit j set: the signal fills stage j under these parameters. Pure; a function of the signal's columns only.
    std::uint32_t (*keep)(Role role, std::uint64_t value, std::uint32_t flags, const ParameterSet& parameters);
};

struct Analytic {
    std::string_view id;                 ///< "AN1399"
    std::string_view title;              ///< "Windows process injection"
    std::vector<Pattern> patterns;
    std::vector<ParameterSpec> parameters;
    [[nodiscard]] const ParameterSpec* parameter(std::string_view name) const;
};

/// All analytics, constant. Adding one: core/detect/analytics/<x>.cpp and a line in builtin_analytics.cpp.
[[nodiscard]] std::span<const Analytic> builtin_analytics();
[[nodiscard]] const Analytic* find_analytic(std::string_view id);

}  // namespace trocar
