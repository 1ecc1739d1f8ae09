#include "importers/linux_procfs/proc_snapshots.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace trocar {
namespace {

void place_in_time(ProcSnapshot& snapshot) {
    snapshot.time = time_in_path(snapshot.folder);
    if (!snapshot.time.none()) {
        snapshot.time_origin = TimeOrigin::event;
        return;
    }
    for (const GatheredFile* file : snapshot.files) {
        if (file != nullptr && !file->modified.none()) {
            snapshot.time = std::max(snapshot.time, file->modified);
            snapshot.time_origin = TimeOrigin::log;
        }
    }
}

}  // namespace

std::vector<ProcSnapshot> sort_into_snapshots(const std::vector<GatheredFile>& files,
                                              std::vector<const GatheredFile*>& exe_lists, std::uint64_t& others) {
    std::map<std::pair<std::string_view, std::uint32_t>, ProcSnapshot> found;
    for (const GatheredFile& file : files) {
        ProcPath at;
        if (!read_proc_path(file.path, at) || at.kind == ProcKind::other) {
            ++others;
        } else if (at.kind == ProcKind::exe_list) {
            exe_lists.push_back(&file);
        } else {
            ProcSnapshot& snapshot = found[{at.folder, at.pid}];
            snapshot.folder = at.folder;
            snapshot.pid = at.pid;
            snapshot.files[static_cast<std::size_t>(at.kind)] = &file;
        }
    }
    std::vector<ProcSnapshot> out;
    out.reserve(found.size());
    for (auto& [key, snapshot] : found) {
        snapshot.host = host_in_path(snapshot.folder);
        place_in_time(snapshot);
        out.push_back(snapshot);
    }
    std::sort(out.begin(), out.end(), [](const ProcSnapshot& a, const ProcSnapshot& b) {
        return std::tie(a.host, a.pid, a.time, a.folder) < std::tie(b.host, b.pid, b.time, b.folder);
    });
    return out;
}

}  // namespace trocar
