#include "importers/etw_meaning/etw_meaning.h"

#include "core/base/windows_path.h"
#include "core/model/signal.h"
#include "importers/etw_meaning/process_event.h"

namespace trocar {
namespace {

constexpr std::uint32_t kSystem = 4;  // the kernel's own process
constexpr std::uint64_t kKernelSpace = 0xffff'8000'0000'0000ULL;

Operation threat_operation(std::uint32_t id) {
    switch (id) {
        case 1:
        case 21: return Operation::memory_alloc;
        case 2:
        case 22: return Operation::memory_protect;
        case 3:
        case 23: return Operation::memory_map;
        case 4:
        case 24: return Operation::apc_queue;
        case 5:
        case 25: return Operation::thread_context;
        case 14: return Operation::memory_write;
        case 15:
        case 17:
        case 19: return Operation::suspend;
        case 16:
        case 18:
        case 20: return Operation::resume;
        default: return Operation::generic;
    }
}

/// Only NTSTATUS below 0x80000000 is a success ([MS-ERREF] 2.3).
bool failed(const EtwEvent& event, std::string_view name) {
    return (event.number(name).value_or(0) & 0x80000000U) != 0;
}

/// None where the modules are not known: the analytic then judges by who started the thread.
std::uint32_t start_flags(EtwPlace place, std::uint64_t address) {
    if (address >= kKernelSpace) {
        return signal_flag::kStartKernelAddress;
    }
    switch (place) {
        case EtwPlace::module: return signal_flag::kStartInModule;
        case EtwPlace::outside: return address == 0 ? signal_flag::kStartUnstated : signal_flag::kStartOutsideModules;
        case EtwPlace::unknown: break;
    }
    return 0;
}

void thread_start(const EtwEvent& event, const EtwFacts& facts, EtwMeaning& out) {
    const std::uint32_t tid = started_thread(event).value_or(kEtwNoProcess);
    out.value = event.number("Win32StartAddr").value_or(event.number("StartAddr").value_or(0));
    out.operation = Operation::thread_create;
    if (event.pid == kEtwNoProcess || event.pid == out.target || facts.is_first_thread(out.target, tid, event.time)) {
        return;
    }
    out.operation = Operation::remote_thread;
    out.flags = start_flags(facts.place_of(out.target, event.time, out.value), out.value);
}

void process_or_thread(const EtwEvent& event, const EtwFacts& facts, EtwMeaning& out) {
    const ProcessEvent told = process_event(event);
    const bool frozen = told == ProcessEvent::freeze || told == ProcessEvent::thaw;
    out.target = event.pid_in(frozen ? "FrozenProcessID" : "ProcessID").value_or(kEtwNoProcess);
    if (out.target == kEtwNoProcess) {
        return;
    }
    switch (told) {
        case ProcessEvent::start:
            out.operation = Operation::process_create;
            out.actor = event.pid == kEtwNoProcess ? parent_pid(event).value_or(kEtwNoProcess) : event.pid;
            out.target_created = event.instant("CreateTime");
            break;
        case ProcessEvent::end:
        case ProcessEvent::seen:
            out.operation = told == ProcessEvent::end ? Operation::process_exit : Operation::process_seen;
            out.actor = kEtwNoProcess;
            out.target_created = event.instant("CreateTime");
            break;
        case ProcessEvent::thread_start: thread_start(event, facts, out); break;
        case ProcessEvent::module_load:
            out.operation = Operation::module_load;
            out.actor = kEtwNoProcess;
            out.value = event.number("ImageBase").value_or(0);
            out.flags = is_user_writable_path(image_name(event)) ? signal_flag::kUserWritablePath : 0;
            break;
        case ProcessEvent::freeze: out.operation = Operation::suspend; break;
        case ProcessEvent::thaw: out.operation = Operation::resume; break;
        default: break;
    }
}

void audit(const EtwEvent& event, EtwMeaning& out) {
    out.target = event.pid_in("TargetProcessId").value_or(kEtwNoProcess);
    if (event.id != 5) {
        return;
    }
    out.operation = Operation::process_access;
    out.value = event.number("DesiredAccess").value_or(0);
    out.flags = failed(event, "ReturnCode") ? windows_flag::kFailed : 0;
}

void threat(const EtwEvent& event, EtwMeaning& out) {
    out.actor = event.pid_in("CallingProcessId").value_or(event.pid);
    out.actor_created = event.instant("CallingProcessCreateTime");
    out.target = event.pid_in("TargetProcessId").value_or(kEtwNoProcess);
    out.target_created = event.instant("TargetProcessCreateTime");
    out.operation = threat_operation(event.id);
    out.flags = failed(event, "OperationStatus") ? windows_flag::kFailed : 0;
    const bool executes = out.operation == Operation::apc_queue || out.operation == Operation::thread_context;
    if (const UtcNanos real = event.instant("RealEventTime"); executes && !real.none()) {
        out.time = real;
    }
    const std::string_view where = out.operation == Operation::apc_queue        ? "ApcRoutine"
                                   : out.operation == Operation::thread_context ? "Pc"
                                   : event.number("TargetAddress")              ? "TargetAddress"
                                                                                : "BaseAddress";
    out.value = event.number(where).value_or(0);
    if (event.id >= 21 && event.id <= 28 && out.actor == kSystem) {
        out.operation = Operation::generic;
    }
}

bool acts_on_another(Operation operation) {
    switch (operation) {
        case Operation::generic:
        case Operation::process_create:
        case Operation::process_exit:
        case Operation::process_seen:
        case Operation::module_load:
        case Operation::thread_create: return false;
        default: return true;
    }
}

}  // namespace

EtwMeaning etw_meaning(const EtwEvent& event, const EtwFacts& facts) {
    EtwMeaning out;
    out.actor = event.pid;
    out.time = event.time;
    switch (event.provider) {
        case EtwProvider::kernel_process:
        case EtwProvider::nt_kernel_logger: process_or_thread(event, facts, out); break;
        case EtwProvider::audit_api_calls: audit(event, out); break;
        case EtwProvider::threat_intelligence: threat(event, out); break;
        default: break;
    }
    if (acts_on_another(out.operation) && (out.target == kEtwNoProcess || out.target == out.actor)) {
        out.operation = Operation::generic;
        out.flags = 0;
    }
    return out;
}

}  // namespace trocar
