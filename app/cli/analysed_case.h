#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "app/cli/arguments.h"
#include "core/report/exporter.h"

namespace trocar::cli {

/// An open case with the analytics asked for run over it. `input` points into the rest: keep it together.
struct AnalysedCase {
    std::unique_ptr<CaseFile> file;
    std::shared_ptr<const Capture> capture;
    std::vector<std::unique_ptr<FindingView>> views;  ///< one an analytic, window set
    ReportInput input;
};

/// The options that `analyse` reads: --analytic, --set.
[[nodiscard]] std::vector<OptionSpec> analysis_options();
/// Opens the case at `path` read-only and runs what --analytic and --set say. The case's suppressions hold.
/// Errors: usage (names accepted forms), case_damaged, cancelled.
[[nodiscard]] Result<AnalysedCase> analyse(const std::string& path, const Arguments& arguments, std::stop_token stop);

/// For people: without --analytic only the views that the case's evidence concerns stay in `input`.
void keep_to_evidence(AnalysedCase& analysed, const Arguments& arguments);

/// The analytics that --analytic names ("all" when absent).
[[nodiscard]] Result<std::vector<const Analytic*>> chosen_analytics(const Arguments& arguments);

/// "+02:00", "-0400", "+2", "UTC", "Z": a fixed offset from UTC, in minutes.
[[nodiscard]] Result<int> parse_zone(std::string_view text);

}  // namespace trocar::cli
