#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/detect/analysis.h"
#include "core/detect/anchor_index.h"
#include "core/detect/engine.h"
#include "core/detect/judge.h"

namespace trocar {

/// What the pass says of one fold group: its tightest anchor under either measure and what opened the way.
struct GroupWindow {
    Nanos span{kInfiniteNanos}, gap{kInfiniteNanos};
    std::uint32_t anchor = kNoSignal;   ///< member with the smallest span (ties: earliest); kNoSignal: never linked
    std::uint32_t handle = kNoSignal;   ///< first step of its path
    std::uint32_t roles = 0;            ///< on the path
    std::uint64_t handle_facts = 0;     ///< of the handle and those opened at the same stamp
};

/// One right of the mask taken out: critical windows of all groups then, ascending.
struct RelaxedRight {
    std::uint32_t bit = 0;
    std::vector<Nanos> span;
};

struct Analysis::Data {
    std::shared_ptr<const Capture> capture;
    const Analytic* analytic = nullptr;
    ParameterSet parameters;
    std::shared_ptr<const AnchorIndex> index;
    std::shared_ptr<Judge> judge;        ///< after the index is built only its const functions and pure ones are used
    std::vector<GroupWindow> windows;    ///< by group
    std::vector<RelaxedRight> relaxed;
};

/// AccessMask of these parameters, when the analytic has one.
[[nodiscard]] const ParameterSpec* mask_spec(const Analytic& analytic);
/// Does `row` fill `stage` of the pattern under these admissions?
[[nodiscard]] bool fills(const SignalTable& table, std::uint32_t row, std::size_t stage,
                         const std::vector<Admission>& admissions);
/// Engine input of one run: the pair's signals and the anchors that joined it, in total order, with their stages.
[[nodiscard]] std::vector<StageSignal> run_signals(const Capture& capture, const AnchorIndex& index,
                                                          const AnchorRun& run, const Pattern& pattern,
                                                          const std::vector<Admission>& admissions);

}  // namespace trocar
