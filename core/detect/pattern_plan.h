#pragma once

#include <cstdint>
#include <vector>

#include "core/base/time.h"
#include "core/detect/analytic.h"
#include "core/model/signal.h"

namespace trocar {

using SignalRows = std::vector<std::uint32_t>;

/// The loosest admissions of one pattern, by what they are for: the step that opens a path, those between, the anchor.
/// Thread safety: a value.
struct PatternPlan {
    const Pattern* pattern = nullptr;
    std::vector<Admission> anchors, leads, optional;
    std::vector<Role> anchor_roles, optional_roles;
    Nanos skew;

    /// May this signal be an anchor?
    [[nodiscard]] bool ends(const SignalTable& table, std::uint32_t row) const;
    /// May it be a path's first step? One without a time may not.
    [[nodiscard]] bool opens(const SignalTable& table, std::uint32_t row) const;
    /// The rows of `pair` with a role that anchors have, in order.
    [[nodiscard]] SignalRows anchor_candidates(const SignalTable& table, const Pair& pair) const;
    /// Has the pair a signal for a stage between?
    [[nodiscard]] bool has_optional(const SignalTable& table, const Pair& pair) const;
};

[[nodiscard]] std::vector<PatternPlan> pattern_plans(const Analytic& analytic);

}  // namespace trocar
