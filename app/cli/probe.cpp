#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/ingest/evidence_walk.h"
#include "core/report/json_text.h"
#include "importers/builtin_importers.h"

namespace trocar::cli {
namespace {

struct Probed {
    std::string name;
    std::uint64_t size = 0;
    std::vector<ProbeAnswer> answers;  ///< best first
    std::string error;
    [[nodiscard]] bool recognised() const { return !answers.empty() && answers.front().probe.confidence > 0; }
    /// A second importer as sure as the first: said, never guessed away.
    [[nodiscard]] bool tie() const {
        return recognised() && answers.size() > 1 && answers[1].probe.confidence == answers[0].probe.confidence;
    }
};

OrderedJson answer_json(const ProbeAnswer& answer) {
    return {{"importer", answer.importer->name()},
            {"title", answer.importer->title()},
            {"confidence", answer.probe.confidence},
            {"reason", answer.probe.reason}};
}

std::string as_json(const std::vector<Probed>& files, const std::vector<SkippedItem>& skipped) {
    OrderedJson list = OrderedJson::array();
    for (const Probed& file : files) {
        OrderedJson answers = OrderedJson::array();
        for (const ProbeAnswer& answer : file.answers) {
            answers.push_back(answer_json(answer));
        }
        list.push_back({{"name", file.name},
                        {"size", file.size},
                        {"importer", file.recognised() ? OrderedJson(file.answers[0].importer->name()) : OrderedJson(nullptr)},
                        {"confidence", file.recognised() ? file.answers[0].probe.confidence : 0},
                        {"tie", file.tie()},
                        {"error", file.error.empty() ? OrderedJson(nullptr) : OrderedJson(file.error)},
                        {"answers", std::move(answers)}});
    }
    OrderedJson left = OrderedJson::array();
    for (const SkippedItem& item : skipped) {
        left.push_back({{"name", item.name}, {"reason", item.reason}});
    }
    const OrderedJson out{{"schema", "trocar/probe/1"}, {"files", std::move(list)}, {"skipped", std::move(left)}};
    return dumped(out, 1) + "\n";
}

std::string as_text(const std::vector<Probed>& files, const std::vector<SkippedItem>& skipped) {
    Table table({{"FILE", Table::Align::left, 72}, {"IS", Table::Align::left, 40}, {"SURE", Table::Align::right}, {"WHY", Table::Align::left, 100}});
    for (const Probed& file : files) {
        if (!file.error.empty()) {
            table.add({file.name, "unreadable", "", file.error});
        } else if (file.recognised()) {
            const ProbeAnswer& best = file.answers[0];
            table.add({file.name, std::string(best.importer->title()), std::to_string(best.probe.confidence) + " %",
                       best.probe.reason});
            if (file.tie()) {
                table.add({"", "or " + std::string(file.answers[1].importer->title()),
                           std::to_string(file.answers[1].probe.confidence) + " %", file.answers[1].probe.reason});
            }
        } else {
            table.add({file.name, "not recognised", "", ""});
            for (const ProbeAnswer& answer : file.answers) {
                table.add({"", "not " + std::string(answer.importer->title()), "", answer.probe.reason});
            }
        }
    }
    for (const SkippedItem& item : skipped) {
        table.add({item.name, "skipped", "", item.reason});
    }
    return table.text();
}

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    const ImporterList importers = builtin_importers();
    std::vector<Probed> files;
    std::vector<SkippedItem> skipped;
    const auto visit = [&](Input& input) {
        Probed file;
        file.name = input.name();
        file.size = input.size();
        const Result<std::vector<std::byte>> head = read_head(input);
        if (head.ok()) {
            file.answers = probe_all(importers, head.value(), input.name());
        } else {
            file.error = head.error().message;
        }
        files.push_back(std::move(file));
        return !stop.stop_requested();
    };
    const Status walked = walk_evidence(arguments.positional, WalkLimits{}, visit, skipped, stop);
    if (!walked.ok()) {
        return walked.error();
    }
    if (stop.stop_requested()) {
        return cancelled("probe");
    }
    const Status printed = print_out(arguments.json() ? as_json(files, skipped) : as_text(files, skipped));
    if (!printed.ok()) {
        return printed.error();
    }
    for (const Probed& file : files) {
        if (file.recognised()) {
            return Exit::done;
        }
    }
    return Exit::unreadable;
}

}  // namespace

Verb probe_verb() {
    return {"probe", "FILE...", "what each file is, with confidence and reason", 1, 100'000, {}, true, run};
}

}  // namespace trocar::cli
