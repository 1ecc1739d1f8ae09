#pragma once

#include "core/base/loss.h"

namespace trocar::procfs_loss {

inline constexpr LossKind kCutOff{"procfs_cut_off", LossSeverity::error,
                                  "The files gathered end in the middle of one: what follows was not read."};
inline constexpr LossKind kNotRead{
    "procfs_file_not_read", LossSeverity::info,
    "Files of /proc that hold nothing about injection (limits, stack, ...), or of threads."};
inline constexpr LossKind kTooLong{"procfs_file_too_long", LossSeverity::warning,
                                   "A file of /proc longer than Trocar reads: only its beginning was used."};
inline constexpr LossKind kBadMapping{"procfs_bad_mapping", LossSeverity::error,
                                      "A line of maps or smaps that is no mapping: it was left out."};
inline constexpr LossKind kNoMaps{"procfs_without_maps", LossSeverity::info,
                                  "A process without maps or smaps: a kernel thread, or the collector was refused."};
inline constexpr LossKind kNotListed{
    "procfs_list_too_long", LossSeverity::warning,
    "A list of programs longer than Trocar keeps: programs of the rest have no path."};
inline constexpr LossKind kPidReused{
    "procfs_pid_reused", LossSeverity::info,
    "The pid belongs to another process than in the earlier snapshot: not compared with it."};

}  // namespace trocar::procfs_loss
