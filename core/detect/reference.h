#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/detect/engine.h"

namespace trocar {

/// The definitions of core/detect/README.md taken word by word: every admitted path is written out. For tests, on a
/// handful of signals (exponential). Thread safety: a value.
struct ReferencePath {
    std::vector<PathStep> steps;  ///< first step to anchor; `window` is not set
    std::vector<std::uint32_t> order;  ///< position of each step among the signals
    Nanos span, gap;
};

/// All admitted paths that visit no (signal, stage) twice, to every anchor.
[[nodiscard]] std::vector<ReferencePath> all_paths(std::span<const Stage> stages,
                                                   std::span<const StageSignal> signals);

/// Critical windows by taking the smallest over all_paths; the same answer as CriticalPass::run().
[[nodiscard]] std::vector<AnchorWindow> reference_windows(std::span<const Stage> stages,
                                                          std::span<const StageSignal> signals);

/// Window of step (signal `position`, `stage`) for the anchor at `anchor_position`: the smallest over every way to the
/// step and every way on from it. kInfiniteNanos: the step lies on no admitted path.
[[nodiscard]] Nanos reference_evidence(std::span<const Stage> stages, std::span<const StageSignal> signals,
                                       std::size_t position, std::size_t stage, std::size_t anchor_position,
                                       WindowMeasure measure);

}  // namespace trocar
