#pragma once

#include "core/base/byte_cursor.h"
#include "core/model/event.h"
#include "importers/readers/etl/record.h"
#include "importers/readers/evtx/value.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace trocar::etl {

/// One named value. `value.field` is not used; texts lie in the TextBuffer they were read into.
struct EventField {
    std::string_view name;
    FieldValue value;
};

/// Cuts values off the front of a payload.
class PayloadCursor {
public:
    PayloadCursor(Bytes payload, bool wide, evtx::TextBuffer& text)
        : rest_(payload), wide_(wide), text_(text) {}

    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    [[nodiscard]] std::size_t pointer() const { return wide_ ? 8 : 4; }
    /// Each false when the value does not fit; nothing is taken then.
    [[nodiscard]] bool fixed(std::size_t size, evtx::Type type, FieldValue& out);
    [[nodiscard]] bool text16(FieldValue& out);  ///< ended by a null
    [[nodiscard]] bool text8(FieldValue& out);   ///< ended by a null
    [[nodiscard]] bool sid(FieldValue& out);
    [[nodiscard]] bool user(FieldValue& out);  ///< TOKEN_USER and its SID; four zero bytes: none
    [[nodiscard]] bool number16(std::uint16_t& out);

private:
    Bytes rest_;
    bool wide_;
    evtx::TextBuffer& text_;
};

enum class PayloadState : std::uint8_t {
    read,
    unknown,          ///< no layout is known for such events
    unknown_version,  ///< none for this version
    misfit,           ///< the payload is shorter or longer than its layout: nothing was taken
};

/// Reads a payload by the layout of (provider, id, version); all of it has to fit, to the byte. Appends to
/// `out`.
[[nodiscard]] PayloadState read_payload(const Record& record, evtx::TextBuffer& text,
                                        std::vector<EventField>& out);

}  // namespace trocar::etl
