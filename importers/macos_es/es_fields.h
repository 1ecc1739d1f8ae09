#pragma once

#include "importers/linux_json/json_fields.h"

#include <simdjson.h>

#include <span>

namespace trocar {

/// Every value of a message as a field with its dotted name: "process.signing_id"; of the event's own part
/// without "event.<type>.": "target.executable.path", "env". Left to the raw line: null, `stat` (17 values a
/// file) and `fds`. Thread safety: one thread.
class EsFields {
public:
    explicit EsFields(EventSink& sink) : fields_(sink, {"stat", "fds"}) {}
    /// Views are good until the next call, as long as the parsed message lives.
    [[nodiscard]] std::span<const FieldValue> of(simdjson::dom::object message);
    /// Values that the limits left out of the last message.
    [[nodiscard]] std::size_t cut() const { return fields_.cut(); }

private:
    JsonFields fields_;
};

}  // namespace trocar
