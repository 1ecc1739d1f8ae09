// Falco's alerts (json_output: true): falcosecurity/falco userspace/engine/formats.cpp; fields of
// `output_fields` are those of the rule's output: falcosecurity/rules rules/falco_rules.yaml ("PTRACE
// attached to process", "Fileless execution via memfd_create"); what they mean:
// falco.org/docs/reference/rules/supported-fields and supported-events. The rules as delivered name no pid:
// append_output with proc.pid, proc.ppid and evt.args adds what a chain needs.
#include "importers/linux_audit/audit_names.h"
#include "importers/linux_ebpf/sensor_event.h"
#include "importers/linux_json/dom_values.h"

namespace trocar {
namespace {

namespace dom = simdjson::dom;

UtcNanos time_of(dom::object record, dom::object fields) {
    for (const std::string_view name : {"evt.rawtime", "evt.time", "evt.time.iso8601"}) {
        dom::element element;
        if (fields.at_key(name).get(element) != simdjson::SUCCESS) {
            continue;
        }
        std::uint64_t nanos = 0;
        if (element.get(nanos) == simdjson::SUCCESS && nanos != 0 && nanos < INT64_MAX) {
            return UtcNanos{static_cast<std::int64_t>(nanos)};
        }
        if (const std::optional<UtcNanos> iso = parse_iso_time(string_of(element)); iso.has_value()) {
            return *iso;
        }
    }
    return parse_iso_time(string_at(record, {"time"})).value_or(kNoTime);
}

bool truth(dom::object fields, std::string_view name) {
    dom::element element;
    bool value = false;
    if (fields.at_key(name).get(element) != simdjson::SUCCESS) {
        return false;
    }
    return (element.get(value) == simdjson::SUCCESS && value) || string_of(element) == "true";
}

void read_result(dom::object fields, NamedCall& c) {
    dom::element element;
    if (fields.at_key("evt.rawres").get(element) == simdjson::SUCCESS) {
        if (const std::optional<std::uint64_t> number = sensor_number(element); number.has_value()) {
            c.result = static_cast<std::int64_t>(*number);
        }
    }
    const std::uint64_t error = errno_number(string_at(fields, {"evt.res"}));
    if (error != 0 && !c.result.has_value()) {
        c.result = -static_cast<std::int64_t>(error);
    }
    c.failed = truth(fields, "evt.failed");
}

void read_process(dom::object fields, SensorEvent& out) {
    NamedCall& c = out.call;
    c.pid = sensor_id(fields, {"proc.pid"});
    c.parent = sensor_id(fields, {"proc.ppid"});
    c.uid = sensor_id(fields, {"user.uid"});
    c.exe = string_at(fields, {"proc.exepath"});
    c.comm = string_at(fields, {"proc.name"});
    c.user = string_at(fields, {"user.name"});
    c.cwd = string_at(fields, {"proc.cwd"});
    c.command_line = string_at(fields, {"proc.cmdline"});
    const std::optional<std::uint32_t> inner = sensor_id(fields, {"proc.vpid"});
    if (inner.has_value() && c.pid.has_value() && inner != c.pid) {
        c.pid_in_namespace = *inner;
        c.pid_namespace = namespace_of_container(string_at(fields, {"container.id"}));
    }
    const bool from_memfd =
        truth(fields, "proc.is_exe_from_memfd") ||
        string_at(fields, {"evt.arg.flags"}).find("EXE_FROM_MEMFD") != std::string_view::npos;
    if (from_memfd && !is_memfd(c.exe)) {
        out.text = "memfd:" + std::string(c.comm);
        c.exe = out.text;
    }
    const std::string_view environment = string_at(fields, {"proc.env"});
    for (const std::string_view wanted : {"LD_PRELOAD=", "LD_AUDIT="}) {
        const std::size_t at = environment.find(wanted);
        if (at != std::string_view::npos && c.preload.empty()) {
            c.preload = environment.substr(at, environment.find(' ', at) - at);
        }
    }
}

}  // namespace

void read_falco(dom::object record, SensorEvent& out) {
    dom::element element;
    dom::object fields;
    out.kind = string_at(record, {"rule"});
    out.host = string_at(record, {"hostname"});
    if (!element_at(record, {"output_fields"}, element) || element.get(fields) != simdjson::SUCCESS) {
        out.time = parse_iso_time(string_at(record, {"time"})).value_or(kNoTime);
        return;
    }
    out.host = out.host.empty() ? string_at(fields, {"evt.hostname"}) : out.host;
    out.time = time_of(record, fields);
    NamedCall& c = out.call;
    read_process(fields, out);
    read_result(fields, c);
    for (const auto& member : fields) {
        for (const std::string_view prefix : {"evt.rawarg.", "evt.arg."}) {
            if (member.key.starts_with(prefix) && !member.value.is_null()) {
                out.arguments.push_back({member.key.substr(prefix.size()), member.value});
            }
        }
    }
    out.arguments_text = string_at(fields, {"evt.args"});
    out.arguments_text = out.arguments_text.empty() ? string_at(fields, {"evt.info"}) : out.arguments_text;
    c.name = string_at(fields, {"evt.type"});
    c.path = string_at(fields, {"fd.name"});
    out.opened_for_writing = truth(fields, "evt.is_open_write");
    if (c.name == "procexit") {
        c.name = "exit_group";
    } else if (!c.path.empty() && (c.name.starts_with("write") || c.name.starts_with("pwrite"))) {
        c.name = "vfs_write";
    }
}

}  // namespace trocar
