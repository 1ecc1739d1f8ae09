#pragma once

#include "core/base/result.h"
#include "core/memory/map_difference.h"
#include "core/memory/memory_map.h"
#include "core/store/case_file.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace trocar {

// What a case knows of the address space of a process: the snapshots of /proc that show it
// (docs/formats/procfs.md), over all imports, and the events that name addresses in it.

/// One snapshot of a process's mappings: an event whose raw record is the file maps or smaps.
struct MemorySnapshot {
    EventId event;
    UtcNanos time;  ///< of the event; kNoTime: not known
    friend bool operator==(const MemorySnapshot&, const MemorySnapshot&) = default;
};

/// Those of one process life in time order, whatever import they came by. One pass over the columns.
[[nodiscard]] std::vector<MemorySnapshot> memory_snapshots(const EventColumns& columns,
                                                           const StringTable& strings, ProcessId life);
/// The lives that have snapshots, and how many each, in the order of their first one. One pass over the
/// columns.
[[nodiscard]] std::vector<std::pair<ProcessId, std::uint32_t>> lives_with_snapshots(
    const EventColumns& columns, const StringTable& strings);

/// A snapshot read. Texts are evidence.
struct LoadedSnapshot {
    MemorySnapshot snapshot;
    std::string folder;  ///< within the evidence
    std::optional<std::uint64_t>
        start_ticks;  ///< when the process began, in ticks since boot (stat, field 22)
    MemoryMap map;
};
/// Errors: no such event; the raw record is missing or damaged; cancelled.
[[nodiscard]] Result<LoadedSnapshot> load_snapshot(CaseFile& file, const MemorySnapshot& snapshot,
                                                   std::stop_token stop = {});

/// An event that names an address in the process: what telemetry says was done there.
struct AddressEvent {
    EventId event;
    UtcNanos time;
    Operation operation = Operation::generic;
    ProcessId actor;
    std::uint64_t address = 0;
};
struct AddressEvents {
    std::vector<AddressEvent> events;  ///< by time
    std::uint64_t left_out = 0;        ///< beyond kMaxAddressEvents
};
inline constexpr std::size_t kMaxAddressEvents = 4'096;
/// Findings of snapshots, words written by ptrace, and executable mappings and protections of audit (mmap's
/// result, mprotect's argument). process_vm_writev and /proc/PID/mem are not among them: audit records no
/// address of theirs.
[[nodiscard]] Result<AddressEvents> address_events(CaseFile& file, const EventColumns& columns,
                                                   ProcessId life, std::stop_token stop = {});

/// Two snapshots of one process beside each other, with all that a view of them says.
struct MemoryComparison {
    LoadedSnapshot before, after;  ///< of one snapshot alone: both the same
    std::vector<RegionDifference> rows;
    /// By row: the first snapshot from `before` to `after` that shows the region as it is in `after`; none:
    /// vanished, or not looked for (kMaxBetween).
    std::vector<std::optional<MemorySnapshot>> first_seen;
    AddressEvents events;
    bool other_process = false;  ///< both say when the process began, and they differ: the pid was used again
    std::uint64_t between_left_out = 0;  ///< snapshots between the two that were not looked at
};
inline constexpr std::size_t kMaxBetween = 32;
/// `between`: the snapshots from `before` to `after`, in order, with both.
[[nodiscard]] Result<MemoryComparison> compare_snapshots(CaseFile& file, const EventColumns& columns,
                                                         ProcessId life,
                                                         const std::vector<MemorySnapshot>& between,
                                                         std::stop_token stop = {});

}  // namespace trocar
