#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/report/case_json.h"
#include "core/report/report_row.h"

namespace trocar::cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : ", ") + word;
    }
    return out;
}

std::string as_text(const CaseInfo& info) {
    std::string out = visible(info.path) + "\n";
    out += "hosts      " + visible(joined(info.hosts)) + "\n";
    out += "period     " + format_time(info.first_time, 3) + " to " + format_time(info.last_time, 3) + " UTC\n";
    out += "events     " + grouped(info.events) + "\n";
    out += "processes  " + grouped(info.processes) + "\n";
    out += "rejected   " + grouped(info.rejected()) + "\n";
    for (const std::string& line : info.unfinished) {
        out += "unfinished " + visible(line) + "\n";
    }
    for (const LogLine& line : info.not_read) {
        out += "skipped    " + visible(line.what) + "\n";
    }
    Table sources({{"SOURCE", Table::Align::left, 60},
                   {"IMPORTER"},
                   {"EVENTS", Table::Align::right},
                   {"BYTES", Table::Align::right},
                   {"FIRST (UTC)"},
                   {"LAST (UTC)"},
                   {"SHA-256", Table::Align::left, 64},
                   {"", Table::Align::left, 40}});
    Table losses({{"SOURCE", Table::Align::left, 60}, {"COUNTER"}, {"TIMES", Table::Align::right}, {"MEANING", Table::Align::left, 120}});
    for (const SourceInfo& source : info.sources) {
        std::string notes = source.complete ? "" : "incomplete";
        notes += source.raw_kept ? "" : (notes.empty() ? "" : ", ") + std::string("records by reference");
        sources.add({evidence_name(source.path), source.importer + " " + std::to_string(source.importer_version), grouped(source.events),
                     grouped(source.size), format_time(source.first_time, 3), format_time(source.last_time, 3), source.sha256,
                     notes});
        for (const LossCount& loss : source.losses) {
            losses.add({evidence_name(source.path), loss.name, grouped(loss.count), loss.help});
        }
    }
    Table channels({{"HOST", Table::Align::left, 40},
                    {"PROVIDER", Table::Align::left, 44},
                    {"ID", Table::Align::right},
                    {"OPERATION"},
                    {"EVENTS", Table::Align::right}});
    for (const ChannelCount& channel : info.channels) {
        channels.add({channel.host, channel.provider, std::to_string(channel.event_id), std::string(name(channel.operation)),
                      grouped(channel.count)});
    }
    out += "\n" + sources.text();
    out += channels.empty() ? "" : "\n" + channels.text();
    out += losses.empty() ? "" : "\n" + losses.text();
    return out;
}

Result<Exit> run(const Arguments& arguments, std::stop_token) {
    Result<std::unique_ptr<CaseFile>> file = CaseFile::open(arguments.positional[0], CaseFile::Mode::read_only);
    if (!file.ok()) {
        return file.error();
    }
    const Result<CaseInfo> info = file.value()->info();
    if (!info.ok()) {
        return info.error();
    }
    const Status printed = print_out(arguments.json() ? info_json(info.value()) : as_text(info.value()));
    if (!printed.ok()) {
        return printed.error();
    }
    return Exit::done;
}

}  // namespace

Verb info_verb() {
    return {"info", "CASE", "sources, hosts, time range, counts by channel and operation, losses", 1, 1, {}, true, run};
}

}  // namespace trocar::cli
