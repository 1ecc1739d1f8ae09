#include <algorithm>
#include <cstddef>
#include <map>
#include <span>

#include "core/base/byte_cursor.h"
#include "core/base/escape.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/report/content.h"
#include "core/report/exporters/exporters.h"
#include "core/report/exporters/html_finding.h"
#include "core/report/exporters/html_style.h"
#include "core/report/figures.h"
#include "core/report/version.h"

namespace trocar {
namespace {

// RFC 4648, as the hash sources of Content Security Policy Level 3 write it.
std::string base64(const Sha256Digest& digest) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < digest.size(); i += 3) {
        std::uint32_t bits = static_cast<std::uint32_t>(digest[i]) << 16;
        bits |= i + 1 < digest.size() ? static_cast<std::uint32_t>(digest[i + 1]) << 8 : 0U;
        bits |= i + 2 < digest.size() ? static_cast<std::uint32_t>(digest[i + 2]) : 0U;
        out += kAlphabet[bits >> 18 & 63U];
        out += kAlphabet[bits >> 12 & 63U];
        out += i + 1 < digest.size() ? kAlphabet[bits >> 6 & 63U] : '=';
        out += i + 2 < digest.size() ? kAlphabet[bits & 63U] : '=';
    }
    return out;
}

std::string cell(std::string_view text, std::string_view css_class = "") {
    return "<td" + (css_class.empty() ? std::string() : " class=\"" + std::string(css_class) + "\"") + ">" +
           html_escaped(text) + "</td>";
}

std::string fact(std::string_view name, const std::string& html) {
    return "<dt>" + html_escaped(name) + "</dt><dd>" + html + "</dd>";
}

std::string period(UtcNanos from, UtcNanos to) {
    if (from.none() || to.none()) {
        return "not known";
    }
    const std::string first = format_time(from, 0);
    const std::string last = format_time(to, 0);
    // The day once, when it is one day.
    return first + " \u2013 " + (first.substr(0, 10) == last.substr(0, 10) ? last.substr(11) : last) + " UTC";
}

std::string head(const ReportContent& content) {
    const std::string style(html_style());
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" +
           base64(sha256(as_bytes(style))) +
           "'; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
           "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Process injection report: " +
           html_escaped(content.title) + "</title>\n<style>" + style + "</style></head>\n<body><main>\n";
}

std::string facts(const ReportInput& input, const ReportContent& content) {
    const CaseInfo& info = input.info;
    std::string hosts;
    for (const std::string& host : info.hosts) {
        hosts += (hosts.empty() ? "" : ", ") + host;
    }
    std::string out = "<h1>Process injection report</h1><p class=\"sub\">" + html_escaped(content.title) +
                      (hosts.empty() ? std::string() : " \u00b7 " + html_escaped(hosts)) + " \u00b7 Trocar " +
                      html_escaped(product_version()) + "</p>\n<dl class=\"facts\">";
    std::string capture;
    std::string hash;
    if (info.sources.size() == 1) {
        capture = html_escaped(evidence_name(info.sources[0].path));
        hash = "<code>" + html_escaped(info.sources[0].sha256) + "</code>";
    } else {
        capture = html_escaped(grouped(info.sources.size()) + " files");
        hash = "of each file: appendix";
    }
    out += fact("Capture", capture + ", " + html_escaped(grouped(info.events)) + " records");
    out += fact("Period", html_escaped(period(info.first_time, info.last_time)));
    out += fact("SHA-256", hash);
    std::string unread = html_escaped(grouped(info.rejected())) + (info.rejected() == 1 ? " record" : " records") + " rejected";
    for (const std::string& line : info.unfinished) {
        unread += "<br>" + html_escaped(line);
    }
    out += fact("Not read", unread);
    std::string analytics;
    for (const FindingView* view : input.views) {
        analytics += (analytics.empty() ? "" : "<br>") + html_escaped(view->analysis().analytic().id) + " (DET0508), " +
                     html_escaped(parameters_sentence(*view));
    }
    out += fact("Analytic", analytics);
    std::string times = input.zone_minutes == 0 ? "UTC" : "UTC and " + zone_words(input.zone_minutes);
    if (input.zone_minutes != 0 && !input.zone_name.empty()) {
        times += " (" + input.zone_name + ")";
    }
    for (const SourceInfo& source : info.sources) {
        if (source.clock_offset.count != 0) {
            times += "; " + evidence_name(source.path) + " shifted by " + describe_duration(source.clock_offset);
        }
    }
    out += fact("Times", html_escaped(times));
    return out + "</dl>\n";
}

std::string summary(const ReportContent& content) {
    std::string out = "<h2>Summary</h2>";
    for (const Paragraph& paragraph : content.summary) {
        out += "<p>";
        for (const TextRun& run : paragraph) {
            out += run.strong ? "<b>" + html_escaped(run.text) + "</b>" : html_escaped(run.text);
        }
        out += "</p>";
    }
    return out + "\n";
}

std::string parameters(const ReportInput& input) {
    std::string out = "<h2>How sure are the parameters?</h2>";
    for (const FindingView* view : input.views) {
        out += "<div class=\"curve\">" + curve_svg(*view) + "<div><p>" + html_escaped(curve_sentence(*view)) + "</p>";
        const std::vector<RightBar> bars = view->right_bars();
        std::string rights;
        for (const RightBar& bar : bars) {
            if (bar.set) {
                rights += (rights.empty() ? "" : "; ") + std::string(bar.name) + ": " +
                          (bar.gained == 0 ? "no chain more without it" : "+" + std::to_string(bar.gained) + " without it");
            }
        }
        if (!rights.empty()) {
            out += "<p>AccessMask. " + html_escaped(rights) + ".</p>";
        }
        out += "</div></div>";
    }
    return out + "\n";
}

std::string spoofed(const ReportContent& content) {
    if (content.spoofed.empty()) {
        return {};
    }
    std::string out =
        "<h2>Spoofed parents</h2><p>The handle that creation returns went to another process than the parent on "
        "record (T1134.004). Times are UTC.</p><ul>";
    for (const std::string& line : content.spoofed) {
        out += "<li>" + html_escaped(line) + "</li>";
    }
    return out + "</ul>\n";
}

/// Clock times of one day, else whole stamps.
std::string first_to_last(const CoverageRow& row) {
    const bool one_day = format_time(row.first, 0).substr(0, 10) == format_time(row.last, 0).substr(0, 10);
    return one_day ? format_clock(row.first, 0) + " \u2013 " + format_clock(row.last, 0)
                   : format_time(row.first, 0) + " \u2013 " + format_time(row.last, 0);
}

/// Data components down, up to three hosts across.
std::string coverage_table(std::span<const CoverageRow> rows, const std::vector<std::string>& hosts) {
    std::string out = "<table class=\"matrix\"><thead><tr><th>Data component</th><th>Telemetry</th>";
    for (const std::string& host : hosts) {
        out += "<th>" + html_escaped(host) + "</th>";
    }
    out += "</tr></thead><tbody>";
    for (const CoverageRow& component : rows) {
        if (component.host != hosts.front()) {
            continue;
        }
        out += "<tr><td>" + html_escaped(component.component) + " <span class=\"muted\">" +
               html_escaped(component.data_source) + "</span></td>" + cell(component.telemetry);
        for (const std::string& host : hosts) {
            for (const CoverageRow& row : rows) {
                if (row.host != host || row.component != component.component) {
                    continue;
                }
                if (row.count == 0) {
                    out += "<td class=\"absent\">\u25cb absent</td>";
                } else {
                    out += std::string("<td>") + (row.gaps.empty() ? "\u25cf " : "<span class=\"gaps\">\u25d0</span> ") +
                           html_escaped(grouped(row.count)) + "<br><span class=\"muted\">" +
                           html_escaped(first_to_last(row)) + "</span></td>";
                }
            }
        }
        out += "</tr>";
    }
    return out + "</tbody></table>";
}

std::string coverage_section(const ReportContent& content) {
    constexpr std::size_t kAcross = 3;
    std::string out = "<h2>What this capture could not show</h2>";
    for (const AnalyticCoverage& analytic : content.coverage) {
        std::vector<std::string> hosts;
        for (const CoverageRow& row : analytic.rows) {
            if (hosts.empty() || hosts.back() != row.host) {
                hosts.push_back(row.host);
            }
        }
        for (std::size_t at = 0; at < hosts.size(); at += kAcross) {
            const auto end = hosts.begin() + static_cast<std::ptrdiff_t>(std::min(at + kAcross, hosts.size()));
            out += coverage_table(analytic.rows, {hosts.begin() + static_cast<std::ptrdiff_t>(at), end});
        }
    }
    out += "<ul class=\"small\">";
    for (const std::string& line : content.blind) {
        out += "<li>" + html_escaped(line) + "</li>";
    }
    return out + "</ul>\n";
}

std::string verdict_section(const ReportInput& input) {
    std::string out = "<h2>Verdicts</h2>";
    if (input.verdicts.empty()) {
        out += "<p class=\"muted\">None recorded.</p>";
    } else {
        out += "<table><thead><tr><th>Chain</th><th>Verdict</th><th>Note</th></tr></thead><tbody>";
        for (const VerdictRow& row : input.verdicts) {
            out += "<tr><td class=\"mono\">" + format_chain_id(row.chain) + "</td>" + cell(verdict_words(row.verdict)) +
                   cell(row.note) + "</tr>";
        }
        out += "</tbody></table>";
    }
    if (!input.suppressions.empty()) {
        out += "<table><thead><tr><th>Suppressed source</th><th>Target</th><th>Reason</th><th>Since (UTC)</th></tr></thead>"
               "<tbody>";
        for (const Suppression& row : input.suppressions) {
            out += "<tr>" + cell(row.source_glob) + cell(row.target_glob) +
                   cell(row.reason + (row.revoked ? " (revoked)" : "")) + cell(format_time(row.at, 0)) + "</tr>";
        }
        out += "</tbody></table>";
    }
    return out + "\n";
}

std::string method() {
    std::string out = "<h2>Method</h2>";
    for (const std::string& paragraph : method_paragraphs()) {
        out += "<p class=\"small\">" + html_escaped(paragraph) + "</p>";
    }
    return out + "\n";
}

std::string other_rows(const ReportContent& content) {
    std::string out = "<h2>Appendix A: rows not told in full</h2>";
    if (content.listed.empty()) {
        return out + "<p class=\"muted\">None.</p>";
    }
    out += "<table><thead><tr><th>Kind</th><th>Source \u2192 target</th><th>Time (UTC)</th><th class=\"num\">Confidence"
           "</th><th>Why</th></tr></thead><tbody>";
    for (const ReportRow& row : content.listed) {
        const Capture& capture = row.view->analysis().capture();
        const ReportSide source = side_of(capture, row.finding.source);
        const ReportSide target = side_of(capture, row.finding.target);
        // The reason that counts against it says why it stands here.
        std::string why = row.why.sentence;
        for (const Reason& reason : row.why.reasons) {
            if (reason.points < 0) {
                why = reason.text;
                break;
            }
        }
        out += "<tr>" + cell(std::string(name(row.finding.kind)) + (row.finding.damped ? ", damped" : "")) +
               cell(source.label() + " \u2192 " + target.label() +
                    (row.finding.folded > 1 ? " \u00d7" + std::to_string(row.finding.folded) : "")) +
               cell(format_time(row.finding.anchor_time, 3), "time") + cell(std::to_string(row.finding.confidence), "num") +
               cell(why) + "</tr>";
    }
    out += "</tbody></table>";
    if (content.not_listed != 0) {
        out += "<p class=\"muted small\">" + html_escaped(grouped(content.not_listed)) +
               " further rows are in the JSON and CSV exports.</p>";
    }
    return out;
}

std::string inputs(const ReportInput& input) {
    std::string out = "<h2>Appendix B: evidence files</h2><table><thead><tr><th>File</th><th>SHA-256</th>"
                      "<th class=\"num\">Bytes</th><th class=\"num\">Events</th><th>Read as</th></tr></thead><tbody>";
    std::string losses;
    for (const SourceInfo& source : input.info.sources) {
        out += "<tr>" + cell(evidence_name(source.path) + (source.complete ? "" : " (incomplete)")) +
               cell(source.sha256, "mono") + cell(grouped(source.size), "num") + cell(grouped(source.events), "num") +
               cell(source.importer + " " + std::to_string(source.importer_version)) + "</tr>";
        for (const LossCount& loss : source.losses) {
            losses += "<tr>" + cell(evidence_name(source.path)) + cell(loss.name) + cell(grouped(loss.count), "num") +
                      cell(loss.help) + "</tr>";
        }
    }
    out += "</tbody></table>";
    if (!losses.empty()) {
        out += "<h2>Appendix C: what was lost or noted in reading</h2><table><thead><tr><th>File</th><th>Counter</th>"
               "<th class=\"num\">Times</th><th>Meaning</th></tr></thead><tbody>" +
               losses + "</tbody></table>";
    }
    return out;
}

class HtmlExporter final : public Exporter {
public:
    [[nodiscard]] std::string_view name() const override { return "html"; }
    [[nodiscard]] std::string_view title() const override { return "Report, one HTML file"; }
    [[nodiscard]] std::string_view suffix() const override { return "html"; }
    [[nodiscard]] Result<std::string> write(const ReportInput& input) const override {
        const Result<ReportContent> made = report_content(input);
        if (!made.ok()) {
            return made.error();
        }
        const ReportContent& content = made.value();
        std::string out = head(content) + facts(input, content) + summary(content);
        std::size_t number = 0;
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> first_of_pair;
        for (const ReportRow& row : content.cards) {
            ++number;
            const auto [first, is_new] =
                first_of_pair.emplace(std::pair(row.finding.source.value, row.finding.target.value), number);
            out += html_finding(input, row, number, is_new ? 0 : first->second) + "\n";
        }
        out += spoofed(content) + parameters(input) + coverage_section(content) + verdict_section(input) + method() +
               other_rows(content) + inputs(input);
        out += "<footer>Trocar " + html_escaped(product_version()) +
               " \u00b7 this file loads nothing and runs nothing</footer>\n</main></body></html>\n";
        return out;
    }
};

}  // namespace

std::unique_ptr<const Exporter> html_exporter() { return std::make_unique<HtmlExporter>(); }

}  // namespace trocar
