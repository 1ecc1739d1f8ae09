#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ingest/gathering.h"
#include "core/model/event.h"
#include "importers/linux_procfs/proc_path.h"

namespace trocar {

/// The files of one process in one snapshot. Views lie in the files that the snapshots were made of.
struct ProcSnapshot {
    std::string_view host;    ///< as the path names it; may be ""
    std::string_view folder;
    std::uint32_t pid = 0;
    UtcNanos time;            ///< of the folder's name, else when the newest of the files was written
    TimeOrigin time_origin = TimeOrigin::none;
    std::array<const GatheredFile*, kProcKinds> files{};  ///< by ProcKind; null: not there
    std::string_view listed_exe;  ///< link target of UAC's list, when there is no file exe

    [[nodiscard]] const GatheredFile* file(ProcKind kind) const { return files[static_cast<std::size_t>(kind)]; }
};

/// The snapshots that the files are, ordered by (host, pid, time, folder): those of one process follow one another.
/// `exe_lists`: UAC's lists among the files; `others`: how many files are not read.
[[nodiscard]] std::vector<ProcSnapshot> sort_into_snapshots(const std::vector<GatheredFile>& files,
                                                            std::vector<const GatheredFile*>& exe_lists,
                                                            std::uint64_t& others);

}  // namespace trocar
