#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/detect/analysis.h"
#include "core/detect/analysis_data.h"

namespace trocar {

/// Rows of a FindingView in their fixed order, with their critical windows sorted so that a tick is a binary search.
/// Thread safety: immutable once built, shared by copies of the view.
struct FindingView::Order {
    /// Ascending critical windows under one measure.
    struct Sorted {
        std::vector<Nanos> chains, damped_chains, lone, damped_lone, born, dead, suppressed_chains, suppressed_lone;
        std::vector<std::pair<Nanos, std::uint32_t>> chain_rows;  ///< (critical window, row)
        std::vector<CurveStep> curve;
    };
    std::vector<Finding> rows;
    std::vector<Finding> suppressed;
    std::vector<std::pair<ChainId, std::uint32_t>> by_id;
    std::array<Sorted, 2> sorted;
    [[nodiscard]] const Sorted& of(WindowMeasure measure) const { return sorted[static_cast<std::size_t>(measure)]; }
};

}  // namespace trocar
