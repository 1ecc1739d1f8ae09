#pragma once

#include "importers/macos_log/log_record.h"

#include <simdjson.h>

namespace trocar {

/// What an object of `log show --style ndjson` (or json) is.
enum class LogObject : unsigned char { record, summary, other };

/// Reads the keys that there are; one of another type than log(1) writes counts as missing. summary: the last
/// line,
/// {"count":276,"finished":1}. other: no key of a record. Views live as long as the parsed object.
[[nodiscard]] LogObject read_log_json(simdjson::dom::object object, LogRecord& out);

}  // namespace trocar
