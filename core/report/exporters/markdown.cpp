#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/report/content.h"
#include "core/report/exporters/exporters.h"
#include "core/report/version.h"

namespace trocar {
namespace {

std::string md(std::string_view text) { return markdown_escaped(text); }

std::string joined(const std::vector<std::string>& words, std::string_view nothing = "none") {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : ", ") + word;
    }
    return out.empty() ? std::string(nothing) : out;
}

std::string facts(const ReportInput& input, const ReportContent& content) {
    const CaseInfo& info = input.info;
    std::string out = "# Process injection report\n\n" + md(content.title) + ", Trocar " + md(product_version()) + "\n\n";
    out += "| | |\n|---|---|\n";
    out += "| Hosts | " + md(joined(info.hosts, "not named by the evidence")) + " |\n";
    out += "| Records | " + md(grouped(info.events)) + " |\n";
    out += "| Period | " + md(format_time(info.first_time, 3) + " to " + format_time(info.last_time, 3) + " UTC") + " |\n";
    out += "| Not read | " + md(grouped(info.rejected())) + " records rejected |\n";
    for (const FindingView* view : input.views) {
        out += "| Analytic | " + md(view->analysis().analytic().id) + " \\(DET0508\\), " + md(parameters_sentence(*view)) +
               " |\n";
    }
    return out + "| Times | " + md(zone_words(input.zone_minutes) == "UTC" ? "UTC" : "UTC and " + zone_words(input.zone_minutes)) +
           " |\n\n";
}

std::string finding(const ReportInput& input, const ReportRow& row, std::size_t number) {
    constexpr std::size_t kEvidenceRows = 40;
    const Capture& capture = row.view->analysis().capture();
    const ReportSide source = side_of(capture, row.finding.source);
    const ReportSide target = side_of(capture, row.finding.target);
    std::string out = "### " + std::to_string(number) + ". " + md(source.name) + " \u2192 " + md(target.name) + "\n\n";
    out += md(row.finding.technique) + ", " + md(name(row.finding.kind)) + ", " + md(standing(row, ", "));
    out += row.finding.folded > 1 ? ", " + std::to_string(row.finding.folded) + " folded\n\n" : "\n\n";
    out += md(row.why.sentence) + "\n\n| Step | Time \\(UTC\\) | Source | What was seen |\n|---|---|---|---|\n";
    std::size_t shown = 0;
    for (const EvidenceDetail& item : row.evidence) {
        if (shown >= kEvidenceRows && !item.evidence.witness) {
            continue;
        }
        ++shown;
        std::string when = format_time(item.evidence.time, 3);
        if (input.zone_minutes != 0) {
            when += " / " + format_time(item.evidence.time, 3, input.zone_minutes);
        }
        out += "| " + md(item.evidence.stage) + " | " + md(when) + " | " + md(item.provider) + " " +
               std::to_string(item.event_id) + " \\#" + std::to_string(item.record) + " " + md(item.source_file) + " | " +
               md(item.evidence.text) + " |\n";
    }
    if (shown < row.evidence.size()) {
        out += "| | | | and " + std::to_string(row.evidence.size() - shown) + " more, in the JSON export |\n";
    }
    out += "\n| Points | Reason |\n|---:|---|\n";
    for (const Reason& reason : row.why.reasons) {
        out += "| " + std::string(reason.points < 0 ? "" : "\\+") + std::to_string(reason.points) + " | " + md(reason.text) +
               " |\n";
    }
    out += "\n";
    out += "> " + md(vanish_sentence(row)) + "\n\n";
    out += "Observed: " + md(joined(row.why.observed)) + ". Not seen: " + md(joined(row.why.missing)) +
           ". Not observable here: " + md(joined(row.why.invisible)) + ".\n\n";
    if (row.verdict != Verdict::unset) {
        out += "Verdict: " + md(verdict_words(row.verdict)) + (row.note.empty() ? "" : ". " + md(row.note)) + "\n\n";
    }
    return out + "Chain `" + format_chain_id(row.finding.id) + "`" + (target.host.empty() ? "" : " on " + md(target.host)) + "\n\n";
}

std::string coverage_section(const ReportContent& content) {
    std::string out = "## What this capture could not show\n\n| Host | Data component | Telemetry | Events | Meaning |\n"
                      "|---|---|---|---:|---|\n";
    for (const AnalyticCoverage& analytic : content.coverage) {
        for (const CoverageRow& row : analytic.rows) {
            const std::string rules = rules_text(row);
            std::string meaning = row.meaning + (rules.empty() ? "" : " Record it with " + rules + ".");
            for (const std::string& more :
                 {row.quality, row.gaps.empty() ? std::string() : std::to_string(row.gaps.size()) + " gaps"}) {
                meaning += more.empty() ? "" : (meaning.empty() ? "" : " ") + more + ".";
            }
            out += "| " + md(row.host) + " | " + md(row.component + " " + row.data_source) + " | " + md(row.telemetry) +
                   " | " + (row.count == 0 ? "absent" : md(grouped(row.count))) + " | " + md(meaning) + " |\n";
        }
    }
    return out + "\n";
}

std::string appendix(const ReportInput& input, const ReportContent& content) {
    std::string out = "## Verdicts\n\n";
    out += input.verdicts.empty() ? "None recorded.\n\n" : "| Chain | Verdict | Note |\n|---|---|---|\n";
    for (const VerdictRow& row : input.verdicts) {
        out += "| `" + format_chain_id(row.chain) + "` | " + md(verdict_words(row.verdict)) + " | " + md(row.note) + " |\n";
    }
    out += "\n## Method\n\n";
    for (const std::string& paragraph : method_paragraphs()) {
        out += md(paragraph) + "\n\n";
    }
    out += "## Rows not told in full\n\n";
    out += content.listed.empty() ? "None.\n\n" : "| Kind | Source \u2192 target | Time \\(UTC\\) | Confidence |\n|---|---|---|---:|\n";
    for (const ReportRow& row : content.listed) {
        const Capture& capture = row.view->analysis().capture();
        const ReportSide source = side_of(capture, row.finding.source);
        const ReportSide target = side_of(capture, row.finding.target);
        out += "| " + md(name(row.finding.kind)) + (row.finding.damped ? ", damped" : "") + " | " +
               md(source.label() + " \u2192 " + target.label()) + " | " + md(format_time(row.finding.anchor_time, 3)) + " | " + std::to_string(row.finding.confidence) + " |\n";
    }
    if (content.not_listed != 0) {
        out += "\n" + md(grouped(content.not_listed)) + " further rows are in the JSON and CSV exports.\n";
    }
    out += "\n## Evidence files\n\n| File | SHA-256 | Bytes | Events | Rejected or noted |\n|---|---|---:|---:|---|\n";
    for (const SourceInfo& source : input.info.sources) {
        std::string losses;
        for (const LossCount& loss : source.losses) {
            losses += (losses.empty() ? "" : "; ") + loss.name + " " + std::to_string(loss.count);
        }
        out += "| " + md(evidence_name(source.path)) + " | " + md(source.sha256) + " | " + md(grouped(source.size)) + " | " +
               md(grouped(source.events)) + " | " + md(losses) + " |\n";
    }
    return out;
}

class MarkdownExporter final : public Exporter {
public:
    [[nodiscard]] std::string_view name() const override { return "md"; }
    [[nodiscard]] std::string_view title() const override { return "Report, Markdown"; }
    [[nodiscard]] std::string_view suffix() const override { return "md"; }
    [[nodiscard]] Result<std::string> write(const ReportInput& input) const override {
        const Result<ReportContent> made = report_content(input);
        if (!made.ok()) {
            return made.error();
        }
        const ReportContent& content = made.value();
        std::string out = facts(input, content) + "## Summary\n\n";
        for (const Paragraph& paragraph : content.summary) {
            for (const TextRun& run : paragraph) {
                out += run.strong ? "**" + md(run.text) + "**" : md(run.text);
            }
            out += "\n\n";
        }
        out += content.cards.empty() ? "" : "## Findings\n\n";
        std::size_t number = 0;
        for (const ReportRow& row : content.cards) {
            out += finding(input, row, ++number);
        }
        out += content.spoofed.empty() ? "" : "## Spoofed parents\n\nTimes are UTC.\n\n";
        for (const std::string& line : content.spoofed) {
            out += "- " + md(line) + "\n";
        }
        out += content.spoofed.empty() ? "" : "\n";
        out += "## How sure are the parameters?\n\n";
        for (const FindingView* view : input.views) {
            out += md(curve_sentence(*view)) + "\n\n";
        }
        return out + coverage_section(content) + appendix(input, content);
    }
};

}  // namespace

std::unique_ptr<const Exporter> markdown_exporter() { return std::make_unique<MarkdownExporter>(); }

}  // namespace trocar
