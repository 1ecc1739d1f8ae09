#include <algorithm>

#include "core/base/escape.h"
#include "core/report/exporters/exporters.h"
#include "core/report/report_row.h"

namespace trocar {
namespace {

constexpr std::size_t kRowsAtOnce = 512;

/// Fields of one record; text is made harmless for a spreadsheet, numbers are written as they are.
class CsvLine {
public:
    CsvLine& text(std::string_view value) { return put(csv_field(value)); }
    CsvLine& number(std::uint64_t value) { return put(std::to_string(value)); }
    CsvLine& window(Nanos value) { return put(value == kInfiniteNanos ? std::string() : std::to_string(value.count)); }
    [[nodiscard]] std::string end() { return line_ + "\r\n"; }  // RFC 4180, section 2

private:
    CsvLine& put(const std::string& field) {
        line_ += (first_ ? "" : ",") + field;
        first_ = false;
        return *this;
    }
    std::string line_;
    bool first_ = true;
};

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : "; ") + word;
    }
    return out;
}

std::string line_of(const ReportRow& row) {
    const Finding& finding = row.finding;
    const Capture& capture = row.view->analysis().capture();
    const ReportSide source = side_of(capture, finding.source);
    const ReportSide target = side_of(capture, finding.target);
    const bool lone = finding.kind == FindingKind::lone;
    CsvLine line;
    line.text(format_chain_id(finding.id)).text(name(finding.kind)).text(row.view->analysis().analytic().id);
    line.text(finding.technique).text(name(finding.grade)).number(finding.confidence);
    line.text(target.host).text(source.image).number(source.pid).text(target.image).number(target.pid);
    line.text(format_iso_time(finding.anchor_time));
    line.window(lone ? kInfiniteNanos : finding.span).window(lone ? kInfiniteNanos : finding.gap);
    line.window(row.view->critical(finding)).number(finding.folded).text(finding.damped ? "yes" : "no");
    line.text(joined(row.why.observed)).text(joined(row.why.missing)).text(joined(row.why.invisible));
    line.text(name(row.verdict)).text(row.note).text(row.why.sentence);
    return line.end();
}

class CsvExporter final : public Exporter {
public:
    [[nodiscard]] std::string_view name() const override { return "csv"; }
    [[nodiscard]] std::string_view title() const override { return "Findings as CSV"; }
    [[nodiscard]] std::string_view suffix() const override { return "csv"; }
    [[nodiscard]] Result<std::string> write(const ReportInput& input) const override {
        std::string out = "id,kind,analytic,technique,grade,confidence,host,source_image,source_pid,target_image,target_pid,"
                          "anchor_time,span_ns,gap_ns,critical_window_ns,folded,damped,observed,missing,invisible,verdict,"
                          "note,sentence\r\n";
        ReportInput without_evidence = input;
        without_evidence.case_file = nullptr;
        for (const FindingView* view : input.views) {
            const std::vector<Finding> findings = shown_findings(input, *view);
            for (std::size_t at = 0; at < findings.size(); at += kRowsAtOnce) {
                const auto part = std::span(findings).subspan(at, std::min(kRowsAtOnce, findings.size() - at));
                const Result<std::vector<ReportRow>> rows = report_rows(without_evidence, *view, part);
                if (!rows.ok()) {
                    return rows.error();
                }
                for (const ReportRow& row : rows.value()) {
                    out += line_of(row);
                }
            }
        }
        return out;
    }
};

}  // namespace

std::unique_ptr<const Exporter> csv_exporter() { return std::make_unique<CsvExporter>(); }

}  // namespace trocar
