#include "core/ingest/evidence_walk.h"

#include "core/ingest/archive_walk.h"
#include "core/ingest/inputs.h"
#include "core/ingest/zlib_input.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace trocar {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kMaxFolderDepth = 64;

Status walk_file(WalkState& walk, const std::string& path, bool given_by_analyst) {
    auto opened = open_regular_file(path, given_by_analyst);
    if (!opened.ok()) {
        if (given_by_analyst) {
            return opened.error();
        }
        walk.lose(path, opened.error().message);
        return {};
    }
    Input& input = *opened.value();
    if (input.size() == 0) {
        walk.skip(path, "empty");
        return {};
    }
    if (Status counted = walk.count_bytes(input.size(), path); !counted.ok()) {
        return counted;
    }
    const std::uint64_t from = walk.place.to;
    const WalkPlace place{from, from + input.size()};
    walk.move_to(place);
    const Status taken = take_input(walk, input, nullptr);
    walk.move_to(place);  // whatever its members were
    return taken;
}

/// "audit.log.4.gz" is an older part of "audit.log" (logrotate, auditd): its name without the number, and the number.
struct RotatedName {
    std::string base;
    unsigned long number = 0;
};
RotatedName rotated_name(const fs::path& path) {
    std::string name = path.native();
    for (const std::string_view packed : {".gz", ".xz", ".bz2", ".zst"}) {
        if (name.ends_with(packed)) {
            name.resize(name.size() - packed.size());
            break;
        }
    }
    const std::size_t last = name.find_last_not_of("0123456789");
    constexpr std::size_t kDigits = 6;
    if (last != std::string::npos && name[last] == '.' && last + 1 < name.size() && name.size() - last - 1 <= kDigits) {
        return {name.substr(0, last), std::stoul(name.substr(last + 1))};
    }
    return {std::move(name), 0};
}

/// By name, and the parts of a rotated log from the oldest on.
bool walked_before(const fs::path& a, const fs::path& b) {
    const RotatedName x = rotated_name(a);
    const RotatedName y = rotated_name(b);
    return x.base != y.base ? x.base < y.base : x.number != y.number ? x.number > y.number : a.native() < b.native();
}

/// Entries of a folder by name, so that a walk gives one order on every machine.
Result<std::vector<fs::path>> sorted_entries(WalkState& walk, const fs::path& folder) {
    std::error_code failed;
    std::vector<fs::path> entries;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        entries.push_back(at->path());
        if (entries.size() > walk.limits.max_members) {
            break;  // count_member names the limit when the walk reaches it
        }
    }
    if (failed) {
        return Error{ErrorKind::unreadable,
                     "cannot list the folder " + folder.string() + ": " + failed.message(),
                     "Ask for read permission, or copy the folder with an account that has it."};
    }
    std::sort(entries.begin(), entries.end(), walked_before);
    return entries;
}

Status walk_folder(WalkState& walk, const fs::path& folder, std::uint32_t depth) {
    Result<std::vector<fs::path>> entries = sorted_entries(walk, folder);
    if (!entries.ok()) {
        if (depth == 0) {
            return entries.error();
        }
        walk.lose(folder.string(), entries.error().message);
        return {};
    }
    for (const fs::path& entry : entries.value()) {
        if (walk.stopped) {
            return {};
        }
        if (walk.stop.stop_requested()) {
            return cancelled("walking " + folder.string());
        }
        if (Status counted = walk.count_member(folder.string()); !counted.ok()) {
            return counted;
        }
        const std::string path = entry.string();
        std::error_code failed;
        const fs::file_status status = fs::symlink_status(entry, failed);
        Status done;
        if (failed) {
            walk.lose(path, failed.message());
        } else if (fs::is_symlink(status)) {
            walk.skip(path, "a symbolic link: not followed from within a folder");
        } else if (fs::is_directory(status)) {
            if (entry.filename() == "__MACOSX") {
                walk.skip(path, "Finder metadata, no evidence");
            } else if (depth + 1 >= kMaxFolderDepth) {
                walk.lose(path, "more than 64 folders deep (limit max_folder_depth)");
            } else {
                done = walk_folder(walk, entry, depth + 1);
            }
        } else if (!fs::is_regular_file(status)) {
            walk.skip(path, "a device, pipe or socket: holds no evidence");
        } else if (is_finder_metadata(path)) {
            walk.skip(path, "Finder metadata, no evidence");
        } else {
            done = walk_file(walk, path, false);
        }
        if (!done.ok()) {
            return done;
        }
    }
    return {};
}

Status walk_paths(WalkState& walk, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        if (walk.stopped) {
            return {};
        }
        if (walk.stop.stop_requested()) {
            return cancelled("reading the evidence");
        }
        std::error_code failed;
        const bool folder = fs::is_directory(fs::path(path), failed);
        Status done;
        if (folder) {
            done = walk_folder(walk, fs::path(path), 0);
        } else {
            done = walk.count_member(path);
            if (done.ok()) {
                done = walk_file(walk, path, true);
            }
        }
        if (!done.ok()) {
            return done;
        }
    }
    return {};
}

}  // namespace

Status WalkState::count_member(const std::string& where) {
    if (members >= limits.max_members) {
        return Error{ErrorKind::limit,
                     "more than " + std::to_string(limits.max_members) +
                         " files (limit max_members), reached in " + where,
                     "Import fewer files at once."};
    }
    ++members;
    return {};
}

Status WalkState::count_bytes(std::uint64_t bytes, const std::string& where) {
    if (bytes > limits.max_total_bytes - total_bytes) {
        return Error{ErrorKind::limit,
                     "more than " + std::to_string(limits.max_total_bytes) +
                         " bytes in all (limit max_total_bytes), reached in " + where,
                     "Import fewer files at once."};
    }
    total_bytes += bytes;
    return {};
}

WalkPlace ArchiveLevel::next_member(std::uint64_t packed_end) {
    const auto at = [&](std::uint64_t packed_bytes) {
        const double share = static_cast<double>(packed_bytes) / static_cast<double>(std::max<std::uint64_t>(packed, 1));
        return whole.from + static_cast<std::uint64_t>(share * static_cast<double>(whole.to - whole.from));
    };
    const std::uint64_t from = reached;
    reached = std::max(reached, std::min(packed_end, packed));
    return {at(from), reached == packed ? whole.to : at(reached)};
}

Status take_input(WalkState& walk, Input& input, ArchiveLevel* outer) {
    const Result<std::vector<std::byte>> head = read_head(input);
    if (!head.ok()) {
        if (outer == nullptr) {
            walk.lose(input.name(), head.error().message);
            return {};
        }
        return head.error();
    }
    if (is_zlib(head.value(), input.name())) {
        ZlibAsGzip gzip(input);
        return take_input(walk, gzip, outer);
    }
    const ArchiveKind kind = archive_kind(head.value());
    if (kind == ArchiveKind::none) {
        walk.stopped = !walk.visit(input);
        return {};
    }
    ArchiveLevel level{input.size(), 0, outer == nullptr ? 1 : outer->depth + 1, outer, walk.place};
    if (level.depth > walk.limits.max_depth) {
        walk.lose(input.name(), "an archive within " + std::to_string(walk.limits.max_depth) +
                                    " others (limit max_depth): not opened");
        return {};
    }
    return walk_archive(walk, input, kind, level);
}

std::uint64_t evidence_bytes(const std::vector<std::string>& paths, const WalkLimits& limits) {
    std::uint64_t sum = 0;
    std::uint32_t entries = 0;
    const auto add = [&sum](const fs::path& path) {
        std::error_code failed;
        const std::uintmax_t size = fs::file_size(path, failed);
        sum += failed ? 0 : size;
    };
    for (const std::string& path : paths) {
        std::error_code failed;
        if (fs::is_regular_file(path, failed)) {
            add(path);
            continue;
        }
        fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, failed), end;
        for (; !failed && at != end && entries < limits.max_members; at.increment(failed), ++entries) {
            std::error_code ignored;
            const fs::file_status status = at->symlink_status(ignored);
            if (fs::is_directory(status)) {
                if (at->path().filename() == "__MACOSX" || at.depth() + 2 > static_cast<int>(kMaxFolderDepth)) {
                    at.disable_recursion_pending();
                }
            } else if (fs::is_regular_file(status) && !is_finder_metadata(at->path().native())) {
                add(at->path());
            }
        }
    }
    return sum;
}

Status walk_evidence(const std::vector<std::string>& paths, const WalkLimits& limits,
                     const std::function<bool(Input&)>& visit, std::vector<SkippedItem>& skipped,
                     std::stop_token stop, WalkPlace* place) {
    WalkState walk{limits, visit, skipped, std::move(stop)};
    walk.told_place = place;
    try {
        return walk_paths(walk, paths);
    } catch (const std::filesystem::filesystem_error& e) {
        return Error{ErrorKind::unreadable, std::string("cannot walk the evidence: ") + e.what(), ""};
    } catch (const std::bad_alloc&) {
        return Error{ErrorKind::limit, "not enough memory to walk the evidence",
                     "Import fewer files at once."};
    }
}

}  // namespace trocar
