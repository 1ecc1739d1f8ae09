#include "core/model/signal.h"
#include "importers/linux_json/dom_values.h"
#include "importers/macos_es/inserted_libraries.h"
#include "importers/macos_es_json/es_record.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

/// Events of Mac Monitor 1.x and the member that each has: redcanaryco/mac-monitor, "Telemetry reports".
struct Event {
    std::string_view type;  ///< without ES_EVENT_TYPE_NOTIFY_
    std::string_view member;
    Operation operation;
    std::uint64_t value;
};
constexpr std::array<Event, 10> kEvents{{
    {"EXEC", "exec_event", Operation::process_exec, 0},
    {"FORK", "fork_event", Operation::process_create, 0},
    {"EXIT", "exit_event", Operation::process_exit, 0},
    {"MMAP", "mmap_event", Operation::module_load, 0},
    {"CS_INVALIDATED", "code_signature_invalidated_event", Operation::code_invalidated, 0},
    {"GET_TASK", "get_task_event", Operation::task_control, mac_access::kControlPort},
    {"REMOTE_THREAD_CREATE", "remote_thread_create_event", Operation::task_thread, 0},
    {"PROC_SUSPEND_RESUME", "process_socket_event", Operation::suspend, 0},
    {"TRACE", "process_trace_event", Operation::trace_attach, mac_access::kTrace},
    {"SIGNAL", "process_signal_event", Operation::signal_send, 0},
}};

bool is_on_itself(Operation operation) {
    return operation == Operation::process_exit || operation == Operation::module_load ||
           operation == Operation::code_invalidated;
}

bool true_at(dom::object object, std::string_view name) {
    bool value = false;
    return object.at_key(name).get(value) == simdjson::SUCCESS && value;
}

/// The same fact has a longer name in events about another process.
std::string_view either(dom::object event, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const std::string_view text = string_at(event, {name}); !text.empty()) {
            return text;
        }
    }
    return {};
}

EsToken token_at(dom::object object, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        dom::element element;
        if (object.at_key(name).get(element) == simdjson::SUCCESS) {
            return read_es_token(element);
        }
    }
    return {};
}

EsProcess target_of(dom::object event) {
    EsProcess out;
    bool ad_hoc = false;
    out.token = token_at(event, {"target_process_audit_token", "process_audit_token", "audit_token"});
    out.parent = token_at(event, {"parent_audit_token"});
    out.path = either(event, {"target_process_path", "process_path"});
    out.signing_id = either(event, {"target_process_signing_id", "process_signing_id", "signing_id"});
    out.team_id = string_at(event, {"team_id"});
    out.has_cs_flags = event.at_key("is_adhoc_signed").get(ad_hoc) == simdjson::SUCCESS;
    out.cs_flags = (ad_hoc ? es_cs::kAdHoc : 0) | (true_at(event, "get_task_allow") ? es_cs::kGetTaskAllow : 0);
    out.signer = es_signer(event, out);
    return out;
}

/// The token says who it was; in the one record that is public, initiating_pid is the pid of the parent's
/// token.
EsProcess source_of(dom::object object) {
    EsProcess out;
    std::uint64_t pid = 0;
    out.token = token_at(object, {"audit_token"});
    if (!out.token.present && object.at_key("initiating_pid").get(pid) == simdjson::SUCCESS &&
        pid <= 0xffffffffU) {
        out.token.pid = static_cast<std::uint32_t>(pid);
        out.token.present = true;
    }
    out.parent = token_at(object, {"parent_audit_token"});
    out.path = string_at(object, {"initiating_process_path"});
    out.signing_id = string_at(object, {"initiating_process_signing_id"});
    out.signer = true_at(object, "initiating_is_platform_binary") ? EsSigner::platform : EsSigner::not_told;
    return out;
}

/// env_variables is one text; how its variables are parted is not documented, so that a value ends where a
/// blank, a comma or a quotation mark does.
std::string_view libraries_in(std::string_view variables) {
    constexpr std::string_view kName = "DYLD_INSERT_LIBRARIES=";
    constexpr std::string_view kParting = " \t\r\n,;\"'[";
    const std::size_t at = variables.find(kName);
    if (at == std::string_view::npos ||
        (at != 0 && kParting.find(variables[at - 1]) == std::string_view::npos)) {
        return {};
    }
    const std::string_view variable = variables.substr(at);
    return inserted_by(variable.substr(0, variable.find_first_of(" \t\r\n,;\"']")));
}

void give_meaning(dom::object event, const Event& known, EsRecord& out) {
    constexpr std::string_view kTypes = "ES_PROC_SUSPEND_RESUME_TYPE_";
    out.target = is_on_itself(known.operation) ? EsProcess{} : target_of(event);
    out.file = known.operation == Operation::module_load ? string_at(event, {"path"}) : std::string_view{};
    if (is_on_itself(known.operation) ? known.operation == Operation::module_load && out.file.empty()
                                      : !out.target.present()) {
        return;
    }
    out.operation = known.operation;
    out.value = known.value;
    out.on_itself = is_on_itself(known.operation);
    if (known.operation == Operation::suspend) {
        std::string_view type = string_at(event, {"type"});
        type.remove_prefix(type.starts_with(kTypes) ? kTypes.size() : 0);
        out.operation = type == "SUSPEND"  ? Operation::suspend
                        : type == "RESUME" ? Operation::resume
                                           : Operation::generic;
    } else if (known.operation == Operation::process_exec) {
        out.command_line = string_at(event, {"command_line"});
        out.libraries = libraries_in(string_at(event, {"env_variables"}));
    }
}

}  // namespace

bool read_mac_monitor_record(dom::object object, EsRecord& out) {
    constexpr std::string_view kPrefix = "ES_EVENT_TYPE_NOTIFY_";
    dom::element pid;
    const std::string_view type = string_at(object, {"es_event_type"});
    if (!type.starts_with("ES_EVENT_TYPE_") ||
        object.at_key("initiating_pid").get(pid) != simdjson::SUCCESS) {
        return false;
    }
    out.type = type;
    out.writer = "Mac Monitor";
    out.time = parse_iso_time(string_at(object, {"activity_at_ts"})).value_or(kNoTime);
    out.source = source_of(object);
    const auto at = std::find_if(kEvents.begin(), kEvents.end(), [&](const Event& e) {
        return type.starts_with(kPrefix) && type.substr(kPrefix.size()) == e.type;
    });
    if (at == kEvents.end()) {
        return true;
    }
    dom::object event;
    if (object.at_key(at->member).get(event) == simdjson::SUCCESS) {
        give_meaning(event, *at, out);
    } else if (at->operation == Operation::process_exit || at->operation == Operation::code_invalidated) {
        out.operation = at->operation;  // says nothing more
        out.on_itself = true;
    }
    return true;
}

}  // namespace trocar
