#pragma once

#include "core/base/id.h"
#include "core/ingest/event_sink.h"

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// Where in a record a key stands.
enum class Scope : std::uint8_t { top, winlog, data, other };
inline constexpr std::size_t kScopeCount = 4;

/// What a key means there. Sources of the names: nxlog im_msvistalog fields; winlogbeat 6 and 7 exported
/// fields; the `evtx` crate's JSON; Azure Monitor tables Event, WindowsEvent and SecurityEvent; OTRF
/// Security-Datasets.
enum class KeyRole : std::uint8_t {
    plain,  ///< not known: an event's own field in the flat shapes
    event_id,
    provider,
    provider_other,   ///< counts when `provider` is absent
    source_or_field,  ///< "Source": the provider in Log Analytics' Event table, a field elsewhere
    channel,
    host,
    record,
    emitter_pid,
    emitter_pid_or_field,  ///< "ProcessID": the emitter as a number (nxlog), a field as text
    version_or_field,      ///< "Version": the event's version as a number, a field as text
    time_log,              ///< TimeCreated, EventTime: the log's stamp
    time_shipped,          ///< @timestamp: the log's stamp or the shipper's
    time_stored,           ///< TimeGenerated, event.created
    time_received,         ///< EventReceivedTime: the shipper's clock in the zone of EventTime
    event_type,            ///< nxlog: severity word, unless EventTypeOrignal says that the event has its own
    event_type_moved,      ///< EventTypeOrignal [sic]
    shipper,               ///< only nxlog writes this one; never a field
    cloud,                 ///< only Log Analytics writes this one; never a field
    metadata,              ///< a field of generic events
    transport,             ///< never a field
    in_winlog,
    in_event_data,
    in_user_data,
    in_event,
    in_event_text,
    in_process,
    in_wrapper,
};

/// A name seen in this source. Found by its bytes, so that no name is hashed twice or asked of the sink
/// twice.
struct JsonKey {
    std::string name;
    std::uint64_t hash = 0;
    FieldId field;
    bool field_asked = false;
    std::array<KeyRole, kScopeCount> role{};
    std::array<std::uint64_t, kScopeCount> seen{};  ///< record in which it was seen last: finds duplicates
};

/// Names of one source, by text. Bounded: hostile input may invent names without end.
/// Thread safety: one thread. References stay good while it grows.
class JsonKeyTable {
public:
    static constexpr std::size_t kMaxKeys = 16'384;
    static constexpr std::size_t kMaxName = 1024;  ///< bytes of a name

    explicit JsonKeyTable(EventSink& sink);
    /// Null when the table is full or the name too long.
    [[nodiscard]] JsonKey* find_or_add(std::string_view name);
    /// Field id of a key; none when the sink has no more.
    [[nodiscard]] FieldId field_of(JsonKey& key);

private:
    void grow();

    EventSink& sink_;
    std::deque<JsonKey> keys_;
    std::vector<JsonKey*> slots_;
    std::uint64_t seed_;  // drawn anew: names cannot be made to collide
};

}  // namespace trocar
