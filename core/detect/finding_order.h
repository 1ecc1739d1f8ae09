#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/detect/analysis.h"
#include "core/detect/analysis_data.h"

namespace trocar {

/// A row without execution, beside its Finding (core/detect/README.md, "Partial row").
struct PartialRow {
    Finding finding;
    std::uint64_t facts = 0;
    std::uint32_t pair = 0;          ///< of SignalTable::pairs
    std::uint32_t handle = 0;        ///< the handle that opens it
    Nanos death_span{kInfiniteNanos}, death_gap{kInfiniteNanos};
};
/// Every pair's partial row under the analysis' parameters, in order of pairs. O(signals); only when asked for.
[[nodiscard]] std::vector<PartialRow> partial_rows(const Analysis::Data& data);

/// Is the image (its last path component) on the list?
[[nodiscard]] bool on_list(const NameListValue& list, std::string_view image);
/// Is the target on it, by its image or by another name that the analytic knows it by?
[[nodiscard]] bool is_listed(const Analysis::Data& data, const NameListValue& list, ProcessId target);

/// Rows of a FindingView in their fixed order, with their critical windows sorted so that a tick is a binary search.
/// Thread safety: immutable once built, shared by copies of the view. Memory: about 110 bytes a row.
struct FindingView::Order {
    /// A row shows at W iff from <= W < until.
    struct Interval {
        Nanos from, until;
        [[nodiscard]] bool holds(Nanos w) const { return from <= w && w < until; }
    };
    /// Ascending critical windows under one measure, and per row when it shows.
    struct Sorted {
        std::vector<Nanos> chains, damped_chains, lone, damped_lone, born, dead, suppressed_chains, suppressed_lone;
        std::vector<Nanos> left_out_chains, left_out_lone;
        std::vector<std::pair<Nanos, std::uint32_t>> chain_rows;  ///< (critical window, row), finite ones
        std::vector<Interval> shows;                              ///< by row
        std::vector<Interval> blocks;                             ///< smallest from, largest until of kBlock rows
        std::vector<CurveStep> curve;
    };
    static constexpr std::size_t kBlock = 256;

    std::vector<HideRule> hidden;
    std::vector<Finding> rows;
    std::vector<Finding> suppressed;
    std::vector<Finding> left_out;                                ///< by a key parameter; confidence and grade are not set
    std::vector<PartialRow> partial;                              ///< rows of kind partial: group - first_partial
    std::uint32_t first_partial = 0;
    std::vector<std::array<std::uint32_t, 2>> rows_of_group;      ///< chain row, lone row; kNoSignal: none
    std::vector<std::pair<ChainId, std::uint32_t>> partial_by_id;
    std::array<std::shared_ptr<const Sorted>, 2> sorted;          ///< the same where span and gap agree on every row

    [[nodiscard]] const Sorted& of(WindowMeasure measure) const { return *sorted[static_cast<std::size_t>(measure)]; }
    [[nodiscard]] Interval shows(const Finding& row, WindowMeasure measure) const;
    [[nodiscard]] bool hides(std::string_view source, std::string_view target) const;
    [[nodiscard]] const PartialRow& partial_of(const Finding& row) const { return partial[row.group - first_partial]; }
};

}  // namespace trocar
