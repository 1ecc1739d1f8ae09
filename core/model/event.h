#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/guid.h"
#include "core/base/id.h"
#include "core/base/time.h"
#include "core/model/operation.h"

namespace trocar {

/// Where a record lies: block and place within the block, byte for byte as in the evidence.
struct RawPlace {
    std::uint32_t offset = 0;  ///< bytes from the start of the raw block last announced
    std::uint32_t length = 0;
};

/// Where RawEvent::time comes from (FORMATS: order by the event's own time, log time only when that is missing).
enum class TimeOrigin : std::uint8_t {
    event,  ///< the event's own stamp (Sysmon UtcTime)
    log,    ///< the log's write time; can be hours off
    none,   ///< no readable stamp at all
};

/// A process as one event names it: hints towards a life. Absent parts are zero or empty.
struct ProcessHint {
    Guid guid;                   ///< sensor's own identity (ProcessGuid); wins over pid
    std::uint32_t pid = 0;
    bool has_pid = false;
    std::string_view image;      ///< as written; may be "<unknown process>"
    [[nodiscard]] bool present() const { return has_pid || !guid.none(); }
};

/// Facts about the life of `target` (process_create, process_exit, process_seen; process_exec, preload, dyld_insert, memfd_execute: the life goes
/// on under another image) that are not plain fields.
struct LifeHint {
    std::string_view command_line;
    std::string_view user;
    std::string_view integrity;
    ProcessHint parent;          ///< as the event says; may be spoofed
    std::string_view parent_image;
};

/// How a field's value is held. Stored in cases: append only.
enum class ValueKind : std::uint8_t {
    text = 0,     ///< UTF-8 in `text`
    number = 1,   ///< shown in decimal
    hex = 2,      ///< shown as 0x...
    guid = 3,     ///< `number` high half, `low` low half
    time = 4,     ///< `number` is UtcNanos
};

/// One named value of an event. Text is UTF-8 and valid until the sink call returns. Importers whose format has typed
/// values (EVTX) give them typed; the mapper reads either form.
struct FieldValue {
    FieldId field;
    ValueKind kind = ValueKind::text;
    std::uint64_t number = 0;
    std::uint64_t low = 0;
    std::string_view text;
};

/// One event as an importer reads it. All views are valid only during EventSink::event.
struct RawEvent {
    UtcNanos time;               ///< UTC; kNoTime when none could be read
    TimeOrigin time_origin = TimeOrigin::event;
    std::uint64_t record = 0;    ///< record number in the source, or ordinal from 1 when it has none
    RawPlace raw;
    std::string_view host;       ///< origin host, never the collector
    std::string_view provider;   ///< "Microsoft-Windows-Sysmon"
    std::string_view channel;
    std::uint32_t event_id = 0;
    Operation operation = Operation::generic;
    bool recovered = false;      ///< from slack: imported on request only, always marked
    ProcessHint actor;           ///< who acted
    ProcessHint target;          ///< on whom; for a module load the process that loaded
    LifeHint life;               ///< process_create, process_exit, process_seen, process_exec, preload, dyld_insert, memfd_execute only
    std::uint64_t value = 0;     ///< GrantedAccess | StartAddress | of Linux calls: docs/formats/audit.md; of
                                 ///< macOS: mac_access bits | 0
    std::string_view text;       ///< the one text that matters most: CallTrace, StartFunction, ImageLoaded, request, path
    std::uint32_t flags = 0;     ///< SignalFlag bits computed by the importer's event mapper (core/model/signal.h)
    std::span<const FieldValue> fields;  ///< every named value, in the order of the record
};

}  // namespace trocar
