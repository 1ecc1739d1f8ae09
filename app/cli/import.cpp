#include <algorithm>

#include "app/cli/analysed_case.h"
#include "app/cli/progress.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/text.h"
#include "core/report/json_text.h"
#include "core/report/report_row.h"
#include "core/store/import_case.h"
#include "importers/builtin_importers.h"

namespace trocar::cli {
namespace {

OrderedJson losses_json(const std::vector<LossCount>& losses) {
    OrderedJson out = OrderedJson::array();
    for (const LossCount& loss : losses) {
        out.push_back({{"name", loss.name},
                       {"severity", loss.severity == LossSeverity::error     ? "error"
                                    : loss.severity == LossSeverity::warning ? "warning"
                                                                             : "info"},
                       {"count", loss.count},
                       {"help", loss.help}});
    }
    return out;
}

std::string as_json(const std::string& case_path, const ImportSummary& summary) {
    OrderedJson files = OrderedJson::array();
    for (const FileSummary& file : summary.files) {
        files.push_back({{"name", file.name},
                         {"importer", file.importer.empty() ? OrderedJson(nullptr) : OrderedJson(file.importer)},
                         {"reason", file.reason},
                         {"events", file.events},
                         {"rejected", file.rejected},
                         {"error", file.error.empty() ? OrderedJson(nullptr) : OrderedJson(file.error)},
                         {"losses", losses_json(file.losses)}});
    }
    OrderedJson skipped = OrderedJson::array();
    for (const SkippedItem& item : summary.skipped) {
        skipped.push_back({{"name", item.name}, {"reason", item.reason}, {"lost", item.lost}});
    }
    const OrderedJson out{{"schema", "trocar/import/1"},
                          {"case", case_path},
                          {"read", summary.events + summary.rejected},
                          {"kept", summary.events},
                          {"rejected", summary.rejected},
                          {"seconds", summary.seconds},
                          {"cancelled", summary.cancelled},
                          {"files", std::move(files)},
                          {"skipped", std::move(skipped)}};
    return dumped(out, 1) + "\n";
}

std::string as_text(const std::string& case_path, const ImportSummary& summary) {
    Table table({{"FILE", Table::Align::left, 60},
                 {"READ AS", Table::Align::left, 24},
                 {"KEPT", Table::Align::right},
                 {"REJECTED", Table::Align::right},
                 {"", Table::Align::left, 160}});
    for (const FileSummary& file : summary.files) {
        const bool known = !file.importer.empty();
        table.add({evidence_name(file.name), known ? file.importer : "not recognised", known ? grouped(file.events) : "",
                   known ? grouped(file.rejected) : "", file.error.empty() ? (known ? "" : file.reason) : file.error});
        for (const LossCount& loss : file.losses) {
            table.add({"", "", "", grouped(loss.count), loss.name + ": " + loss.help});
        }
    }
    for (const SkippedItem& item : summary.skipped) {
        table.add({evidence_name(item.name), "skipped", "", "", item.reason});
    }
    char seconds[32] = {};
    std::snprintf(seconds, sizeof(seconds), "%.2f s", summary.seconds);
    return "read " + grouped(summary.events + summary.rejected) + ", kept " + grouped(summary.events) + ", rejected " +
           grouped(summary.rejected) + " in " + seconds + " into " + std::string(file_name(case_path)) + "\n\n" + table.text();
}

/// A file that was named, not one found in a folder or archive.
bool is_named(const Arguments& arguments, const std::string& file) {
    return std::find(arguments.positional.begin() + 1, arguments.positional.end(), file) != arguments.positional.end();
}

/// Something of what was asked for is not in the case.
bool in_part(const Arguments& arguments, const ImportSummary& summary) {
    return summary.rejected != 0 ||
           std::any_of(summary.files.begin(), summary.files.end(),
                       [&](const FileSummary& file) {
                           return !file.error.empty() || (file.importer.empty() && is_named(arguments, file.name));
                       }) ||
           std::any_of(summary.skipped.begin(), summary.skipped.end(), [](const SkippedItem& item) { return item.lost; });
}

/// What a program that reads only stderr has to know: the losses, one line a reason.
void tell_losses(const Arguments& arguments, const ImportSummary& summary) {
    for (const FileSummary& file : summary.files) {
        if (!file.error.empty()) {
            say("trocar-cli: " + file.name + ": " + file.error);
        } else if (file.importer.empty() && is_named(arguments, file.name)) {
            say("trocar-cli: " + file.name + ": not recognised, nothing of it was read; trocar-cli probe says why");
        }
        for (const LossCount& loss : file.losses) {
            if (loss.severity == LossSeverity::error) {
                say("trocar-cli: " + file.name + ": " + counted(loss.count, "record", "records") + " rejected, " + loss.name +
                    ": " + loss.help);
            }
        }
    }
    for (const SkippedItem& item : summary.skipped) {
        if (item.lost) {
            say("trocar-cli: " + item.name + ": " + item.reason);
        }
    }
}

Result<ImportOptions> options_of(const Arguments& arguments) {
    ImportOptions options;
    options.hints.host = arguments.value("--host");
    options.hints.recover_slack = arguments.has("--recover-slack");
    if (arguments.has("--zone")) {
        const Result<int> zone = parse_zone(arguments.value("--zone"));
        if (!zone.ok()) {
            return zone.error();
        }
        options.hints.zone_minutes = zone.value();
    }
    if (arguments.has("--year")) {
        const std::string text = arguments.value("--year");
        const std::optional<std::uint64_t> year = parse_number(text);
        if (!year || *year < 1970 || *year > 2200) {
            return usage_error("--year " + text + " is not a year", "write four digits, 1970 to 2200");
        }
        options.hints.year = static_cast<int>(*year);
    }
    const std::string keep = arguments.value("--keep", "all");
    if (keep != "all" && keep != "reference") {
        return usage_error("--keep " + keep + " is not known", "it is all or reference");
    }
    options.keep_raw = keep == "all";
    return options;
}

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    Result<ImportOptions> options = options_of(arguments);
    if (!options.ok()) {
        return options.error();
    }
    const Result<ProgressReport::Kind> kind = ProgressReport::kind_of(arguments.value("--progress"));
    if (!kind.ok()) {
        return kind.error();
    }
    ProgressReport report(kind.value());
    options.value().progress = [&](const ImportProgress& progress) { report.show(progress); };
    const std::string& case_path = arguments.positional[0];
    const std::vector<std::string> evidence(arguments.positional.begin() + 1, arguments.positional.end());
    const Result<ImportSummary> imported =
        import_evidence(case_path, evidence, options.value(), builtin_importers(), stop);
    report.finish();
    if (!imported.ok()) {
        return imported.error();
    }
    const ImportSummary& summary = imported.value();
    const Status printed = print_out(arguments.json() ? as_json(case_path, summary) : as_text(case_path, summary));
    if (!printed.ok()) {
        return printed.error();
    }
    if (summary.cancelled) {
        say("trocar-cli: the import was cancelled; what came in before is kept and marked incomplete");
        return Exit::cancelled;
    }
    tell_losses(arguments, summary);
    return in_part(arguments, summary) ? Exit::rejected : Exit::done;
}

}  // namespace

Verb import_verb() {
    return {"import",
            "CASE FILE|FOLDER|ARCHIVE...",
            "reads evidence into a case, made when it does not exist",
            2,
            100'000,
            {{"--host", "NAME", "host of sources that name none"},
             {"--zone", "OFFSET", "zone of stamps without one: UTC, +02:00, -0430"},
             {"--year", "YYYY", "year of stamps without one"},
             {"--keep", "all|reference", "keep every record in the case (default), or only where it lies"},
             {"--recover-slack", "", "EVTX: also import records found in slack space, marked as recovered"},
             {"--progress", "bar|json|none", "how far it is, on stderr (default: bar on a terminal)"}},
            true,
            run};
}

}  // namespace trocar::cli
