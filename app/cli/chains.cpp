#include "app/cli/analysed_case.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/escape.h"
#include "core/report/content.h"

namespace trocar::cli {
namespace {

std::string window_cell(const FindingView& view, const Finding& row) {
    const Nanos critical = view.critical(row);
    if (row.kind != FindingKind::lone) {
        return "< " + describe_duration(critical);
    }
    return critical == kInfiniteNanos ? "never linked" : "linked at " + describe_duration(critical);
}

std::string as_text(const ReportInput& input) {
    std::string out;
    for (const FindingView* view : input.views) {
        const Capture& capture = view->analysis().capture();
        const FindingCounts counts = view->counts();
        out += (out.empty() ? "" : "\n") + counted(counts.chains, "chain", "chains") + ", " +
               counted(counts.lone, "execution alone", "executions alone");
        out += input.partial ? ", " + counted(counts.partial, "partial", "partial") : "";
        out += counts.damped == 0 ? "" : "; " + std::to_string(counts.damped) + " of them damped as known benign";
        out += counts.suppressed == 0 ? "" : "; " + std::to_string(counts.suppressed) + " hidden by suppressions";
        out += " (" + std::string(view->analysis().analytic().id) + ": " + visible(parameters_sentence(*view)) + ")\n";
        Table table({{"KIND"},
                     {"CONF", Table::Align::right},
                     {"GRADE"},
                     {"TECHNIQUE"},
                     {"SOURCE", Table::Align::left, 34},
                     {"TARGET", Table::Align::left, 34},
                     {"HOST", Table::Align::left, 30},
                     {"TIME (UTC)"},
                     {"SPAN", Table::Align::right},
                     {"VANISHES"},
                     {"FOLD", Table::Align::right},
                     {"ID"}});
        for (const Finding& row : shown_findings(input, *view)) {
            const ReportSide source = side_of(capture, row.source);
            const ReportSide target = side_of(capture, row.target);
            table.add({std::string(name(row.kind)) + (row.damped ? "*" : ""), std::to_string(row.confidence),
                       std::string(name(row.grade)), std::string(row.technique), source.label(), target.label(), target.host,
                       format_time(row.anchor_time, 3), row.kind == FindingKind::lone ? "-" : describe_duration(row.span),
                       window_cell(*view, row), "\u00d7" + std::to_string(row.folded), format_chain_id(row.id)});
        }
        if (!table.empty()) {
            out += "\n" + table.text();
            out += counts.damped == 0 ? "" : "* a known benign pattern: trocar-cli explain names it\n";
        }
    }
    return out;
}

std::string spoofed_parents(const ReportInput& input) {
    if (input.views.empty()) {
        return {};
    }
    std::string out;
    for (const std::string& line : spoofed_lines(input.views.front()->analysis().capture(), ReportContent::kSpoofed)) {
        out += (out.empty() ? "\nSpoofed parents (T1134.004):\n" : "") + std::string("  ") + visible(line) + "\n";
    }
    return out;
}

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    Result<AnalysedCase> analysed = analyse(arguments.positional[0], arguments, stop);
    if (!analysed.ok()) {
        return analysed.error();
    }
    if (!arguments.json()) {
        keep_to_evidence(analysed.value(), arguments);
    }
    const ReportInput& input = analysed.value().input;
    Result<std::string> text =
        arguments.json() ? chains_json(input) : Result<std::string>(as_text(input) + spoofed_parents(input));
    if (!text.ok()) {
        return text.error();
    }
    const Status printed = print_out(text.value());
    if (!printed.ok()) {
        return printed.error();
    }
    return Exit::done;
}

}  // namespace

Verb chains_verb() {
    std::vector<OptionSpec> options = analysis_options();
    options.push_back({"--partial", "", "also preparations without an execution"});
    options.push_back({"--unfold", "", "every execution as a row of its own"});
    return {"chains", "CASE", "who injected into whom, with what proves it", 1, 1, std::move(options), true, run};
}

}  // namespace trocar::cli
