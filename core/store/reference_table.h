#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "core/base/string_table.h"
#include "core/model/event.h"
#include "core/model/process.h"

namespace trocar {

/// Gathers the processes that events name into references (core/model/process.h): one for each (host, guid); without a
/// guid one for each (source, host, pid, epoch), the epoch stepping at each process_create of the pid, so that what a
/// file says of a pid does not depend on the other files. A process_create that is stamped before all that was heard of
/// the epoch is its own, written late (vfork returns when the child has run its program). Thread safety: none.
class ReferenceTable {
public:
    explicit ReferenceTable(StringTable& strings) : strings_(strings) {}

    /// References of an earlier import, in id order.
    void load(std::vector<ProcessReference> rows);
    /// Forgets pid epochs: another file begins.
    void begin_source() { by_pid_.clear(); }

    /// The reference that a hint names at `time`, or none. `created`: the event is that process's creation.
    ReferenceId note(HostId host, const ProcessHint& hint, UtcNanos time, bool created);
    /// What process_seen says of the target: nothing of its start.
    void note_seen(ReferenceId id, const LifeHint& life, ReferenceId parent);
    /// What process_create and process_exit say of the target.
    void note_created(ReferenceId id, EventId event, UtcNanos time, const LifeHint& life, ReferenceId parent);
    /// The target goes on under another image (execve). The life keeps its start; one first heard of here starts here.
    void note_executed(ReferenceId id, EventId event, const ProcessHint& hint, UtcNanos time, const LifeHint& life,
                       ReferenceId parent);
    void note_exited(ReferenceId id, EventId event, UtcNanos time);

    [[nodiscard]] const std::vector<ProcessReference>& rows() const { return rows_; }

private:
    struct GuidKey {
        std::uint64_t high, low;
        std::uint32_t host;
        bool operator==(const GuidKey&) const = default;
    };
    struct GuidHash {
        std::size_t operator()(const GuidKey& key) const noexcept;
    };
    struct PidKey {
        std::uint32_t host, pid;
        bool operator==(const PidKey&) const = default;
    };
    struct PidHash {
        std::size_t operator()(const PidKey& key) const noexcept;
    };

    [[nodiscard]] bool creation_came_late(std::uint32_t row, UtcNanos time) const;
    void see(ProcessReference& row, const ProcessHint& hint, UtcNanos time, bool created);
    void name_image(ProcessReference& row, std::string_view image, bool created);

    StringTable& strings_;
    std::vector<ProcessReference> rows_;
    std::vector<bool> born_;  ///< by row: a process_create told of it
    tsl::robin_map<GuidKey, std::uint32_t, GuidHash> by_guid_;
    tsl::robin_map<PidKey, std::uint32_t, PidHash> by_pid_;  ///< the present epoch's reference
};

/// Names that sensors write when they do not know one.
[[nodiscard]] bool is_known_image(std::string_view image);

}  // namespace trocar
