#include <algorithm>
#include <optional>

#include "app/cli/analysed_case.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/report/content.h"
#include "core/report/json_text.h"
#include "core/report/svg.h"
#include "importers/builtin_importers.h"

namespace trocar::cli {
namespace {

struct Found {
    const FindingView* view = nullptr;
    Finding row;
    bool shows = false;  ///< at the present parameters
};

/// The row of a whole id, or of the only id that begins so. Members of a fold count by their own ids.
Result<Found> find_row(const ReportInput& input, std::string_view wanted) {
    constexpr std::size_t kLeastDigits = 4;
    const std::string prefix = lower_ascii(wanted);
    const bool hex_digits = prefix.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!hex_digits || prefix.size() < kLeastDigits || prefix.size() > 32) {
        return usage_error(std::string(wanted) + " is not a chain id",
                           "it has 32 hexadecimal digits, the first 4 or more will do; trocar-cli chains lists them");
    }
    std::vector<Found> found;
    for (const FindingView* view : input.views) {
        for (const Finding& row : view->rows()) {
            if (format_chain_id(row.id).starts_with(prefix)) {
                const std::optional<std::uint32_t> shown = view->find(row.id);
                const Finding& best = shown ? view->rows()[*shown] : row;
                if (found.empty() || found.back().row.id != best.id) {
                    found.push_back({view, best, view->is_visible(best)});
                }
            } else if (row.folded > 1) {
                for (const Finding& member : view->unfolded(row)) {
                    if (member.id != row.id && format_chain_id(member.id).starts_with(prefix) &&
                        (found.empty() || found.back().row.id != member.id)) {
                        found.push_back({view, member, view->is_visible(row)});
                    }
                }
            }
        }
    }
    // A group's chain row and lone row have one id; they need not be neighbours.
    const bool one = std::all_of(found.begin(), found.end(), [&](const Found& f) { return f.row.id == found[0].row.id; });
    if (found.empty()) {
        return usage_error("no finding of this case has an id that begins with " + prefix,
                           "trocar-cli chains --partial lists them");
    }
    if (!one) {
        return usage_error(std::to_string(found.size()) + " findings begin with " + prefix, "give more digits");
    }
    for (const Found& each : found) {
        if (each.shows) {
            return each;
        }
    }
    return found.front();
}

std::string list_of(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : ", ") + word;
    }
    return out.empty() ? "-" : out;
}

std::string as_text(const ReportRow& row) {
    const Capture& capture = row.view->analysis().capture();
    const ReportSide source = side_of(capture, row.finding.source);
    const ReportSide target = side_of(capture, row.finding.target);
    std::string out = visible(source.label() + " -> " + target.label() + " on " + target.host + "  " + std::string(row.finding.technique)) +
                      "\n" + std::string(name(row.finding.kind)) + ", " + visible(standing(row, ", ")) + "\n" +
                      visible(row.why.sentence) + "\n\n";
    for (const EvidenceDetail& item : row.evidence) {
        out += std::string(item.evidence.witness ? "* " : "  ") + std::string(operation_mark(operation_class(item.operation))) +
               " " + visible(format_time(item.evidence.time, 3) + "  " + std::string(item.evidence.stage) + "  " +
                             item.evidence.text) +
               "\n      " + visible(item.provider + " " + std::to_string(item.event_id) + " #" + std::to_string(item.record) +
                                    " in " + item.source_file + ", event " + std::to_string(item.evidence.event.value)) +
               "\n";
        for (const auto& [field, value] : item.fields) {
            out += "      " + visible(field + ": " + value) + "\n";
        }
    }
    out += "\nConfidence " + std::to_string(row.finding.confidence) + "\n";
    for (const Reason& reason : row.why.reasons) {
        std::string points = (reason.points < 0 ? "" : "+") + std::to_string(reason.points);
        points.insert(0, points.size() < 4 ? 4 - points.size() : 0, ' ');
        out += "  " + points + "  " + visible(reason.text) + "\n";
    }
    out += "Observed " + visible(list_of(row.why.observed)) + "; not seen " + visible(list_of(row.why.missing)) +
           "; not observable here " + visible(list_of(row.why.invisible)) + "\n";
    out += row.why.vanishes.empty() ? "" : visible(row.why.vanishes) + "\n";
    out += row.why.runner_up.empty() ? "" : visible(row.why.runner_up) + "\n";
    if (row.verdict != Verdict::unset) {
        out += "Verdict: " + std::string(verdict_words(row.verdict)) + (row.note.empty() ? "" : ", " + visible(row.note)) + "\n";
    }
    return out;
}

std::string as_json(const ReportRow& row, bool shows, const std::vector<std::string>& raw) {
    OrderedJson evidence = OrderedJson::array();
    for (std::size_t i = 0; i < row.evidence.size(); ++i) {
        const EvidenceDetail& item = row.evidence[i];
        OrderedJson line{{"event", item.evidence.event.value},
                         {"appears_ns", item.evidence.appears == kInfiniteNanos ? OrderedJson(nullptr)
                                                                                : OrderedJson(item.evidence.appears.count)},
                         {"witness", item.evidence.witness},
                         {"text", item.evidence.text}};
        if (i < raw.size()) {
            line["record"] = raw[i];
        }
        evidence.push_back(std::move(line));
    }
    return "{\"schema\": \"trocar/explanation/1\", \"shows\": " + std::string(shows ? "true" : "false") +
           ",\n \"sentence\": " + dumped(row.why.sentence) + ",\n \"vanishes\": " + dumped(row.why.vanishes) +
           ",\n \"runner_up\": " + dumped(row.why.runner_up) + ",\n \"witness\": " + dumped(evidence) +
           ",\n \"chain\": " + finding_json(row) + "}\n";
}

/// The records behind the evidence, in their own notation; empty when not asked for.
Result<std::vector<std::string>> records_of(CaseFile& file, const ReportRow& row) {
    const ImporterList importers = builtin_importers();
    std::vector<std::string> out;
    for (const EvidenceDetail& item : row.evidence) {
        Result<RenderedRecord> record = file.render(item.evidence.event, importers);
        if (!record.ok()) {
            return record.error();
        }
        out.push_back(std::move(record).value().text);
    }
    return out;
}

/// Lines kept, each one made visible.
std::string indented(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out += "  " + visible(text.substr(at, end - at)) + "\n";
        at = end + 1;
    }
    return out;
}

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    const Result<AnalysedCase> analysed = analyse(arguments.positional[0], arguments, stop);
    if (!analysed.ok()) {
        return analysed.error();
    }
    const ReportInput& input = analysed.value().input;
    const Result<Found> found = find_row(input, arguments.positional[1]);
    if (!found.ok()) {
        return found.error();
    }
    const Result<std::vector<ReportRow>> rows = report_rows(input, *found.value().view, std::span(&found.value().row, 1));
    if (!rows.ok()) {
        return rows.error();
    }
    const ReportRow& row = rows.value().front();
    std::vector<std::string> raw;
    if (arguments.has("--raw")) {
        Result<std::vector<std::string>> records = records_of(*input.case_file, row);
        if (!records.ok()) {
            return records.error();
        }
        raw = std::move(records).value();
    }
    std::string text;
    if (arguments.json()) {
        text = as_json(row, found.value().shows, raw);
    } else {
        text = found.value().shows ? "" : "This finding does not show at the present parameters.\n";
        text += as_text(row);
        for (std::size_t i = 0; i < raw.size(); ++i) {
            text += "\nRecord " + std::to_string(row.evidence[i].record) + "\n" + indented(raw[i]);
        }
    }
    const Status printed = print_out(text);
    if (!printed.ok()) {
        return printed.error();
    }
    return Exit::done;
}

}  // namespace

Verb explain_verb() {
    std::vector<OptionSpec> options = analysis_options();
    options.push_back({"--partial", "", "also look among preparations without an execution"});
    options.push_back({"--raw", "", "print each record of the evidence in full"});
    return {"explain", "CASE CHAIN_ID", "why a finding is one: evidence, reasons, what removes it", 2, 2, std::move(options),
            true, run};
}

}  // namespace trocar::cli
