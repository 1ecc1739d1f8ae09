#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/model/operation.h"
#include "importers/linux_procfs/proc_text.h"

namespace trocar {

/// What an executable mapping gives rise to: nothing, or one event.
struct MappingFinding {
    Operation operation = Operation::generic;  ///< generic: nothing to say
    std::uint32_t flags = 0;                   ///< signal_flag, linux_flag
    bool appeared = false;                     ///< an earlier snapshot of the process lacks it
};

/// The executable memory of one process over its snapshots, from the earliest on. Each finding is made once, in the
/// first snapshot that shows it. Memory: the executable mappings of one process. Thread safety: one thread.
class ProcMemory {
public:
    /// A snapshot with maps or smaps begins.
    void begin_snapshot() { ++snapshots_; }
    [[nodiscard]] MappingFinding look_at(const ProcMapping& mapping);
    /// `anonymous_kb`: how much of the mapping is no longer the file's (smaps, Anonymous).
    [[nodiscard]] MappingFinding look_at_pages(const ProcMapping& mapping, std::uint64_t anonymous_kb);

private:
    std::set<std::string, std::less<>> seen_;              ///< files by path, other mappings by place and path
    std::map<std::string, std::uint64_t, std::less<>> kb_; ///< by place and path
    int snapshots_ = 0;
};

}  // namespace trocar
