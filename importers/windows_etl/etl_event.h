#pragma once

#include "importers/etw_meaning/etw_event.h"
#include "importers/readers/etl/log_header.h"
#include "importers/readers/etl/payload.h"
#include "importers/readers/etl/record.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trocar {

/// How an event's payload came out.
enum class EtlPayload : std::uint8_t {
    read,  ///< by its layout, or by its own description
    raw,   ///< of an event without a known layout: its bytes are shown
    unknown_version,
    misfit,
    partial,  ///< its own description fits only in part
};

/// Turns records of a trace into events with named fields. Fields of the record's header that say something
/// follow those of the payload. Thread safety: none; the event is valid until the next call.
class EtlEventReader {
public:
    EtlPayload read(const etl::Record& record, const etl::Clock& clock);
    /// The trace's header itself, as an event.
    void read_header(const etl::Record& record, const etl::LogHeader& header);
    [[nodiscard]] const EtwEvent& event() const { return event_; }

private:
    void begin(const etl::Record& record, const etl::Clock& clock);
    EtlPayload payload(const etl::Record& record);
    void self_description(const etl::Record& record, Bytes schema, EtlPayload& state);
    void header_fields(const etl::Record& record);
    void extended_fields(const etl::Record& record);
    void add(std::string_view name, std::uint64_t number, ValueKind kind = ValueKind::number);
    void add_text(std::string_view name, std::string_view text);
    void add_guid(std::string_view name, const Guid& guid);
    std::string_view keep(std::string_view text);

    evtx::TextBuffer text_{1U << 20U};
    std::vector<etl::EventField> fields_;
    EtwEvent event_;
};

/// "NT Kernel Logger", a provider's name where it is known, else its GUID in braces.
[[nodiscard]] std::string etl_provider_name(const etl::Record& record);

}  // namespace trocar
