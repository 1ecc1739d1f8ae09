#include "core/detect/event_signals.h"

namespace trocar {

EventRoles roles_of(Operation operation) noexcept {
    switch (operation) {
        case Operation::process_access: return {{Role::access}, 1, false};
        case Operation::remote_thread: return {{Role::execute}, 1, false};
        case Operation::process_tamper: return {{Role::tamper}, 1, true};
        case Operation::module_load: return {{Role::load}, 1, true};
        case Operation::process_create: return {{Role::create}, 1, false};
        case Operation::memory_alloc: return {{Role::alloc}, 1, false};
        case Operation::memory_protect: return {{Role::protect}, 1, false};
        case Operation::memory_write: return {{Role::write}, 1, false};
        case Operation::memory_map: return {{Role::map}, 1, false};
        case Operation::thread_context: return {{Role::execute}, 1, false, windows_flag::kContext};
        case Operation::apc_queue: return {{Role::execute}, 1, false, windows_flag::kApc};
        case Operation::suspend: return {{Role::suspend}, 1, false};
        case Operation::resume: return {{Role::resume}, 1, false};
        case Operation::ptrace_attach:
        case Operation::ptrace_traceme:
        case Operation::process_vm_read:
        case Operation::proc_mem_read:
        case Operation::proc_maps_read:
        case Operation::tracer_seen:
        case Operation::pidfd_access: return {{Role::access}, 1, false};
        case Operation::ptrace_read: return {{Role::read}, 1, false};
        case Operation::ptrace_write:
        case Operation::proc_mem_write: return {{Role::write}, 1, false};
        case Operation::process_vm_write: return {{Role::access, Role::write}, 2, false};
        case Operation::ptrace_registers: return {{Role::execute}, 1, false};
        case Operation::ptrace_control:
        case Operation::ptrace_detach: return {{Role::resume}, 1, false};
        case Operation::process_exec: return {{Role::create}, 1, false};
        // What a process does to itself; the memory calls that an injector makes its victim run look the same.
        case Operation::memfd_create:
        case Operation::exec_map: return {{Role::alloc}, 1, true};
        case Operation::exec_protect: return {{Role::protect}, 1, true};
        case Operation::preload: return {{Role::create}, 1, true};
        case Operation::mapping_found: return {{Role::map}, 1, true};
        case Operation::code_page_changed: return {{Role::tamper}, 1, true};
        case Operation::memfd_execute:
        case Operation::memfd_map: return {{Role::tamper}, 1, true};
        case Operation::task_control:
        case Operation::trace_attach: return {{Role::access}, 1, false};
        case Operation::task_read:
        case Operation::task_inspect: return {{Role::read}, 1, false};
        case Operation::task_thread: return {{Role::execute}, 1, false};
        case Operation::code_invalidated: return {{Role::tamper}, 1, true};
        case Operation::dyld_insert: return {{Role::create}, 1, false};
        default: return {};
    }
}

}  // namespace trocar
