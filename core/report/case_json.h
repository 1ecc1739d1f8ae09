#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/report/exporter.h"

namespace trocar {

/// The object of `info --format json` (schema trocar/info/1). Text is as the evidence has it; beyond ASCII it is
/// written as \u escapes, so that no terminal acts on it.
[[nodiscard]] std::string info_json(const CaseInfo& info);
/// The object of `coverage --format json` (schema trocar/coverage/1): rows per analytic.
struct AnalyticCoverage {
    std::string analytic;
    std::vector<CoverageRow> rows;
};
[[nodiscard]] std::string coverage_json(std::span<const AnalyticCoverage> coverage);

}  // namespace trocar
