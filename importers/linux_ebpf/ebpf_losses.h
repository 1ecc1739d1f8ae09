#pragma once

#include "core/base/loss.h"

namespace trocar {

inline constexpr LossKind kEbpfBroken{"json_record_broken", LossSeverity::error,
                                      "A record is not valid JSON and was not read; its bytes are kept."};
inline constexpr LossKind kEbpfBadCharacters{"json_bad_characters", LossSeverity::warning,
                                             "A record holds bytes that are no UTF-8, or raw control "
                                             "characters; they were replaced and the record was read."};
inline constexpr LossKind kEbpfNoEvent{
    "ebpf_not_an_event", LossSeverity::error,
    "A JSON record that is none of Tracee, Falco or Tetragon; its bytes are kept."};
inline constexpr LossKind kEbpfCut{
    "json_fields_cut", LossSeverity::warning,
    "A record has more values than the limit, or nests deeper; the rest is in the raw record."};
inline constexpr LossKind kEbpfNoProcess{
    "ebpf_process_missing", LossSeverity::warning,
    "An event does not say the pid of the process that acted (Falco's own rules leave it out: append "
    "proc.pid and "
    "proc.ppid to their output); it is kept and takes no part in chains."};
inline constexpr LossKind kEbpfNoArgument{
    "ebpf_argument_missing", LossSeverity::warning,
    "A call lacks an argument that says what it did, or writes it in a way that is not known (a policy that "
    "does not "
    "record it; Falco: append evt.args); the event is kept and takes no part in chains."};

}  // namespace trocar
