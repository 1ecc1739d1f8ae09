// Tetragon's events (JSON export): cilium/tetragon api/v1/tetragon/tetragon.proto, GetEventsResponse; docs
// concepts/events. `pid` is the host's; pod.container.pid the one in the container. The arguments of a hook
// are those its policy lists, in that order, each as one member named after its type; a `label` of the policy
// names it.
#include "importers/linux_audit/audit_names.h"
#include "importers/linux_ebpf/sensor_event.h"
#include "importers/linux_json/dom_values.h"

#include <array>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

bool object_at(dom::object object, std::string_view name, dom::object& out) {
    dom::element element;
    return object.at_key(name).get(element) == simdjson::SUCCESS && element.get(out) == simdjson::SUCCESS;
}

/// Numbers around the path of a hook, in their order, by the name that place_arguments() knows.
struct AroundPath {
    std::string_view call, path, before;
    std::array<std::string_view, 2> after;
};
constexpr std::array<AroundPath, 8> kAroundPath{{
    {"open", "pathname", {}, {"flags"}},
    {"openat", "pathname", {}, {"flags"}},
    {"file_open", "pathname", {}, {}},
    {"fd_install", "pathname", "fd", {}},
    {"file_permission", "pathname", {}, {"mask"}},
    {"mmap_file", "pathname", {}, {"prot", "mmap_flags"}},
    {"memfd_create", "uname", {}, {"flags"}},
    {"vfs_write", "pathname", {}, {}},
}};

/// The value of {"int_arg": 5}, {"file_arg": {"path": ...}}, {"string_arg": ..., "label": ...}.
bool value_of(dom::object argument, dom::element& out, bool& is_path) {
    for (const auto& member : argument) {
        dom::object inner;
        if (!member.key.ends_with("_arg")) {
            continue;
        }
        out = member.value;
        is_path = member.key == "string_arg" || member.key == "file_arg" || member.key == "path_arg";
        if (is_path && member.value.get(inner) == simdjson::SUCCESS) {
            return inner.at_key("path").get(out) == simdjson::SUCCESS;
        }
        return true;
    }
    return false;
}

void read_arguments(dom::object body, SensorEvent& out) {
    dom::element list;
    dom::array array;
    if (body.at_key("args").get(list) != simdjson::SUCCESS || list.get(array) != simdjson::SUCCESS) {
        return;
    }
    const AroundPath* around = nullptr;
    for (const AroundPath& one : kAroundPath) {
        around = one.call == plain_call_name(out.call.name) ? &one : around;
    }
    bool path_seen = false;
    std::size_t after = 0;
    for (const dom::element entry : array) {
        dom::object argument;
        dom::element value;
        bool is_path = false;
        if (entry.get(argument) != simdjson::SUCCESS || !value_of(argument, value, is_path)) {
            continue;
        }
        std::string_view name = string_at(argument, {"label"});
        if (name.empty() && around != nullptr) {
            name = is_path                        ? around->path
                   : !path_seen                   ? around->before
                   : after < around->after.size() ? around->after[after]
                                                  : std::string_view{};
        }
        after += path_seen && !is_path ? 1U : 0U;
        path_seen = path_seen || is_path;
        out.arguments.push_back({name, value});
    }
}

void read_process(dom::object body, SensorEvent& out) {
    dom::object process, parent, binary;
    if (!object_at(body, "process", process)) {
        return;
    }
    NamedCall& c = out.call;
    c.pid = sensor_id(process, {"pid"});
    c.uid = sensor_id(process, {"uid"});
    c.exe = string_at(process, {"binary"});
    c.cwd = string_at(process, {"cwd"});
    if (object_at(body, "parent", parent)) {
        c.parent = sensor_id(parent, {"pid"});
    }
    // The file behind a descriptor that was run, where it is no path any more.
    const std::string_view file = string_at(process, {"binary_properties", "file", "path"});
    c.exe = is_memfd(file) ? file : c.exe;
    const std::optional<std::uint32_t> inner = sensor_id(process, {"pod", "container", "pid"});
    if (inner.has_value() && c.pid.has_value() && inner != c.pid) {
        c.pid_in_namespace = *inner;
        c.pid_namespace = namespace_of_container(string_at(process, {"docker"}));
    }
    out.text = string_at(process, {"binary"});
    if (const std::string_view arguments = string_at(process, {"arguments"}); !arguments.empty()) {
        out.text += " ";
        out.text += arguments;
    }
    c.command_line = out.text;
}

void read_hook(dom::object body, SensorEvent& out) {
    NamedCall& c = out.call;
    out.kind = c.name = string_at(body, {"function_name"});
    read_arguments(body, out);
    dom::object result;
    dom::element value;
    bool is_path = false;
    if (object_at(body, "return", result) && value_of(result, value, is_path)) {
        if (const std::optional<std::uint64_t> number = sensor_number(value); number.has_value()) {
            c.result = static_cast<std::int64_t>(*number);
        }
    }
    if (plain_call_name(c.name).starts_with("execve")) {
        c.name = {};  // comes before the program is another; process_exec says what it became
    }
}

}  // namespace

void read_tetragon(dom::object record, SensorEvent& out) {
    out.time = parse_iso_time(string_at(record, {"time"})).value_or(kNoTime);
    out.host = string_at(record, {"node_name"});
    std::string_view kind;
    dom::object body;
    for (const auto& member : record) {
        if (kind.empty() && member.key.starts_with("process_") &&
            member.value.get(body) == simdjson::SUCCESS) {
            kind = member.key;
        }
    }
    out.kind = kind;
    if (kind.empty()) {
        return;
    }
    NamedCall& c = out.call;
    read_process(body, out);
    if (kind == "process_exec") {
        const std::string_view flags = string_at(body, {"process", "flags"});
        c.name = flags.find("procFS") != std::string_view::npos ? "process_seen" : "execve";
    } else if (kind == "process_exit") {
        c.name = "exit_group";
        c.a[0] = sensor_id(body, {"status"}).value_or(0);
    } else if (kind == "process_kprobe" || kind == "process_lsm") {
        read_hook(body, out);
    } else if (kind == "process_tracepoint") {
        out.kind = string_at(body, {"event"});
        c.name = out.kind.starts_with("sys_enter_") ? out.kind : std::string_view{};
        read_arguments(body, out);
    } else if (kind == "process_loader") {
        c.name = "load_library";
        c.path = string_at(body, {"path"});
    }
}

}  // namespace trocar
