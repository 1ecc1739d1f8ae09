#pragma once

#include "importers/macos_log/log_record.h"

#include <cstdint>
#include <string_view>

namespace trocar {

/// How log(1) lays out a record as text: docs/formats/macos-log.md.
enum class LogStyle : std::uint8_t {
    none,
    standard,  ///< `--style default`
    syslog,
    compact,
};

/// Reads one record, its head and the message with its further lines. none: the text does not begin with a
/// head. `zone_minutes` is for stamps without a zone, `zoned` tells whether this one had its own.
[[nodiscard]] LogStyle read_log_text(std::string_view text, int zone_minutes, LogRecord& out, bool& zoned);

/// The same for the line only, to know where a record begins.
[[nodiscard]] LogStyle log_style_of(std::string_view line);

/// What log(1) writes beside records: its column titles, "Filtering the log data using ...", the summary at
/// the end.
[[nodiscard]] bool is_log_notice(std::string_view line);
/// "=== Messages dropped during live streaming (use `log show` to see what they were)".
[[nodiscard]] bool is_log_drop_notice(std::string_view line);

}  // namespace trocar
