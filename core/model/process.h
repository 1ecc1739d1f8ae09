#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/guid.h"
#include "core/base/id.h"
#include "core/base/time.h"

namespace trocar {

/// A process as events name it: one row for each distinct (host, guid), or for sources without a guid (host, pid,
/// epoch), where the epoch steps at each process_create of that pid.
struct ProcessReference {
    HostId host;
    Guid guid;
    std::uint32_t pid = 0;
    bool has_pid = false;
    StringId image;             ///< first name that was not "<unknown process>", "-", "?" or empty; may be 0
    StringId later_image;       ///< a different later one (PEB masquerade), or 0
    UtcNanos first_seen, last_seen;
    UtcNanos created;           ///< from a process_create event, else none
    UtcNanos exited;            ///< from a process_exit event, else none
    StringId command_line, user, integrity;
    ReferenceId parent;         ///< as the create event says
    EventId create_event, exit_event;
};

/// One process life. Flags are shown to the analyst: what is known, what is inferred.
struct ProcessLife {
    HostId host;
    Guid guid;
    std::uint32_t pid = 0;
    StringId image;
    StringId later_image;
    StringId command_line, user, integrity;
    StringId key;               ///< "host|guid" or "host|pid|start": stable over imports; the source and target key
    ProcessId parent;
    UtcNanos start, end;        ///< none when not seen
    UtcNanos first_seen, last_seen;
    EventId create_event, exit_event;
    bool start_inferred = true; ///< no process_create in the capture
};

/// Lives of a capture. Thread safety: immutable once built.
struct ProcessTable {
    std::vector<ProcessLife> lives;
    std::vector<ProcessId> life_of_reference;  ///< indexed by ReferenceId
};

}  // namespace trocar
