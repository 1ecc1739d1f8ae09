#include "importers/macos_elastic/elastic_document.h"

#include "importers/linux_json/dom_values.h"
#include "importers/macos_es/inserted_libraries.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

struct Action {
    std::string_view name;
    Operation operation;
};
/// A document of a whole short life has several actions; the first of this list that it names counts.
constexpr std::array<Action, 7> kActions{{
    {"fork", Operation::process_create},
    {"start", Operation::process_create},
    {"exec", Operation::process_exec},
    {"already_running", Operation::process_seen},
    {"end", Operation::process_exit},
    {"remote_thread", Operation::task_thread},
    {"load", Operation::module_load},
}};

/// Whether the value is `text`, or an array that has it.
bool is_or_has(dom::element element, std::string_view text) {
    dom::array list;
    if (element.get(list) != simdjson::SUCCESS) {
        return string_of(element) == text;
    }
    return std::any_of(list.begin(), list.end(),
                       [&](const dom::element one) { return string_of(one) == text; });
}

bool says(dom::object object, std::initializer_list<std::string_view> path, std::string_view text) {
    dom::element element;
    return element_at(object, path, element) && is_or_has(element, text);
}

bool is_of_a_mac(dom::object source) {
    return says(source, {"host", "os", "type"}, "macos") || says(source, {"host", "os", "family"}, "macos");
}

bool is_of_the_endpoint(dom::object source) {
    return says(source, {"agent", "type"}, "endpoint") || says(source, {"event", "module"}, "endpoint") ||
           string_at(source, {"event", "dataset"}).starts_with("endpoint.") ||
           string_at(source, {"data_stream", "dataset"}).starts_with("endpoint.");
}

/// Apple signs what belongs to macOS as "Software Signing"; what is signed without a team, by whom nobody
/// says, tells nothing.
EsSigner signer_of(dom::object process, const EsProcess& read) {
    if (!read.team_id.empty()) {
        return EsSigner::team;
    }
    if (string_at(process, {"code_signature", "subject_name"}) == "Software Signing") {
        return EsSigner::platform;
    }
    dom::element element;
    bool exists = true;
    const bool told = element_at(process, {"code_signature", "exists"}, element) &&
                      element.get(exists) == simdjson::SUCCESS;
    return told && !exists ? EsSigner::nobody : EsSigner::not_told;
}

ElasticProcess process_at(dom::object source, std::initializer_list<std::string_view> path) {
    ElasticProcess out;
    dom::element element;
    dom::object process;
    std::uint64_t pid = 0;
    if (!element_at(source, path, element) || element.get(process) != simdjson::SUCCESS) {
        return out;
    }
    out.entity_id = string_at(process, {"entity_id"});
    if (process.at_key("pid").get(pid) == simdjson::SUCCESS && pid <= 0xffffffffU) {
        out.es.token.pid = static_cast<std::uint32_t>(pid);
        out.es.token.present = true;
    }
    out.es.path = string_at(process, {"executable"});
    if (out.es.path.empty()) {
        out.es.path = string_at(process, {"name"});
    }
    out.es.signing_id = string_at(process, {"code_signature", "signing_id"});
    out.es.team_id = string_at(process, {"code_signature", "team_id"});
    out.es.signer = signer_of(process, out.es);
    return out;
}

std::string_view inserted_libraries(dom::object source) {
    dom::element element;
    dom::array list;
    if (!element_at(source, {"process", "env_vars"}, element)) {
        return {};
    }
    if (element.get(list) != simdjson::SUCCESS) {
        return inserted_by(string_of(element));
    }
    for (const dom::element one : list) {
        if (const std::string_view libraries = inserted_by(string_of(one)); !libraries.empty()) {
            return libraries;
        }
    }
    return {};
}

/// An alert repeats the action of what it is about: one that is a finding of its own is no second action.
void give_action(dom::object source, ElasticDocument& out) {
    dom::element action;
    if (!element_at(source, {"event", "action"}, action)) {
        return;
    }
    out.action = string_of(action);
    const auto at = std::find_if(kActions.begin(), kActions.end(),
                                 [&](const Action& one) { return is_or_has(action, one.name); });
    if (at == kActions.end()) {
        return;
    }
    out.action = at->name;
    if (string_at(source, {"event", "kind"}) == "alert") {
        return;
    }
    out.operation = at->operation;
    if (!out.inserted.empty() && is_or_has(action, "exec")) {
        out.operation = Operation::dyld_insert;
    }
}

}  // namespace

bool read_elastic_document(dom::object object, ElasticDocument& out) {
    out = {};
    out.source = object;
    dom::object inner;
    if (object.at_key("_source").get(inner) == simdjson::SUCCESS) {
        out.source = inner;
    }
    if (!is_of_a_mac(out.source) || !is_of_the_endpoint(out.source)) {
        return false;
    }
    out.time = parse_iso_time(string_at(out.source, {"@timestamp"})).value_or(kNoTime);
    out.host = string_at(out.source, {"host", "hostname"});
    if (out.host.empty()) {
        out.host = string_at(out.source, {"host", "name"});
    }
    out.user = string_at(out.source, {"user", "id"});
    out.process = process_at(out.source, {"process"});
    out.parent = process_at(out.source, {"process", "parent"});
    out.target = process_at(out.source, {"Target", "process"});
    out.denied = string_at(out.source, {"event", "outcome"}) == "failure";
    out.library = string_at(out.source, {"dll", "path"});
    out.inserted = inserted_libraries(out.source);
    out.command_line = string_at(out.source, {"process", "command_line"});
    give_action(out.source, out);
    return true;
}

}  // namespace trocar
