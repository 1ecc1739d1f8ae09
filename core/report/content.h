#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/case_json.h"
#include "core/report/report_row.h"

namespace trocar {

/// A stretch of a sentence; `strong` for the names of processes.
struct TextRun {
    std::string text;
    bool strong = false;
};
using Paragraph = std::vector<TextRun>;

/// Does a source of the case come from the analytic's system? Every analytic does where no source was read. Told by the
/// importer's name ("linux_audit"); sandbox reports are of Windows.
[[nodiscard]] bool concerns(const CaseInfo& info, const Analytic& analytic);

inline constexpr std::string_view kUnnamedHost = "the host";  ///< where the evidence names none (eslogger, /proc trees)

/// What the reports for people (HTML, Markdown) say, before any notation.
struct ReportContent {
    static constexpr std::size_t kCards = 40;    ///< findings told in full; a report is read, not scrolled for ever
    static constexpr std::size_t kListed = 300;  ///< further rows in the appendix
    static constexpr std::size_t kSpoofed = 100;  ///< spoofed parents told; the last line counts the rest
    std::string title;                 ///< the case's name, without folder and suffix
    std::vector<ReportRow> cards;      ///< undamped chains and lone rows of confidence 50 or more, best first
    std::vector<ReportRow> listed;     ///< every other visible row, without evidence
    std::size_t not_listed = 0;        ///< rows beyond both limits
    FindingCounts counts;
    std::vector<Paragraph> summary;
    std::vector<std::string> spoofed;  ///< "cmd.exe (7708): the child says ...", of processes with a spoofed parent
    std::size_t spoofed_count = 0;
    std::vector<AnalyticCoverage> coverage;
    std::vector<std::string> blind;    ///< what absent or thin telemetry means, each once, with the hosts it is true of
};
[[nodiscard]] Result<ReportContent> report_content(const ReportInput& input);

/// "Of 14 executions in foreign processes, 11 are linked to an access at 10 s; ..." for one view.
[[nodiscard]] std::string curve_sentence(const FindingView& view);
/// "AN1399: TimeWindow 10s, AccessMask all:0x28" (the long name list only when it is not the default).
[[nodiscard]] std::string parameters_sentence(const FindingView& view);
/// "corroborated, confidence 95, 2 of 2 observable steps".
[[nodiscard]] std::string standing(const ReportRow& row, std::string_view separator);
/// Up to the first full stop that ends a sentence.
[[nodiscard]] std::string_view first_sentence(std::string_view text);
/// At which values of the parameters the row is gone, in sentences.
[[nodiscard]] std::string vanish_sentence(const ReportRow& row);
/// "true positive", "false positive", "true, but benign"; "" for unset.
[[nodiscard]] std::string_view verdict_words(Verdict verdict);
/// "UTC+02:00".
[[nodiscard]] std::string zone_words(int minutes);
/// How chains are found, for a reader who knows the field but not the product.
[[nodiscard]] const std::vector<std::string>& method_paragraphs();

}  // namespace trocar
