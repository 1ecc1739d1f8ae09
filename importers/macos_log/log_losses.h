#pragma once

#include "core/base/loss.h"

namespace trocar {

inline constexpr LossKind kLogUnreadable{
    "log_line_unreadable", LossSeverity::error,
    "A line is no record of the style that the file is in; it was kept and not read."};
inline constexpr LossKind kLogTooLong{"log_record_too_long", LossSeverity::error,
                                      "A record is longer than 4 MiB; its first 64 KiB are kept."};
inline constexpr LossKind kLogBroken{"log_record_broken", LossSeverity::error,
                                     "A record is not valid JSON (cut off, or damaged); its bytes are kept."};
inline constexpr LossKind kLogNoRecord{"log_not_a_record", LossSeverity::error,
                                       "A JSON object that is no record of the unified log (no message, no "
                                       "process, no sender); its bytes are kept."};
inline constexpr LossKind kLogBadCharacters{"log_bad_characters", LossSeverity::warning,
                                            "A record holds bytes that are no UTF-8, or raw control "
                                            "characters; they were replaced and the record was read."};
inline constexpr LossKind kLogDropped{"log_messages_dropped", LossSeverity::warning,
                                      "The unified log says that it lost messages here, one count a notice. "
                                      "What they said is not recorded anywhere."};
inline constexpr LossKind kLogNoZone{"log_local_time", LossSeverity::info,
                                     "The compact style writes local time, no zone and milliseconds: read in "
                                     "the zone given at import, UTC when none was. "
                                     "Export with --style ndjson to have both."};
inline constexpr LossKind kLogNoHead{"log_message_without_head", LossSeverity::warning,
                                     "A line holds a message of the unified log but not who logged it, nor "
                                     "when: it can be found, and proves nothing."};

}  // namespace trocar
