#pragma once

#include <string>

#include "core/report/report_row.h"

namespace trocar {

/// Two lanes (source, target), a mark for each piece of evidence, a bracket over the span. Inline SVG, 694 px wide.
[[nodiscard]] std::string swimlane_svg(const ReportRow& row);
/// Chains at every TimeWindow over a logarithmic axis, with the value chosen. Inline SVG, 330 px wide.
[[nodiscard]] std::string curve_svg(const FindingView& view);

}  // namespace trocar
