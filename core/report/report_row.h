#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/process_label.h"
#include "core/base/result.h"
#include "core/detect/analysis.h"
#include "core/report/exporter.h"
#include "core/store/case_file.h"

namespace trocar {

/// A piece of evidence with what its record says.
struct EvidenceDetail {
    Evidence evidence;
    Operation operation = Operation::generic;
    std::uint32_t event_id = 0;
    std::uint64_t record = 0;
    std::string provider;        ///< "Sysmon", "Security", else as written
    std::string source_file;     ///< evidence_name() of its source
    std::vector<std::pair<std::string, std::string>> fields;  ///< those that matter for its operation
};

/// A row of the findings with everything that an exporter says about it. Thread safety: a value.
struct ReportRow {
    const FindingView* view = nullptr;
    Finding finding;
    Explanation why;
    std::vector<EvidenceDetail> evidence;  ///< in time order
    Verdict verdict = Verdict::unset;
    std::string note;
};

/// One side of a pair, ready to be escaped.
struct ReportSide {
    std::string image;   ///< as the evidence writes it; may be empty
    std::string name;    ///< last component, or "unknown process"
    std::uint32_t pid = 0;
    std::string key;
    std::string host;
    [[nodiscard]] std::string label() const { return with_pid(name, pid); }
};
[[nodiscard]] ReportSide side_of(const Capture& capture, ProcessId process);

/// "WS01 2020-03-21 21:45:04.909 cmd.exe (7708): the child says ..., the create handle is from ...", one a child of
/// spoofed_children(). Beyond `limit` a last line counts the rest.
[[nodiscard]] std::vector<std::string> spoofed_lines(const Capture& capture, std::size_t limit);

/// A source's name without this machine's folders: "Sysmon.evtx", "capture.zip!/logs/Sysmon.evtx".
[[nodiscard]] std::string evidence_name(std::string_view path);
/// "Sysmon" for "Microsoft-Windows-Sysmon", "Security" for its auditing provider; else as it is.
[[nodiscard]] std::string short_provider(std::string_view provider);

/// The rows that show in `view`, in row order; with input.unfold each anchor by itself.
[[nodiscard]] std::vector<Finding> shown_findings(const ReportInput& input, const FindingView& view);
/// Explains `findings` and reads their evidence from the case: one pass over the ids, so hand over some hundred at once.
[[nodiscard]] Result<std::vector<ReportRow>> report_rows(const ReportInput& input, const FindingView& view,
                                                         std::span<const Finding> findings);

/// One element of "chains" in the schema trocar/chains/1.
[[nodiscard]] std::string finding_json(const ReportRow& row);

/// "10s", "all:0x28" as in force in the view, by parameter name.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parameters_in_force(const FindingView& view);

}  // namespace trocar
