#pragma once

#include "importers/etw_meaning/etw_event.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace trocar {

/// Kernel-Process and the NT kernel logger tell the same of processes, by other numbers and names.
enum class ProcessEvent : std::uint8_t {
    other,
    start,
    end,
    seen,  ///< ran already when the trace began, or still when it ended
    thread_start,
    module_load,
    module_seen,  ///< loaded already when the trace began: no load to judge
    freeze,
    thaw,
};

/// What an event of either provider says; `other` of all else. The header's process of a start made it, in both.
[[nodiscard]] ProcessEvent process_event(const EtwEvent& event) noexcept;

[[nodiscard]] std::optional<std::uint32_t> parent_pid(const EtwEvent& event) noexcept;
[[nodiscard]] std::optional<std::uint32_t> started_thread(const EtwEvent& event) noexcept;
/// Of the process or of the module; the NT kernel logger cuts names of processes to the file name.
[[nodiscard]] std::string_view image_name(const EtwEvent& event) noexcept;

}  // namespace trocar
