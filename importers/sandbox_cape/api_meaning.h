#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/operation.h"
#include "importers/sandbox_cape/api_call.h"
#include "importers/sandbox_cape/sandbox_handles.h"

namespace trocar {

/// What one call does to which process. docs/formats/cape.md has the table.
struct ApiMeaning {
    Operation operation = Operation::generic;
    bool has_target = false;
    std::uint32_t target = 0;     ///< pid
    std::uint64_t value = 0;      ///< rights asked for | start, routine or base address | 0
    bool unknown_handle = false;  ///< it acts on a process, and which one is not known
    bool creates = false;         ///< process_create that returned a handle: an access to the child as well
};

/// Tells the meaning and keeps `handles`, those of `own`, up to date. A call that failed, or that a process makes to
/// itself (threads and its own end apart), has none: it stays a generic event.
[[nodiscard]] ApiMeaning meaning_of(const ApiCall& call, std::uint32_t own, SandboxHandles& handles);

}  // namespace trocar
