#include "core/base/escape.h"
#include "core/model/signal.h"
#include "importers/linux_json/dom_values.h"
#include "importers/macos_es/es_arguments.h"
#include "importers/macos_es/inserted_libraries.h"
#include "importers/macos_es_json/base64.h"
#include "importers/macos_es_json/es_record.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

/// Members of santa.pb.v1 SantaMessage.event: northpolesec/santa, Source/common/santa.proto.
struct Event {
    std::string_view name;
    Operation operation;
    std::uint64_t value;
    bool on_itself;
};
constexpr std::array<Event, 9> kEvents{{
    {"execution", Operation::process_exec, 0, false},
    {"fork", Operation::process_create, 0, false},
    {"exit", Operation::process_exit, 0, true},
    {"codesigning_invalidated", Operation::code_invalidated, 0, true},
    {"remote_thread_create", Operation::task_thread, 0, false},
    {"get_task", Operation::task_control, mac_access::kControlPort, false},
    {"get_task_read", Operation::task_read, mac_access::kReadPort, false},
    {"get_task_inspect", Operation::task_inspect, mac_access::kInspectPort, false},
    {"trace", Operation::trace_attach, mac_access::kTrace, false},
}};

EsToken token_at(dom::object process, std::string_view name) {
    dom::element id;
    return process.at_key(name).get(id) == simdjson::SUCCESS ? read_es_token(id) : EsToken{};
}

/// ProcessInfo, ProcessInfoLight; the light one has no signature.
EsProcess process_at(dom::object object, std::string_view name) {
    EsProcess out;
    dom::object process;
    std::uint64_t flags = 0, uid = 0;
    if (object.at_key(name).get(process) != simdjson::SUCCESS) {
        return out;
    }
    out.token = token_at(process, "id");
    out.parent = token_at(process, "parent_id");
    out.path = string_at(process, {"executable", "path"});
    out.signing_id = string_at(process, {"code_signature", "signing_id"});
    out.team_id = string_at(process, {"code_signature", "team_id"});
    out.has_cs_flags = process.at_key("cs_flags").get(flags) == simdjson::SUCCESS && flags <= 0xffffffffU;
    out.cs_flags = out.has_cs_flags ? static_cast<std::uint32_t>(flags) : 0;
    out.signer = es_signer(process, out);
    dom::element element;
    if (element_at(process, {"effective_user", "uid"}, element) && element.get(uid) == simdjson::SUCCESS) {
        out.token.euid = static_cast<std::uint32_t>(uid);
    }
    return out;
}

/// The member that holds the event, after event_time and its like; or the object, when it is the event alone.
bool find_event(dom::object object, EsRecord& out, dom::object& body) {
    dom::object instigator, id;
    for (const auto& member : object) {
        if (member.value.get(body) == simdjson::SUCCESS &&
            body.at_key("instigator").get(instigator) == simdjson::SUCCESS) {
            out.type = member.key;
            return true;
        }
    }
    body = object;
    return object.at_key("instigator").get(instigator) == simdjson::SUCCESS &&
           instigator.at_key("id").get(id) == simdjson::SUCCESS;
}

bool allows_dyld_variables(dom::object execution) {
    dom::element element;
    dom::array list;
    if (!element_at(execution, {"entitlement_info", "entitlements"}, element) ||
        element.get(list) != simdjson::SUCCESS) {
        return false;
    }
    return std::any_of(list.begin(), list.end(), [](const dom::element one) {
        dom::object entry;
        return one.get(entry) == simdjson::SUCCESS && string_at(entry, {"value"}) == "true" &&
               string_at(entry, {"key"}) == "com.apple.security.cs.allow-dyld-environment-variables";
    });
}

void read_execution(dom::object body, EsRecord& out) {
    dom::array list;
    if (body.at_key("args").get(list) == simdjson::SUCCESS) {
        for (const dom::element one : list) {
            append_argument(out.command_line, valid_utf8(base64_decoded(string_of(one))));
        }
    }
    if (body.at_key("envs").get(list) == simdjson::SUCCESS) {
        for (const dom::element one : list) {
            const std::string variable = valid_utf8(base64_decoded(string_of(one)));
            out.libraries = out.libraries.empty() ? std::string(inserted_by(variable)) : out.libraries;
        }
    }
    out.denied = string_at(body, {"decision"}) == "DECISION_DENY";
    out.dyld_allowed = allows_dyld_variables(body);
}

}  // namespace

bool read_santa_record(dom::object object, EsRecord& out) {
    dom::object body;
    if (!find_event(object, out, body)) {
        return false;
    }
    out.writer = "Santa";
    out.time = parse_iso_time(string_at(object, {"event_time"})).value_or(kNoTime);
    out.source = process_at(body, "instigator");
    out.target = process_at(body, out.type == "fork" ? "child" : "target");
    const std::string_view kind = string_at(body, {"type"});
    if (out.target.present() && (kind == "TYPE_SUSPEND" || kind == "TYPE_RESUME")) {
        out.type = "proc_suspend_resume";
        out.operation = kind == "TYPE_SUSPEND" ? Operation::suspend : Operation::resume;
    }
    const auto at =
        std::find_if(kEvents.begin(), kEvents.end(), [&](const Event& e) { return e.name == out.type; });
    if (at == kEvents.end() || !(at->on_itself || out.target.present())) {
        return true;
    }
    out.operation = at->operation;
    out.value = at->value;
    out.on_itself = at->on_itself;
    if (out.operation == Operation::process_exec) {
        read_execution(body, out);
    }
    return true;
}

}  // namespace trocar
