#include "importers/etw_meaning/process_event.h"

namespace trocar {
namespace {

ProcessEvent of_kernel_process(std::uint32_t id) noexcept {
    switch (id) {
        case 1: return ProcessEvent::start;
        case 2: return ProcessEvent::end;
        case 3: return ProcessEvent::thread_start;
        case 5: return ProcessEvent::module_load;
        case 11: return ProcessEvent::freeze;
        case 12: return ProcessEvent::thaw;
        case 15: return ProcessEvent::seen;
        default: return ProcessEvent::other;
    }
}

/// EVENT_TRACE_GROUP_PROCESS, _THREAD, _IMAGE and EVENT_TRACE_TYPE_* (evntrace.h); rundowns of threads start none.
ProcessEvent of_kernel_logger(std::uint32_t id) noexcept {
    switch (id) {
        case kernel_record(3, 1): return ProcessEvent::start;
        case kernel_record(3, 2): return ProcessEvent::end;
        case kernel_record(3, 3):
        case kernel_record(3, 4): return ProcessEvent::seen;
        case kernel_record(3, 10): return ProcessEvent::module_load;
        case kernel_record(5, 1): return ProcessEvent::thread_start;
        case kernel_record(0x14, 3): return ProcessEvent::module_seen;
        default: return ProcessEvent::other;
    }
}

}  // namespace

ProcessEvent process_event(const EtwEvent& event) noexcept {
    switch (event.provider) {
        case EtwProvider::kernel_process: return of_kernel_process(event.id);
        case EtwProvider::nt_kernel_logger: return of_kernel_logger(event.id);
        default: return ProcessEvent::other;
    }
}

std::optional<std::uint32_t> parent_pid(const EtwEvent& event) noexcept {
    const auto parent = event.pid_in("ParentProcessID");
    return parent ? parent : event.pid_in("ParentId");
}

std::optional<std::uint32_t> started_thread(const EtwEvent& event) noexcept {
    const auto tid = event.pid_in("ThreadID");
    return tid ? tid : event.pid_in("TThreadId");
}

std::string_view image_name(const EtwEvent& event) noexcept {
    for (const std::string_view name : {"ImageName", "ImageFileName", "FileName"}) {
        if (event.find(name) != nullptr) {
            return event.text(name);
        }
    }
    return {};
}

}  // namespace trocar
