// SilkETW, Sealighter and RedEdr: what their objects say (docs/formats/etw-text.md).
#include "core/base/text.h"
#include "importers/etw_text/etw_values.h"
#include "importers/etw_text/json_shapes.h"
#include "importers/linux_json/dom_values.h"

#include <array>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxFields = 4096;

std::uint32_t id_at(dom::object object, std::initializer_list<std::string_view> path) {
    const std::uint64_t number = json_number(object, path, kEtwNoProcess);
    return number < kEtwNoProcess ? static_cast<std::uint32_t>(number) : kEtwNoProcess;
}

std::uint32_t event_id_at(dom::object object, std::initializer_list<std::string_view> path) {
    return static_cast<std::uint32_t>(json_number(object, path, 0) & 0xffffU);
}

void add_members(dom::object object, JsonTexts& texts, EtwEvent& event) {
    for (const auto& [name, value] : object) {
        if (event.fields.size() == kMaxFields) {
            return;
        }
        event.fields.push_back(json_field(name, value, texts));
    }
}

/// "2020-05-17 11:54:24Z", also with a blank before the zone.
UtcNanos time_at(dom::object object, std::initializer_list<std::string_view> path) {
    return parse_iso_time(trimmed(string_at(object, path))).value_or(kNoTime);
}

/// SilkETW names the event and leaves its id out. Ids as in the manifests (Kernel-Process and
/// Threat-Intelligence): of the latter's tasks each has one for other processes, one for the own, one for callers in
/// the kernel.
struct Task {
    std::string_view name;
    std::uint32_t id, own, kernel;
};
constexpr std::array kTasks{
    Task{"ProcessStart", 1, 1, 1},
    Task{"ProcessStop", 2, 2, 2},
    Task{"ThreadStart", 3, 3, 3},
    Task{"ThreadStop", 4, 4, 4},
    Task{"ImageLoad", 5, 5, 5},
    Task{"ImageUnload", 6, 6, 6},
    Task{"ProcessRundown", 15, 15, 15},
    Task{"KERNEL_THREATINT_TASK_ALLOCVM", 1, 6, 21},
    Task{"KERNEL_THREATINT_TASK_PROTECTVM", 2, 7, 22},
    Task{"KERNEL_THREATINT_TASK_MAPVIEW", 3, 8, 23},
    Task{"KERNEL_THREATINT_TASK_QUEUEUSERAPC", 4, 4, 24},
    Task{"KERNEL_THREATINT_TASK_SETTHREADCONTEXT", 5, 5, 25},
    Task{"KERNEL_THREATINT_TASK_READVM", 13, 11, 13},
    Task{"KERNEL_THREATINT_TASK_WRITEVM", 14, 12, 14},
};
constexpr std::uint32_t kSystem = 4;  // the kernel's own process

std::uint32_t id_of_name(std::string_view name, const EtwEvent& event) {
    constexpr std::string_view kNumbered = "EventID(";
    if (name.starts_with(kNumbered) && name.ends_with(')')) {
        const auto number = parse_number(name.substr(kNumbered.size(), name.size() - kNumbered.size() - 1));
        return static_cast<std::uint32_t>(number.value_or(0) & 0xffffU);
    }
    const std::string_view task = name.substr(0, name.find('/'));
    for (const Task& known : kTasks) {
        if (known.name != task) {
            continue;
        }
        const auto caller = event.pid_in("CallingProcessId");
        const auto target = event.pid_in("TargetProcessId");
        return caller == kSystem && target != kSystem ? known.kernel
               : caller && caller == target           ? known.own
                                                      : known.id;
    }
    return 0;
}

/// The program of a command line.
std::string_view program_of(std::string_view line) {
    line = trimmed(line);
    const bool quoted = line.starts_with('"');
    line.remove_prefix(quoted ? 1 : 0);
    return line.substr(0, line.find(quoted ? '"' : ' '));
}

EtwField number_field(std::string_view name, std::uint64_t number) {
    return {name, ValueKind::number, number, 0, {}};
}

/// Rows of RedEdr's kernel callbacks, as the Kernel-Process events that say the same.
bool read_callback(dom::object object, EtwRecord& out) {
    EtwEvent& event = out.event;
    const std::string_view function = string_at(object, {"func"});
    const std::uint32_t pid = id_at(object, {"pid"});
    if (pid == kEtwNoProcess) {
        return false;
    }
    if (function == "process_create") {
        event.id = 1;
        event.fields.push_back(number_field("ParentProcessID", json_number(object, {"ppid"}, 0)));
        event.fields.push_back({"ImageName", ValueKind::text, 0, 0, string_at(object, {"name"})});
        if (const std::string_view parent = string_at(object, {"parent_name"}); !parent.empty()) {
            out.named.push_back({id_at(object, {"ppid"}), parent});
        }
    } else if (function == "thread_create") {
        event.id = json_number(object, {"create"}, 1) != 0 ? 3 : 4;
        event.fields.push_back(number_field("ThreadID", json_number(object, {"threadid"}, 0)));
    } else if (function == "image_load") {
        event.id = 5;
        event.fields.push_back({"ImageName", ValueKind::text, 0, 0, string_at(object, {"image"})});
    } else {
        return false;
    }
    event.provider = EtwProvider::kernel_process;
    event.provider_name = "RedEdr";
    event.pid = id_at(object, {"krn_pid"});
    event.fields.push_back(number_field("ProcessID", pid));
    return true;
}

}  // namespace

void read_silketw(dom::object object, JsonTexts& texts, EtwRecord& out) {
    EtwEvent& event = out.event;
    event.provider_name = string_at(object, {"ProviderName"});
    event.provider =
        etw_provider(parse_guid(string_at(object, {"ProviderGuid"})).value_or(Guid{}), event.provider_name);
    event.time = time_at(object, {"TimeStamp"});
    event.pid = id_at(object, {"ProcessID"});
    event.tid = id_at(object, {"ThreadID"});
    const std::string_view image = string_at(object, {"ProcessName"});
    event.image = image == "N/A" ? std::string_view{} : image;
    event.task = string_at(object, {"EventName"});
    dom::object data;
    dom::element element;
    if (element_at(object, {"XmlEventData"}, element) && element.get(data) == simdjson::SUCCESS) {
        add_members(data, texts, event);
    }
    event.id = id_of_name(event.task, event);
}

void read_sealighter(dom::object object, JsonTexts& texts, EtwRecord& out) {
    EtwEvent& event = out.event;
    event.provider_name = string_at(object, {"header", "provider_name"});
    event.provider = etw_provider({}, event.provider_name);
    event.id = event_id_at(object, {"header", "event_id"});
    event.version = event_id_at(object, {"header", "event_version"});
    event.time = time_at(object, {"header", "timestamp"});
    event.pid = id_at(object, {"header", "process_id"});
    event.tid = id_at(object, {"header", "thread_id"});
    event.task = string_at(object, {"header", "task_name"});
    dom::object data;
    dom::element element;
    if (element_at(object, {"properties"}, element) && element.get(data) == simdjson::SUCCESS) {
        add_members(data, texts, event);
    }
}

EtwNotation::Outcome read_rededr(dom::object object, JsonTexts& texts, EtwRecord& out) {
    EtwEvent& event = out.event;
    if (string_at(object, {"type"}) == "meta") {
        return EtwNotation::Outcome::heading;
    }
    dom::element element;
    if (element_at(object, {"etw_event_id"}, element)) {
        event.provider_name = string_at(object, {"etw_provider_name"});
        event.provider = etw_provider({}, event.provider_name);
        event.id = event_id_at(object, {"etw_event_id"});
        event.time = from_filetime(json_number(object, {"etw_time"}, 0));
        event.pid = id_at(object, {"etw_pid"});
        event.tid = id_at(object, {"etw_tid"});
        event.task = string_at(object, {"event"});
        event.image = program_of(string_at(object, {"process_name"}));
        add_members(object, texts, event);
        return EtwNotation::Outcome::event;
    }
    event.time = from_filetime(json_number(object, {"time"}, 0));
    if (!read_callback(object, out)) {
        event.provider_name = "RedEdr";
        event.task = string_at(object, {"func"});
        event.pid = id_at(object, {"pid"});
        event.image = string_at(object, {"image_path"});
        add_members(object, texts, event);
    }
    return EtwNotation::Outcome::event;
}

}  // namespace trocar
