#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/detect/analysis.h"
#include "core/store/case_file.h"

namespace trocar {

/// Everything a report tells about: built once by the caller from an open case.
struct ReportInput {
    CaseInfo info;
    std::vector<const FindingView*> views;     ///< one an analytic
    std::vector<VerdictRow> verdicts;
    std::vector<Suppression> suppressions;
    CaseFile* case_file = nullptr;             ///< for evidence details (records, files, fields)
    std::string zone_name = "UTC";
    int zone_minutes = 0;                      ///< stamps are printed in UTC and, when not 0, in this zone too
    bool partial = false, unfold = false;
    bool show_environment = false;             ///< values of environment variables too: they hold secrets
};

/// One report format. Same input, same bytes: no clock, no path of this machine.
class Exporter {
public:
    virtual ~Exporter() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;   ///< "html"
    [[nodiscard]] virtual std::string_view title() const = 0;
    [[nodiscard]] virtual std::string_view suffix() const = 0; ///< "html"
    [[nodiscard]] virtual Result<std::string> write(const ReportInput& input) const = 0;
};
[[nodiscard]] std::vector<std::unique_ptr<const Exporter>> builtin_exporters();

/// The `chains --format json` object of the command-line contract (schema trocar/chains/1).
[[nodiscard]] Result<std::string> chains_json(const ReportInput& input);

/// A line that tells a sensor to record what is absent.
struct CoverageRule {
    std::string by;    ///< "auditd"
    std::string rule;  ///< "-a always,exit -F arch=b64 -S process_vm_writev -k vm_write"
};

/// Coverage of one analytic on one host: what the capture holds of what the question needs.
struct CoverageRow {
    std::string host;
    std::string component;     ///< "Process Access"
    std::string data_source;   ///< "DC0035"
    std::string telemetry;     ///< "Sysmon 10"
    std::uint64_t count = 0;
    UtcNanos first, last;
    std::vector<std::pair<UtcNanos, UtcNanos>> gaps;
    std::string quality;       ///< fields seen empty: "CallTrace is empty in 100 % of them"; may be empty
    std::string meaning;       ///< what is blind without it, and (where there are no rules) how to record it
    std::string step;          ///< the step of the analytic that it shows; may be empty
    std::vector<CoverageRule> rules;  ///< absent: what would show it, by sensor
};
/// "auditd: RULE; RULE", then the next sensor behind `between`. "" without rules.
[[nodiscard]] std::string rules_text(const CoverageRow& row, std::string_view between = ". ");
[[nodiscard]] std::vector<CoverageRow> coverage(const Capture& capture, const Analytic& analytic);

}  // namespace trocar
