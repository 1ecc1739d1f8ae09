// Elastic Defend's API events (schema: elastic/endpoint-package, data stream api): docs/formats/etw-text.md.
#include "core/base/text.h"
#include "importers/etw_text/etw_values.h"
#include "importers/etw_text/json_shapes.h"
#include "importers/linux_json/dom_values.h"

#include <array>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

/// The event of Threat-Intelligence or Audit-API-Calls that Elastic Defend made a call of: for other processes, and for
/// the own.
struct Api {
    std::string_view name;
    EtwProvider provider;
    std::uint32_t id, own;
};
constexpr EtwProvider kThreat = EtwProvider::threat_intelligence, kAudit = EtwProvider::audit_api_calls;
constexpr std::array kApis{
    Api{"VirtualAlloc", kThreat, 1, 6},        Api{"VirtualAllocEx", kThreat, 1, 6},
    Api{"VirtualProtect", kThreat, 2, 7},      Api{"VirtualProtectEx", kThreat, 2, 7},
    Api{"MapViewOfFile", kThreat, 3, 8},       Api{"MapViewOfFile2", kThreat, 3, 8},
    Api{"QueueUserAPC", kThreat, 4, 4},        Api{"SetThreadContext", kThreat, 5, 5},
    Api{"ReadProcessMemory", kThreat, 13, 11}, Api{"WriteProcessMemory", kThreat, 14, 12},
    Api{"OpenProcess", kAudit, 5, 5},          Api{"OpenThread", kAudit, 6, 6},
};

/// Its parameters under the manifest's names.
struct Parameter {
    std::string_view elastic, manifest;
};
constexpr std::array kParameters{
    Parameter{"address", "BaseAddress"},
    Parameter{"size", "RegionSize"},
    Parameter{"protection", "ProtectionMask"},
    Parameter{"protection_old", "LastProtectionMask"},
    Parameter{"desired_access_numeric", "DesiredAccess"},
    Parameter{"procedure", "ApcRoutine"},
    Parameter{"argument1", "ApcArgument1"},
    Parameter{"argument2", "ApcArgument2"},
    Parameter{"argument3", "ApcArgument3"},
    Parameter{"context_flags", "ContextFlags"},
    Parameter{"rip", "Pc"},
    Parameter{"eip", "Pc"},
    Parameter{"allocation_type", "AllocationTypeText"},
};

std::string_view manifest_name(std::string_view elastic) {
    for (const Parameter& known : kParameters) {
        if (known.elastic == elastic) {
            return known.manifest;
        }
    }
    return elastic;
}

void add_at(dom::object object, std::initializer_list<std::string_view> path, std::string_view name, JsonTexts& texts,
            EtwEvent& event) {
    dom::element value;
    if (element_at(object, path, value)) {
        event.fields.push_back(json_field(name, value, texts));
    }
}

void add_parameters(dom::object object, JsonTexts& texts, EtwEvent& event) {
    dom::element element;
    dom::object parameters;
    if (!element_at(object, {"process", "Ext", "api", "parameters"}, element) ||
        element.get(parameters) != simdjson::SUCCESS) {
        return;
    }
    for (const auto& [name, value] : parameters) {
        const bool write_size = event.id == 14 && name == "size";
        event.fields.push_back(json_field(write_size ? "BytesCopied" : manifest_name(name), value, texts));
    }
}

std::uint32_t pid_at(dom::object object, std::initializer_list<std::string_view> path) {
    const std::uint64_t pid = json_number(object, path, kEtwNoProcess);
    return pid < kEtwNoProcess ? static_cast<std::uint32_t>(pid) : kEtwNoProcess;
}

}  // namespace

void read_elastic_api(dom::object object, JsonTexts& texts, EtwRecord& out) {
    EtwEvent& event = out.event;
    event.time = parse_iso_time(string_at(object, {"@timestamp"})).value_or(kNoTime);
    event.provider_name = "Elastic Defend";
    event.task = string_at(object, {"process", "Ext", "api", "name"});
    event.pid = pid_at(object, {"process", "pid"});
    event.image = string_at(object, {"process", "executable"});
    out.host = string_at(object, {"host", "hostname"});
    const std::uint32_t target = pid_at(object, {"Target", "process", "pid"});
    for (const Api& api : kApis) {
        if (equal_ignoring_case(api.name, event.task)) {
            event.provider = api.provider;
            event.id = target == kEtwNoProcess || target == event.pid ? api.own : api.id;
        }
    }
    if (event.pid != kEtwNoProcess) {
        event.fields.push_back({"CallingProcessId", ValueKind::number, event.pid, 0, {}});
    }
    const std::uint32_t acted_on = target == kEtwNoProcess ? event.pid : target;
    if (acted_on != kEtwNoProcess) {
        event.fields.push_back({"TargetProcessId", ValueKind::number, acted_on, 0, {}});
    }
    if (const std::string_view image = string_at(object, {"Target", "process", "executable"});
        !image.empty() && target != kEtwNoProcess) {
        out.named.push_back({target, image});
    }
    add_parameters(object, texts, event);
    add_at(object, {"process", "Ext", "api", "summary"}, "Summary", texts, event);
    add_at(object, {"process", "Ext", "api", "behaviors"}, "Behaviors", texts, event);
    add_at(object, {"process", "Ext", "api", "metadata"}, "Metadata", texts, event);
    add_at(object, {"process", "thread", "Ext", "call_stack_summary"}, "CallStackSummary", texts, event);
    add_at(object, {"process", "command_line"}, "CommandLine", texts, event);
    add_at(object, {"event", "outcome"}, "Outcome", texts, event);
}

}  // namespace trocar
