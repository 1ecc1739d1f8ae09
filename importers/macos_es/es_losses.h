#pragma once

#include "core/base/loss.h"

namespace trocar {

inline constexpr LossKind kEsBroken{
    "es_line_broken", LossSeverity::error,
    "A line is not valid JSON (cut off, or damaged) and was not read; its bytes are kept."};
inline constexpr LossKind kEsBadCharacters{
    "es_bad_characters", LossSeverity::warning,
    "A line holds bytes that are no UTF-8, or raw control characters; they were "
    "replaced and the line was read."};
inline constexpr LossKind kEsNoMessage{
    "es_not_a_message", LossSeverity::error,
    "A line of JSON that is no Endpoint Security message; its bytes are kept."};
inline constexpr LossKind kEsTooLong{
    "es_line_too_long", LossSeverity::error,
    "A line is longer than 15 MiB and was passed over; its first 64 KiB are kept."};
inline constexpr LossKind kEsJunk{"es_text_between_lines", LossSeverity::info,
                                  "A line that is no JSON object (a notice of the program) was passed over."};
inline constexpr LossKind kEsCut{
    "es_fields_cut", LossSeverity::warning,
    "A message has more values than the limit, or nests deeper; the rest is in the raw line."};
inline constexpr LossKind kEsIncomplete{
    "es_process_missing", LossSeverity::warning,
    "A message lacks the process it is about, or writes it in another way; it is kept "
    "and can be found, but takes no part in chains."};
inline constexpr LossKind kEsDropped{
    "es_messages_dropped", LossSeverity::warning,
    "global_seq_num jumps: the system dropped messages here before eslogger wrote them, "
    "one count a gap. What they said is not recorded anywhere."};

}  // namespace trocar
