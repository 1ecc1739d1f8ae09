#pragma once

#include <array>
#include <cstdint>

#include "core/model/operation.h"
#include "core/model/signal.h"

namespace trocar {

/// Roles that one event's operation plays; a pure table. At most two (process_vm_writev: access and write).
struct EventRoles {
    std::array<Role, 2> roles{};
    std::uint8_t count = 0;
    bool target_only = false;  ///< the signal has no source (module load seen in the target)
    std::uint32_t flags = 0;   ///< what the role no longer tells of the operation
};
[[nodiscard]] EventRoles roles_of(Operation operation) noexcept;

}  // namespace trocar
