#pragma once

#include "core/base/byte_cursor.h"
#include "importers/readers/etl/payload.h"

#include <string_view>
#include <vector>

namespace trocar::etl {

/// What an event says of itself. Views lie in the TextBuffer.
struct SelfDescription {
    std::string_view name;  ///< of the event
    bool whole = false;     ///< all fields were read, to the last byte; else the first ones
};

/// Reads a payload by the TraceLogging schema of its record (extended item 0x0b; TraceLoggingProvider.h,
/// "_tlgEventMetadata"). Fields of a structure are named "Structure.Field", arrays are one text. Appends to
/// `out`, at most kMaxEventFields.
[[nodiscard]] SelfDescription read_trace_logging(Bytes schema, Bytes payload, bool wide,
                                                 evtx::TextBuffer& text, std::vector<EventField>& out);

/// The provider's name by its traits (extended item 0x0c); "" when there is none.
[[nodiscard]] std::string_view provider_name(Bytes traits, evtx::TextBuffer& text);

}  // namespace trocar::etl
