// Tracee's events, in both of its notations:
// - trace.Event: aquasecurity/tracee types/trace/trace.go, struct Event; docs/docs/outputs/output-options.md;
// - v1beta1.Event, newer: api/v1beta1/event.proto; docs/docs/outputs/event-structure.md.
// Events: docs/docs/events/builtin. Findings of signatures carry the event that led to them: `triggeredBy`
// among the arguments, or `detected_from`.
#include "importers/linux_ebpf/sensor_event.h"
#include "importers/linux_json/dom_values.h"

namespace trocar {
namespace {

namespace dom = simdjson::dom;

bool object_at(dom::object object, std::initializer_list<std::string_view> path, dom::object& out) {
    dom::element element;
    return element_at(object, path, element) && element.get(out) == simdjson::SUCCESS;
}

/// Nanoseconds since 1970 as a number or text, RFC 3339, or {"seconds", "nanos"}.
UtcNanos time_of(dom::object record) {
    dom::element element;
    dom::object parts;
    if (!element_at(record, {"timestamp"}, element)) {
        return kNoTime;
    }
    if (element.get(parts) == simdjson::SUCCESS) {
        dom::element seconds, nanos;
        constexpr std::uint64_t kMostSeconds = 9'000'000'000;
        const bool told = parts.at_key("seconds").get(seconds) == simdjson::SUCCESS;
        const std::uint64_t s = told ? sensor_number(seconds).value_or(kMostSeconds) : kMostSeconds;
        const bool fine = parts.at_key("nanos").get(nanos) == simdjson::SUCCESS;
        const std::uint64_t n = fine ? sensor_number(nanos).value_or(0) : 0;
        return s < kMostSeconds && n < 1'000'000'000
                   ? UtcNanos{static_cast<std::int64_t>(s) * kSecond.count + static_cast<std::int64_t>(n)}
                   : kNoTime;
    }
    if (element.is_string()) {
        if (const std::optional<UtcNanos> iso = parse_iso_time(string_of(element)); iso.has_value()) {
            return *iso;
        }
    }
    const std::optional<std::uint64_t> nanos = sensor_number(element);
    return nanos.has_value() && *nanos != 0 && *nanos < INT64_MAX
               ? UtcNanos{static_cast<std::int64_t>(*nanos)}
               : kNoTime;
}

/// [{"name", "value"}], or with a member named after the type in place of "value".
void read_arguments(dom::element list, SensorEvent& out) {
    dom::array array;
    if (list.get(array) != simdjson::SUCCESS) {
        return;
    }
    for (const dom::element entry : array) {
        dom::object argument;
        if (entry.get(argument) != simdjson::SUCCESS) {
            continue;
        }
        for (const auto& member : argument) {
            if (member.key != "name" && member.key != "type") {
                dom::element inner;
                dom::object wrapped;
                const bool boxed = member.key != "value" && member.value.get(wrapped) == simdjson::SUCCESS &&
                                   wrapped.at_key("value").get(inner) == simdjson::SUCCESS;
                out.arguments.push_back({string_at(argument, {"name"}), boxed ? inner : member.value});
                break;
            }
        }
    }
}

const SensorArgument* find(const SensorEvent& event, std::string_view name) {
    for (const SensorArgument& one : event.arguments) {
        if (one.name == name) {
            return &one;
        }
    }
    return nullptr;
}

std::optional<std::uint64_t> number_of(const SensorEvent& event, std::string_view name) {
    const SensorArgument* found = find(event, name);
    return found == nullptr ? std::nullopt : sensor_number(found->value);
}

std::string_view text_of(const SensorEvent& event, std::string_view name) {
    const SensorArgument* found = find(event, name);
    return found == nullptr ? std::string_view{} : string_of(found->value);
}

void read_result(dom::object record, SensorEvent& out) {
    dom::element element;
    std::optional<std::uint64_t> result = number_of(out, "returnValue");
    if (element_at(record, {"returnValue"}, element)) {
        result = sensor_number(element);
    }
    if (result.has_value()) {
        out.call.result = static_cast<std::int64_t>(*result);
    }
}

// What led to a finding is what happened; the finding is its name.
void read_cause(dom::object record, SensorEvent& out) {
    dom::object cause;
    const SensorArgument* argument = find(out, "triggeredBy");
    const bool classic = argument != nullptr && argument->value.get(cause) == simdjson::SUCCESS;
    if (!classic && !object_at(record, {"detected_from"}, cause)) {
        return;
    }
    out.arguments.clear();
    out.call.name = string_at(cause, {"name"});
    dom::element list;
    if (element_at(cause, {classic ? "args" : "data"}, list)) {
        read_arguments(list, out);
    }
    out.call.result.reset();
    read_result(cause, out);
}

void read_exec(SensorEvent& out) {
    NamedCall& c = out.call;
    if (const std::string_view path = text_of(out, "pathname"); !path.empty() && c.result.value_or(0) >= 0) {
        c.exe = path;
    }
    if (const SensorArgument* argv = find(out, "argv")) {
        strings_of(argv->value, out.argv);
    }
    for (const std::string_view name : {"env", "envp"}) {
        if (const SensorArgument* environment = find(out, name);
            environment != nullptr && c.preload.empty()) {
            c.preload = preload_among(environment->value);
        }
    }
}

void read_fork(SensorEvent& out) {
    NamedCall& c = out.call;
    const auto child = number_of(out, "child_pid"), thread = number_of(out, "child_tid");
    const auto inner = number_of(out, "child_ns_pid");
    c.name = child.has_value() ? "fork" : "";
    c.thread = thread.has_value() && thread != child;
    c.result = static_cast<std::int64_t>((c.thread ? thread : child).value_or(0) & 0x7fffffffU);
    c.child_in_namespace =
        inner.has_value() && !c.thread ? static_cast<std::uint32_t>(*inner & 0x7fffffffU) : 0;
}

// The scheduler's events say whose life begins and ends; the calls beside them would say it twice.
void read_lives(SensorEvent& out) {
    NamedCall& c = out.call;
    const std::string_view name = c.name;
    if (name == "sched_process_exec") {
        c.name = "execve";
        c.result = 0;
    } else if (name == "sched_process_fork") {
        read_fork(out);
        return;
    } else if (name == "sched_process_exit") {
        const SensorArgument* whole = find(out, "process_group_exit");
        bool all = true;
        const bool told = whole != nullptr && whole->value.get(all) == simdjson::SUCCESS;
        c.name = !told || all ? "exit_group" : "";
        c.a[0] = number_of(out, "exit_code").value_or(0);
        c.result.reset();
    } else if (name == "fork" || name == "vfork" || name == "clone" || name == "clone3" ||
               name == "exit_group") {
        c.name = {};
    }
    if (c.name.starts_with("execve")) {
        read_exec(out);
    }
}

void read_classic(dom::object record, SensorEvent& out) {
    NamedCall& c = out.call;
    out.kind = c.name = string_at(record, {"eventName"});
    out.id = sensor_id(record, {"eventId"}).value_or(0);
    out.host = string_at(record, {"hostName"});
    c.pid = sensor_id(record, {"hostProcessId"});
    const std::optional<std::uint32_t> inner = sensor_id(record, {"processId"});
    c.pid = c.pid.has_value() ? c.pid : inner;
    c.parent = sensor_id(record, {"hostParentProcessId"});
    c.uid = sensor_id(record, {"userId"});
    c.comm = string_at(record, {"processName"});
    c.exe = string_at(record, {"executable", "path"});
    if (inner.has_value() && c.pid != inner) {
        c.pid_in_namespace = *inner;
        c.pid_namespace = sensor_id(record, {"pidNamespace"}).value_or(1);
    }
    out.in_container = c.pid_namespace != 0 || !string_at(record, {"container", "id"}).empty() ||
                       !string_at(record, {"containerId"}).empty();
}

void read_protobuf(dom::object record, SensorEvent& out) {
    NamedCall& c = out.call;
    out.kind = c.name = string_at(record, {"name"});
    out.id = sensor_id(record, {"id"}).value_or(0);
    dom::object process;
    if (!object_at(record, {"workload", "process"}, process)) {
        return;
    }
    c.pid = sensor_id(process, {"host_pid"});
    const std::optional<std::uint32_t> inner = sensor_id(process, {"pid"});
    c.pid = c.pid.has_value() ? c.pid : inner;
    c.uid = sensor_id(process, {"real_user", "id"});
    c.comm = string_at(process, {"thread", "name"});
    c.exe = string_at(process, {"executable", "path"});
    if (inner.has_value() && c.pid != inner) {
        c.pid_in_namespace = *inner;
        c.pid_namespace = namespace_of_container(string_at(record, {"workload", "container", "id"}));
    }
    dom::element element;
    dom::array ancestors;
    dom::object parent;
    if (element_at(process, {"ancestors"}, element) && element.get(ancestors) == simdjson::SUCCESS &&
        ancestors.at(0).get(parent) == simdjson::SUCCESS) {
        c.parent = sensor_id(parent, {"host_pid"});
    }
}

}  // namespace

void read_tracee(dom::object record, SensorEvent& out) {
    dom::element element;
    const bool classic = element_at(record, {"eventName"}, element);
    out.time = time_of(record);
    if (classic) {
        read_classic(record, out);
    } else {
        read_protobuf(record, out);
    }
    if (element_at(record, {classic ? "args" : "data"}, element)) {
        read_arguments(element, out);
    }
    read_result(record, out);
    read_cause(record, out);
    read_lives(out);
}

}  // namespace trocar
