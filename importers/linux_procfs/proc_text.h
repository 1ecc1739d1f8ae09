#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/memory/proc_maps.h"

namespace trocar {

// What the small files of /proc/PID say, by the grammar of proc(5) (Linux man-pages 6.x); mappings: core/memory/proc_maps.h.
// Views lie in the text given.

struct ProcStatus {
    std::string_view name, state;
    std::optional<std::uint32_t> parent, uid;
    std::uint32_t tracer = 0;
    std::string_view tracer_line;
};
[[nodiscard]] ProcStatus read_status(std::string_view text);

/// Field 22 of stat: ticks since boot at which the process began; none when it cannot be read.
[[nodiscard]] std::optional<std::uint64_t> read_start_ticks(std::string_view stat);

/// The target of a link as collectors write it: the bare path, or a line of `ls -l` (behind its last " -> ").
[[nodiscard]] std::string_view link_target(std::string_view line);

}  // namespace trocar
