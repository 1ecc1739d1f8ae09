#pragma once

#include "core/base/time.h"
#include "core/model/operation.h"
#include "importers/etw_meaning/etw_event.h"
#include "importers/etw_meaning/etw_facts.h"

#include <cstdint>

namespace trocar {

/// What one event says who did to whom. docs/formats/etw.md has the table.
struct EtwMeaning {
    Operation operation = Operation::generic;
    std::uint32_t actor = kEtwNoProcess, target = kEtwNoProcess;  ///< pids
    UtcNanos actor_created, target_created;                       ///< where the event says so
    UtcNanos time;            ///< the event's own where it has one, else the record's
    std::uint64_t value = 0;  ///< rights, start or base address
    std::uint32_t flags = 0;  ///< signal_flag, windows_flag
};

/// What a process does to itself, and what the kernel does on its own account, is generic.
[[nodiscard]] EtwMeaning etw_meaning(const EtwEvent& event, const EtwFacts& facts);

}  // namespace trocar
