#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <span>

#include "core/base/text.h"
#include "core/report/coverage_components.h"
#include "core/report/exporter.h"

namespace trocar {
namespace {

constexpr std::array kAccess{Operation::process_access};
constexpr std::array kCreate{Operation::process_create};
constexpr std::array kLoad{Operation::module_load};
constexpr std::array kThread{Operation::remote_thread};
constexpr std::array kTamper{Operation::process_tamper};
constexpr std::array kApi{Operation::memory_alloc,  Operation::memory_protect, Operation::memory_write,
                          Operation::memory_map,    Operation::memory_unmap,   Operation::thread_context,
                          Operation::apc_queue,     Operation::suspend,        Operation::resume};

// Sysmon schema 4.90 names its rule groups ProcessAccess, ProcessCreate, ImageLoad, CreateRemoteThread and
// ProcessTampering; `onmatch="exclude"` with an empty group logs everything.
constexpr std::array<Component, 6> kWindows{{
    {"Process Access", "DC0035", "Sysmon 10", kAccess,
     "No chain can be shown: the handle that comes before an injection was not logged, so every execution in a foreign "
     "process stays alone. Record it with <ProcessAccess onmatch=\"exclude\"/> in the Sysmon configuration, or include "
     "at least GrantedAccess with VM_WRITE.",
     ""},
    {"Remote Thread", "DC0020", "Sysmon 8", kThread,
     "A thread started in another process is not seen: chains can only end in a module load or in tampering. Record it "
     "with <CreateRemoteThread onmatch=\"exclude\"/>.",
     ""},
    {"Process Tampering", "DC0020", "Sysmon 25", kTamper,
     "A replaced process image (hollowing, herpaderping) is not seen, or did not happen. Record it with "
     "<ProcessTampering onmatch=\"exclude\"/> (Sysmon 13 or newer).",
     ""},
    {"Module Load", "DC0016", "Sysmon 7", kLoad,
     "A DLL brought into the target is not seen: T1055.001 shows without its payload, with lower confidence. Record it "
     "with <ImageLoad onmatch=\"include\"><Signed condition=\"is\">false</Signed></ImageLoad> at least.",
     ""},
    {"Process Creation", "DC0032", "Sysmon 1, Security 4688", kCreate,
     "Parents, command lines and users of the processes are not known; their starts are inferred. Record it with "
     "<ProcessCreate onmatch=\"exclude\"/>, or enable the audit policy Process Creation.",
     "Processes that started before the capture still have no creation event; their start is inferred."},
    {"OS API Execution", "DC0021", "ETW Threat-Intelligence, Kernel-Audit-API-Calls", kApi,
     "Memory allocation, memory writes, APCs and thread contexts are invisible: Sysmon never records them. A chain is a "
     "shape (access, then execution), not a seen write. Record the Threat-Intelligence provider from a protected "
     "consumer to see them.",
     ""},
}};

constexpr std::array kTaskPort{Operation::task_control};
constexpr std::array kTaskRead{Operation::task_read, Operation::task_inspect};
constexpr std::array kTaskThread{Operation::task_thread};
constexpr std::array kSuspension{Operation::suspend, Operation::resume};
constexpr std::array kInvalidated{Operation::code_invalidated};
constexpr std::array kMacExec{Operation::process_exec, Operation::dyld_insert};
constexpr std::array kSecurityLog{Operation::security_log};

// Event names of eslogger(1). DC0034 and DC0035 as DET0508's AN1401 names them; the others are beside it.
constexpr std::array<Component, 8> kMacRows{{
    {"Task Port", "DC0035", "Endpoint Security get_task", kTaskPort,
     "The access step is blind, or nobody asked: a thread in a foreign task stays alone. Record it with eslogger get_task.",
     ""},
    {"Remote Thread", "DC0035", "Endpoint Security remote_thread_create", kTaskThread,
     "A thread started in another task is not seen, or did not happen: no port-led chain can end. Record it with "
     "eslogger remote_thread_create.",
     "Writes into another task are never reported: Endpoint Security has no event for mach_vm_write, mach_vm_allocate, "
     "mach_vm_protect or vm_remap. A chain is a shape (port, then thread), not a seen write."},
    {"Suspension", "DC0035", "Endpoint Security proc_suspend_resume", kSuspension,
     "Whether the target was stopped meanwhile is not told. Record it with eslogger proc_suspend_resume.", ""},
    {"Code Signature", "DC0035", "Endpoint Security cs_invalidated", kInvalidated,
     "Changed code pages are not seen, or there were none. Record it with eslogger cs_invalidated.",
     "It never comes from a process with CS_HARD: hardened targets are silent."},
    {"Read and Inspect Ports", "DC0035", "Endpoint Security get_task_read, get_task_inspect", kTaskRead,
     "Who reads other tasks is not seen. Record it with eslogger get_task_read get_task_inspect.", ""},
    {"Process Creation", "DC0034", "Endpoint Security exec", kMacExec,
     "Programs, command lines and DYLD_INSERT_LIBRARIES are not known. Record it with eslogger exec fork exit.", ""},
    {"Module Load", "DC0034", "Endpoint Security mmap", kLoad,
     "A library brought into the target is not seen, and whether dyld honoured DYLD_INSERT_LIBRARIES is not told. Record it "
     "with eslogger mmap.",
     "A mapping tells no address and no size."},
    {"Security Log", "DC0035", "unified log, subsystem com.apple.security or sender libsystem_kernel.dylib", kSecurityLog,
     "The channel that AN1401 names is silent, or was not exported. Export it with log show --style ndjson --info --debug. "
     "Refused task ports are not in it: the kernel logs them without a subsystem.",
     "No message of it is known to tell of a granted task port: searchable, but no step of a chain."},
}};

std::string percent(std::uint64_t part, std::uint64_t whole) {
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.3g %%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
    return buffer.data();
}

/// Fields that the import found empty, counted per host over the signals.
struct EmptyFields {
    std::uint64_t accesses = 0, no_call_trace = 0, threads = 0, no_start = 0;
};

std::vector<EmptyFields> empty_fields(const Capture& capture) {
    std::vector<EmptyFields> out(capture.hosts.size());
    for (const Pair& pair : capture.signals.pairs) {
        if (pair.target.value >= capture.processes.lives.size()) {
            continue;
        }
        const HostId host = capture.processes.lives[pair.target.value].host;
        if (host.value >= out.size()) {
            continue;
        }
        EmptyFields& counts = out[host.value];
        for (std::uint32_t row = pair.first; row < pair.last; ++row) {
            const std::uint32_t flags = capture.signals.flags[row];
            if (capture.signals.role[row] == Role::access) {
                ++counts.accesses;
                counts.no_call_trace += (flags & signal_flag::kNoCallTrace) != 0 ? 1 : 0;
            } else if (capture.signals.role[row] == Role::execute) {
                ++counts.threads;
                counts.no_start += (flags & signal_flag::kStartUnstated) != 0 ? 1 : 0;
            }
        }
    }
    return out;
}

std::string quality_of(const Component& component, const EmptyFields& empty) {
    if (component.operations.front() == Operation::process_access && empty.no_call_trace != 0) {
        return "CallTrace is empty in " + percent(empty.no_call_trace, empty.accesses) + " of them";
    }
    if (component.operations.front() == Operation::remote_thread && empty.no_start != 0) {
        return "StartModule and StartFunction are not recorded in " + percent(empty.no_start, empty.threads) + " of them";
    }
    return {};
}

/// "{arch}" as a rule for each.
std::vector<CoverageRule> rules_of(const Component& component) {
    constexpr std::string_view kArch = "{arch}";
    std::vector<CoverageRule> out;
    for (const ComponentRule& rule : component.rules) {
        const std::size_t at = rule.rule.find(kArch);
        if (at == std::string_view::npos) {
            out.push_back({std::string(rule.by), std::string(rule.rule)});
            continue;
        }
        for (const std::string_view arch : {"b64", "b32"}) {
            out.push_back({std::string(rule.by), std::string(rule.rule).replace(at, kArch.size(), arch)});
        }
    }
    return out;
}

CoverageRow row_for(const Capture& capture, HostId host, const Component& component) {
    CoverageRow row;
    row.host = capture.strings->text(capture.hosts[host.value]);
    row.component = component.name;
    row.data_source = component.data_source;
    row.telemetry = component.telemetry;
    for (const OperationCount& count : capture.operations) {
        if (count.host != host || std::find(component.operations.begin(), component.operations.end(),
                                            count.operation) == component.operations.end()) {
            continue;
        }
        row.count += count.count;
        if (!count.first.none() && (row.first.none() || count.first < row.first)) {
            row.first = count.first;
        }
        if (!count.last.none() && (row.last.none() || count.last > row.last)) {
            row.last = count.last;
        }
        row.gaps.insert(row.gaps.end(), count.gaps.begin(), count.gaps.end());
    }
    std::sort(row.gaps.begin(), row.gaps.end());
    row.meaning = row.count == 0 ? component.blind : component.limits;
    row.step = component.step;
    if (row.count == 0) {
        row.rules = rules_of(component);
    }
    return row;
}

std::span<const Component> components_of(const Analytic& analytic) {
    if (analytic.id == "AN1399") {
        return kWindows;
    }
    if (analytic.id == "AN1400") {
        return linux_components();
    }
    if (analytic.id == "AN1401") {
        return kMacRows;
    }
    return {};
}

}  // namespace

std::string rules_text(const CoverageRow& row, std::string_view between) {
    std::string out;
    std::string_view by;
    for (const CoverageRule& rule : row.rules) {
        out += by == rule.by ? "; " : (out.empty() ? "" : std::string(between)) + rule.by + ": ";
        out += rule.rule;
        by = rule.by;
    }
    return out;
}

std::vector<CoverageRow> coverage(const Capture& capture, const Analytic& analytic) {
    std::vector<CoverageRow> out;
    const std::vector<EmptyFields> empty = empty_fields(capture);
    std::vector<HostId> hosts;
    for (std::uint32_t i = 0; i < capture.hosts.size(); ++i) {
        const bool seen = std::any_of(capture.operations.begin(), capture.operations.end(),
                                      [&](const OperationCount& count) { return count.host.value == i && count.count != 0; });
        if (seen) {
            hosts.push_back({i});
        }
    }
    // By name: HostId follows the order of import, the panel and the report do not.
    std::sort(hosts.begin(), hosts.end(), [&](HostId a, HostId b) {
        return capture.strings->text(capture.hosts[a.value]) < capture.strings->text(capture.hosts[b.value]);
    });
    for (const HostId host : hosts) {
        for (const Component& component : components_of(analytic)) {
            CoverageRow row = row_for(capture, host, component);
            row.quality = row.count == 0 ? std::string() : quality_of(component, empty[host.value]);
            out.push_back(std::move(row));
        }
    }
    return out;
}

}  // namespace trocar
