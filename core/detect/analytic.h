#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/detect/parameter.h"
#include "core/model/operation.h"
#include "core/model/signal.h"

namespace trocar {

struct Capture;
class Judge;

/// One stage of a path (core/detect/README.md has the definitions).
struct Stage {
    std::string_view name;      ///< "access", "execute"
    std::uint32_t roles = 0;    ///< bit (1 << Role) for each role that can fill it
    bool optional = false;
    bool repeatable = false;
    Nanos skew;                 ///< a link into this stage may run back in time by this much, at cost 0
};
[[nodiscard]] constexpr std::uint32_t role_bit(Role role) { return 1U << static_cast<unsigned>(role); }

/// One way for a signal to fill a stage: a test of its columns. As data, so that the pass tests ten million signals
/// without a call.
struct Admission {
    std::uint8_t stage = 0;
    Role role = Role::access;
    std::uint64_t value_all = 0;   ///< every one of these bits
    std::uint64_t value_any = 0;   ///< one of these bits; 0: not asked
    std::uint32_t flags_any = 0;   ///< one of these flags; 0: not asked
    std::uint32_t flags_none = 0;  ///< none of these flags
    std::uint32_t flags_all = 0;   ///< every one of these flags
    [[nodiscard]] constexpr bool admits(std::uint64_t value, std::uint32_t flags) const {
        return (value & value_all) == value_all && (value_any == 0 || (value & value_any) != 0) &&
               (flags_any == 0 || (flags & flags_any) != 0) && (flags & flags_none) == 0 &&
               (flags & flags_all) == flags_all;
    }
};

/// An analytic: its stages, what fills them, its parameters. The last stage is the anchor.
/// AN1399: access-led and memory-led, merged by anchor, and load-led.
struct Pattern {
    std::string_view name;               ///< "access-led"
    std::vector<Stage> stages;
    /// What fills the stages under these parameters. Admissions of the last stage do not depend on them: anchors are
    /// found once a capture.
    std::vector<Admission> (*admissions)(const ParameterSet& parameters);
    std::vector<Admission> loosest;      ///< the same under the loosest parameters: what can ever be linked
    bool lone_anchors = true;            ///< an anchor that nothing links shows as a lone row
    bool self = false;                   ///< what a process does to itself: over the signals without a source
    /// First steps of two-step paths straight to the anchor, beside those of the stages (two of them, then): stamped as
    /// exactly as the anchor, so that no skew excuses their order. They depend on no parameter.
    std::vector<Admission> exact_leads{};
};

/// A step of the analytic as people count them: completeness is told in these.
struct AnalyticStep {
    std::string_view name;               ///< "write"
    std::uint32_t roles = 0;
    std::vector<Operation> shown_by;     ///< operations that can show it
    bool self = false;                   ///< a step of the patterns with `self`, else of the others
};

struct Analytic {
    std::string_view id;                 ///< "AN1399"
    std::string_view title;              ///< "Windows process injection"
    std::string_view system;             ///< "Windows"
    std::vector<Pattern> patterns;
    std::vector<ParameterSpec> parameters;
    std::vector<AnalyticStep> steps;
    std::vector<Operation> context;      ///< its system has them too, though they show no step: fitting_analytic
    std::vector<Admission> attempts;     ///< open a partial row though they can link to nothing (calls that were denied)
    /// What the analytic knows beyond its stages: pairs, weights, words (core/detect/judge.h).
    std::unique_ptr<Judge> (*make_judge)(const Capture& capture) = nullptr;
    [[nodiscard]] const ParameterSpec* parameter(std::string_view name) const;
};

/// All analytics, constant. Adding one: core/detect/analytics/<x>.cpp and a line in builtin_analytics.cpp.
[[nodiscard]] std::span<const Analytic> builtin_analytics();
[[nodiscard]] const Analytic* find_analytic(std::string_view id);
/// The analytic that most events of the capture speak to: by operations of its steps that no other analytic has and its
/// context; on a tie by the system of the signals; on a tie the first of the list.
[[nodiscard]] const Analytic& fitting_analytic(const Capture& capture);

}  // namespace trocar
