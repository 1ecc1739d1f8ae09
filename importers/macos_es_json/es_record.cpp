#include "importers/macos_es_json/es_record.h"

#include "core/model/signal.h"
#include "importers/linux_json/dom_values.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

/// Messages whose meaning needs nothing but both processes, by the names of ESTypes.h.
struct Meaning {
    std::string_view santa, mac_monitor;
    Operation operation;
    std::uint64_t value;
    bool on_itself;
};
constexpr std::array<Meaning, 7> kMeanings{{
    {"remote_thread_create", "ES_EVENT_TYPE_NOTIFY_REMOTE_THREAD_CREATE", Operation::task_thread, 0, false},
    {"get_task", "ES_EVENT_TYPE_NOTIFY_GET_TASK", Operation::task_control, mac_access::kControlPort, false},
    {"get_task_read", "ES_EVENT_TYPE_NOTIFY_GET_TASK_READ", Operation::task_read, mac_access::kReadPort,
     false},
    {"get_task_inspect", "ES_EVENT_TYPE_NOTIFY_GET_TASK_INSPECT", Operation::task_inspect,
     mac_access::kInspectPort, false},
    {"trace", "ES_EVENT_TYPE_NOTIFY_TRACE", Operation::trace_attach, mac_access::kTrace, false},
    {"codesigning_invalidated", "ES_EVENT_TYPE_NOTIFY_CS_INVALIDATED", Operation::code_invalidated, 0, true},
    {"exit", "ES_EVENT_TYPE_NOTIFY_EXIT", Operation::process_exit, 0, true},
}};

void give_meaning(std::string_view Meaning::*name, EsRecord& out) {
    const auto at = std::find_if(kMeanings.begin(), kMeanings.end(),
                                 [&](const Meaning& m) { return m.*name == out.type; });
    if (at != kMeanings.end() && (at->on_itself || out.target.present())) {
        out.operation = at->operation;
        out.value = at->value;
        out.on_itself = at->on_itself;
    }
}

bool object_at(dom::object object, std::string_view name, dom::object& out) {
    return object.at_key(name).get(out) == simdjson::SUCCESS;
}

/// santa.pb.v1 ProcessInfo, ProcessInfoLight: {id{pid, pidversion}, parent_id, executable{path}, start_time}.
EsProcess santa_process(dom::object object, std::string_view name) {
    EsProcess out;
    dom::object process;
    dom::element id;
    if (!object_at(object, name, process)) {
        return out;
    }
    if (process.at_key("id").get(id) == simdjson::SUCCESS) {
        out.token = read_es_token(id);
    }
    if (process.at_key("parent_id").get(id) == simdjson::SUCCESS) {
        out.parent = read_es_token(id);
    }
    out.path = string_at(process, {"executable", "path"});
    return out;
}

/// The member that holds the event, after event_time and its like.
bool santa_event(dom::object object, EsRecord& out, dom::object& body) {
    for (const auto& member : object) {
        dom::object instigator;
        if (member.value.get(body) == simdjson::SUCCESS && object_at(body, "instigator", instigator)) {
            out.type = member.key;
            return true;
        }
    }
    body = object;  // the event alone
    dom::object instigator, id;
    return object_at(object, "instigator", instigator) && object_at(instigator, "id", id);
}

bool santa(dom::object object, EsRecord& out) {
    dom::object body;
    if (!santa_event(object, out, body)) {
        return false;
    }
    out.writer = "Santa";
    out.time = parse_iso_time(string_at(object, {"event_time"})).value_or(kNoTime);
    out.source = santa_process(body, "instigator");
    out.target = santa_process(body, "target");
    const std::string_view kind = string_at(body, {"type"});
    if (out.target.present() && (kind == "TYPE_SUSPEND" || kind == "TYPE_RESUME")) {
        out.type = "proc_suspend_resume";
        out.operation = kind == "TYPE_SUSPEND" ? Operation::suspend : Operation::resume;
    }
    give_meaning(&Meaning::santa, out);
    return true;
}

bool mac_monitor(dom::object object, EsRecord& out) {
    dom::element pid;
    std::uint64_t number = 0;
    out.type = string_at(object, {"es_event_type"});
    if (!out.type.starts_with("ES_EVENT_TYPE_") ||
        object.at_key("initiating_pid").get(pid) != simdjson::SUCCESS) {
        return false;
    }
    out.writer = "Mac Monitor";
    out.time = parse_iso_time(string_at(object, {"activity_at_ts"})).value_or(kNoTime);
    out.source.token.present = pid.get(number) == simdjson::SUCCESS && number <= 0xffffffffU;
    out.source.token.pid = out.source.token.present ? static_cast<std::uint32_t>(number) : 0;
    out.source.path = string_at(object, {"initiating_process_path"});
    give_meaning(&Meaning::mac_monitor, out);
    return true;
}

}  // namespace

bool read_es_record(dom::object object, EsRecord& out) {
    out = {};
    return mac_monitor(object, out) || santa(object, out);
}

}  // namespace trocar
