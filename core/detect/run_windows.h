#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/time.h"
#include "core/detect/analytic.h"
#include "core/detect/anchor_index.h"
#include "core/detect/capture.h"
#include "core/detect/engine.h"
#include "core/detect/judge.h"

namespace trocar {

/// What the pass says of one anchor of a run. Above the slider's maximum both windows are infinite.
struct AnchorResult {
    Nanos span{kInfiniteNanos}, gap{kInfiniteNanos};
    std::uint32_t handle = kNoSignal;  ///< the first step that gives the span
    std::uint32_t roles = 0;           ///< seen between that step and the anchor
    [[nodiscard]] Nanos under(WindowMeasure measure) const { return measure == WindowMeasure::span ? span : gap; }
};

/// The critical windows of one run after another: two stages by one walk over the pair's columns, anything else by
/// CriticalPass; both give the same where both apply (tests/property). Thread safety: none.
class RunWindows {
public:
    RunWindows(const Capture& capture, const AnchorIndex& index, const Analytic& analytic);

    /// Parallel to the run's anchors; valid until the next call. O(signals of the pair).
    [[nodiscard]] std::span<const AnchorResult> of(const AnchorRun& run, const std::vector<Admission>& admissions);
    /// The engine over one run, for its witness and evidence.
    [[nodiscard]] const CriticalPass& engine(const AnchorRun& run, const std::vector<Admission>& admissions);

private:
    void direct(const AnchorRun& run, const std::vector<Admission>& admissions);
    void general(const AnchorRun& run, const std::vector<Admission>& admissions);
    void gather(const AnchorRun& run, const std::vector<Admission>& admissions);

    const SignalTable& table_;
    const AnchorIndex& index_;
    const Analytic& analytic_;
    Nanos longest_;
    std::vector<CriticalPass> passes_;  ///< by pattern
    std::vector<AnchorResult> results_;
    std::vector<StageSignal> input_;
};

}  // namespace trocar
