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
        case Operation::thread_context:
        case Operation::apc_queue: return {{Role::execute}, 1, false};
        case Operation::suspend: return {{Role::suspend}, 1, false};
        case Operation::resume: return {{Role::resume}, 1, false};
        default: return {};
    }
}

}  // namespace trocar
