#include <array>
#include <unordered_map>

#include "core/base/text.h"
#include "core/model/field.h"
#include "core/model/operation.h"
#include "core/model/signal.h"

namespace trocar {
namespace {

// Sysmon's own rule names where Sysmon has the event (`sysmon -s`, schema 4.90), else the API's or ATT&CK's word.
constexpr std::array<std::string_view, kOperationCount> kOperationNames{
    "Event",          "ProcessCreate",   "ProcessTerminate", "ProcessAccess", "CreateRemoteThread",
    "ImageLoad",      "ProcessTampering", "DriverLoad",      "RawAccessRead", "FileCreate",
    "FileCreateTime", "FileDelete",      "FileCreateStreamHash", "FileBlock", "RegistryEvent",
    "NetworkConnect", "DnsQuery",        "PipeEvent",        "WmiEvent",      "ClipboardChange",
    "SensorState",    "MemoryAlloc",     "MemoryProtect",    "MemoryWrite",   "MemoryMap",
    "MemoryUnmap",    "SetThreadContext", "QueueUserApc",    "Suspend",       "Resume",
    // Linux: the system call's name where one call is meant.
    "PtraceAttach",   "PtraceTraceme",   "PtraceRead",       "PtraceWrite",   "PtraceSetRegisters",
    "PtraceControl",  "PtraceDetach",    "ProcessVmReadv",   "ProcessVmWritev", "ProcMemRead",
    "ProcMemWrite",   "ProcMapsRead",    "PidfdAccess",      "MemfdCreate",   "MemfdExecute",
    "MemfdMap",       "ExecMap",         "ExecProtect",      "Execve",        "LdPreload",
    "ThreadCreate",   "FileOpen",        "Kill",           "TracerSeen",      "MappingFound",
    "CodePageChanged", "ProcessSeen",
    // macOS: Endpoint Security's event, in the case of the others.
    "GetTask",        "GetTaskRead",     "GetTaskInspect",   "GetTaskName",   "RemoteThreadCreate",
    "CsInvalidated",  "Trace",           "DyldInsert",
    "SecurityLog"};

constexpr std::array<std::string_view, kRoleCount> kRoleNames{"access", "alloc", "protect", "write",
                                                              "map",    "execute", "load",  "create",
                                                              "suspend", "resume", "tamper", "read"};

constexpr std::array<std::string_view, kKnownFieldCount> kFieldNames{
#define TROCAR_FIELD_NAME(enumerator, text) text,
    TROCAR_KNOWN_FIELDS(TROCAR_FIELD_NAME)
#undef TROCAR_FIELD_NAME
};

const std::unordered_map<std::string_view, std::uint16_t>& fields_by_name() {
    static const auto map = [] {
        std::unordered_map<std::string_view, std::uint16_t> m;
        for (std::uint16_t i = 0; i < kKnownFieldCount; ++i) {
            m.emplace(kFieldNames[i], i);
        }
        // Sysmon spells these with GUID in event 10 and Guid in event 8.
        m.emplace("SourceProcessGUID", static_cast<std::uint16_t>(Field::source_process_guid));
        m.emplace("TargetProcessGUID", static_cast<std::uint16_t>(Field::target_process_guid));
        return m;
    }();
    return map;
}

}  // namespace

std::string_view name(Operation operation) noexcept {
    const auto i = static_cast<std::size_t>(operation);
    return i < kOperationNames.size() ? kOperationNames[i] : std::string_view("?");
}

bool operation_from_name(std::string_view text, Operation& out) noexcept {
    for (std::size_t i = 0; i < kOperationNames.size(); ++i) {
        if (equal_ignoring_case(kOperationNames[i], text)) {
            out = static_cast<Operation>(i);
            return true;
        }
    }
    return false;
}

OperationClass operation_class(Operation operation) noexcept {
    switch (operation) {
        case Operation::process_access:
        case Operation::tracer_seen:
        case Operation::ptrace_attach:
        case Operation::ptrace_traceme:
        case Operation::ptrace_read:
        case Operation::process_vm_read:
        case Operation::proc_mem_read:
        case Operation::proc_maps_read:
        case Operation::pidfd_access:
        case Operation::task_control:
        case Operation::task_read:
        case Operation::task_inspect:
        case Operation::task_name:
        case Operation::trace_attach: return OperationClass::access;
        case Operation::memory_alloc:
        case Operation::memfd_create:
        case Operation::exec_map:
        case Operation::mapping_found:
        case Operation::memory_map: return OperationClass::alloc;
        case Operation::memory_write:
        case Operation::ptrace_write:
        case Operation::code_page_changed:
        case Operation::code_invalidated:
        case Operation::process_vm_write:
        case Operation::proc_mem_write: return OperationClass::write;
        case Operation::exec_protect:
        case Operation::memory_protect:
        case Operation::memory_unmap: return OperationClass::protect;
        case Operation::remote_thread:
        case Operation::task_thread:
        case Operation::process_tamper:
        case Operation::thread_context:
        case Operation::apc_queue:
        case Operation::ptrace_registers:
        case Operation::ptrace_control:
        case Operation::ptrace_detach:
        case Operation::memfd_execute:
        case Operation::memfd_map:
        case Operation::suspend:
        case Operation::resume: return OperationClass::execute;
        case Operation::module_load:
        case Operation::preload:
        case Operation::dyld_insert:
        case Operation::driver_load: return OperationClass::image;
        case Operation::process_create:
        case Operation::process_exec:
        case Operation::process_seen:
        case Operation::thread_create:
        case Operation::process_exit: return OperationClass::process;
        default: return OperationClass::other;
    }
}

std::string_view name(Role role) noexcept {
    const auto i = static_cast<std::size_t>(role);
    return i < kRoleNames.size() ? kRoleNames[i] : std::string_view("?");
}

std::string_view known_field_name(FieldId field) noexcept {
    return field.value < kKnownFieldCount ? kFieldNames[field.value] : std::string_view{};
}

FieldId known_field(std::string_view text) noexcept {
    const auto found = fields_by_name().find(text);
    return found == fields_by_name().end() ? FieldId{} : FieldId{found->second};
}

}  // namespace trocar
