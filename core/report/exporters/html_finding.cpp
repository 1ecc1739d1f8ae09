#include "core/report/exporters/html_finding.h"

#include "core/base/escape.h"
#include "core/base/process_label.h"
#include "core/base/text.h"
#include "core/report/content.h"
#include "core/report/figures.h"
#include "core/report/svg.h"

namespace trocar {
namespace {

constexpr std::size_t kEvidenceRows = 40;

/// The day that all evidence shares, "2026-03-02"; empty when it does not, in either zone.
std::string common_day(const ReportInput& input, const ReportRow& row) {
    const auto day = [](UtcNanos t, int zone) { return format_time(t, 0, zone).substr(0, 10); };
    const std::string first = day(row.finding.anchor_time, 0);
    for (const EvidenceDetail& item : row.evidence) {
        if (item.evidence.time.none() || day(item.evidence.time, 0) != first ||
            day(item.evidence.time, input.zone_minutes) != first) {
            return {};
        }
    }
    return first;
}

std::string stamp(const ReportInput& input, UtcNanos t, bool clock_only) {
    const auto text = [&](int zone) { return html_escaped(clock_only ? format_clock(t, 3, zone) : format_time(t, 3, zone)); };
    std::string out = text(0);
    if (input.zone_minutes != 0) {
        out += "<br><span class=\"muted\">" + text(input.zone_minutes) + "</span>";
    }
    return out;
}

/// "Sysmon 10"; without a case at hand the event's number is not known.
std::string source_of(const EvidenceDetail& item) {
    return item.provider.empty() ? std::string(name(item.operation)) : item.provider + " " + std::to_string(item.event_id);
}

std::string evidence_table(const ReportInput& input, const ReportRow& row) {
    const std::string day = common_day(input, row);
    std::string head = day.empty() ? "Time (UTC)" : day + " UTC";
    if (input.zone_minutes != 0) {
        head += " / " + zone_words(input.zone_minutes);
    }
    std::string out = "<table class=\"evidence\"><thead><tr><th>Step</th><th>" + html_escaped(head) +
                      "</th><th>Source</th><th>What was seen</th></tr></thead><tbody>";
    const bool many_sources = input.info.sources.size() > 1;
    std::size_t shown = 0;
    std::size_t executions = 0;
    for (const EvidenceDetail& item : row.evidence) {
        // The path itself is never cut away.
        if (shown >= kEvidenceRows && !item.evidence.witness) {
            continue;
        }
        ++shown;
        const OperationClass operation = operation_class(item.operation);
        out += item.evidence.witness ? "<tr class=\"witness\">" : "<tr>";
        out += "<td class=\"step\"><span class=\"mark " + std::string(operation_css(operation)) + "\">" +
               std::string(operation_mark(operation)) + "</span> " + html_escaped(item.evidence.stage) + "</td>";
        out += "<td class=\"time\">" + stamp(input, item.evidence.time, !day.empty()) + "</td>";
        out += "<td class=\"source\">" + html_escaped(source_of(item)) + "<br><span class=\"muted\">#" +
               std::to_string(item.record) + "</span></td><td>" + html_escaped(item.evidence.text);
        if (many_sources) {
            out += "<br><span class=\"muted\">" + html_escaped(item.source_file) + "</span>";
        }
        out += "</td></tr>";
        executions += item.evidence.stage == "execute" ? 1U : 0U;
    }
    if (row.finding.folded > executions && executions != 0) {
        out += "<tr><td></td><td></td><td></td><td class=\"muted\">and " +
               html_escaped(grouped(row.finding.folded - executions)) +
               " more executions at the same place, folded into this finding</td></tr>";
    }
    if (shown < row.evidence.size()) {
        out += "<tr><td></td><td></td><td></td><td class=\"muted\">and " + html_escaped(grouped(row.evidence.size() - shown)) +
               " more, in the JSON export</td></tr>";
    }
    return out + "</tbody></table>";
}

std::string confidence_table(const ReportRow& row) {
    std::string out = "<table class=\"confidence\"><thead><tr><th colspan=\"2\">Confidence</th></tr></thead><tbody>";
    for (const Reason& reason : row.why.reasons) {
        out += std::string("<tr><td") + (reason.points < 0 ? " class=\"minus\"" : "") + ">" +
               (reason.points < 0 ? "\u2212" + std::to_string(-reason.points) : "+" + std::to_string(reason.points)) +
               "</td><td>" + html_escaped(reason.text) + "</td></tr>";
    }
    return out + "</tbody></table>";
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : ", ") + word;
    }
    return out;
}

std::string closing_box(const ReportRow& row) {
    std::string out = "<div class=\"box\">";
    out += "<p>" + html_escaped(vanish_sentence(row)) + "</p>";
    std::string steps = "Observed: " + joined(row.why.observed) + ".";
    if (!row.why.missing.empty()) {
        steps += " Not seen, though this capture could have shown it: " + joined(row.why.missing) + ".";
    }
    if (!row.why.invisible.empty()) {
        steps += " Not observable in this capture: " + joined(row.why.invisible) + ".";
    }
    out += "<p>" + html_escaped(steps) + "</p>";
    if (!row.why.runner_up.empty()) {
        out += "<p>Could also be " + html_escaped(row.why.runner_up) + ".</p>";
    }
    return out + "</div>";
}

}  // namespace

std::string html_finding(const ReportInput& input, const ReportRow& row, std::size_t number,
                         std::size_t same_pair) {
    const Capture& capture = row.view->analysis().capture();
    const ReportSide source = side_of(capture, row.finding.source);
    const ReportSide target = side_of(capture, row.finding.target);
    std::string out = "<h2>Finding " + std::to_string(number) +
                      (same_pair == 0 ? std::string()
                                      : " <span class=\"aside\">same pair as finding " + std::to_string(same_pair) + "</span>") +
                      "</h2><article class=\"card\" id=\"c-" +
                      format_chain_id(row.finding.id) + "\"><header><h3>" + html_escaped(source.name) + " \u2192 " +
                      html_escaped(target.name) + "</h3>";
    if (!row.finding.technique.empty()) {
        out += "<span class=\"chip\">" + html_escaped(row.finding.technique) + "</span>";
    }
    if (row.finding.kind != FindingKind::chain) {
        out += "<span class=\"chip plain\">" + html_escaped(row.finding.kind == FindingKind::lone ? "not linked" : "partial") +
               "</span>";
    }
    out += "<span class=\"standing\">" + html_escaped(standing(row, " \u00b7 ")) + "</span></header>";
    out += "<p class=\"sentence\">" + html_escaped(row.why.sentence) + "</p>";
    out += swimlane_svg(row);
    out += evidence_table(input, row);
    out += confidence_table(row);
    out += closing_box(row);
    if (row.verdict != Verdict::unset) {
        out += "<div class=\"box verdict\"><p>Verdict: " + html_escaped(verdict_words(row.verdict)) +
               (row.note.empty() ? std::string() : ". " + html_escaped(row.note)) + "</p></div>";
    }
    out += "<p class=\"muted small mono ids\">" + html_escaped(with_pid(source.image, source.pid)) + " \u2192 " +
           html_escaped(with_pid(target.image, target.pid)) + (target.host.empty() ? "" : " on " + html_escaped(target.host)) +
           "<br>id " + format_chain_id(row.finding.id) + "</p>";
    return out + "</article>";
}

}  // namespace trocar
