#include "app/cli/analysed_case.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/report/case_json.h"
#include "core/report/content.h"

namespace trocar::cli {
namespace {

std::string as_text(const std::vector<AnalyticCoverage>& covered) {
    std::string out;
    for (const AnalyticCoverage& analytic : covered) {
        Table table({{"HOST", Table::Align::left, 40},
                     {"DATA COMPONENT", Table::Align::left, 44},
                     {"TELEMETRY", Table::Align::left, 48},
                     {"STATE"},
                     {"EVENTS", Table::Align::right},
                     {"FIRST (UTC)"},
                     {"LAST (UTC)"},
                     {"GAPS", Table::Align::right}});
        std::string notes;
        for (const CoverageRow& row : analytic.rows) {
            const bool absent = row.count == 0;
            table.add({row.host, row.component + " " + row.data_source, row.telemetry,
                       absent             ? "\u25cb absent"
                       : row.gaps.empty() ? "\u25cf present"
                                          : "\u25d0 gaps",
                       absent ? "" : grouped(row.count), format_time(row.first, 3), format_time(row.last, 3),
                       row.gaps.empty() ? "" : std::to_string(row.gaps.size())});
            for (const std::string& note : {row.quality, row.meaning}) {
                if (!note.empty()) {
                    notes += visible(row.host + ", " + row.component + ": " + note) + "\n";
                }
            }
            for (const CoverageRule& rule : row.rules) {
                notes += visible("    " + rule.by + ": " + rule.rule) + "\n";
            }
            for (const auto& [from, to] : row.gaps) {
                notes += visible(row.host + ", " + row.component + ": nothing from " + format_time(from, 0) + " to " +
                                 format_time(to, 0) + " UTC") +
                         "\n";
            }
        }
        out += (out.empty() ? "" : "\n") + analytic.analytic + "\n" + table.text() + (notes.empty() ? "" : "\n") + notes;
    }
    return out;
}

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    const Result<std::vector<const Analytic*>> analytics = chosen_analytics(arguments);
    if (!analytics.ok()) {
        return analytics.error();
    }
    Result<std::unique_ptr<CaseFile>> file = CaseFile::open(arguments.positional[0], CaseFile::Mode::read_only);
    if (!file.ok()) {
        return file.error();
    }
    const Result<std::shared_ptr<const Capture>> capture = file.value()->load_capture(stop);
    if (!capture.ok()) {
        return capture.error();
    }
    const Result<CaseInfo> info = file.value()->info();
    if (!info.ok()) {
        return info.error();
    }
    std::vector<AnalyticCoverage> covered;
    const bool every = arguments.json() || arguments.has("--analytic");
    for (const Analytic* analytic : analytics.value()) {
        if (!every && !concerns(info.value(), *analytic)) {
            continue;
        }
        covered.push_back({std::string(analytic->id), trocar::coverage(*capture.value(), *analytic)});
    }
    const Status printed = print_out(arguments.json() ? coverage_json(covered) : as_text(covered));
    if (!printed.ok()) {
        return printed.error();
    }
    return Exit::done;
}

}  // namespace

Verb coverage_verb() {
    return {"coverage",
            "CASE",
            "per analytic and host: data component, present, with gaps, or absent",
            1,
            1,
            {{"--analytic", "ID|all", "which analytic (default those of the evidence; as JSON all)"}},
            true,
            run};
}

}  // namespace trocar::cli
