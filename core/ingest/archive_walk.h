#pragma once

#include "core/ingest/evidence_walk.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// What a file is by its first bytes, whatever its name says.
enum class ArchiveKind : std::uint8_t { none, zip, seven_zip, tar, compressed };
[[nodiscard]] ArchiveKind archive_kind(Bytes head);
/// Why nothing of a 7z can be read, and what to do. `reason`: what libarchive says, kept when the header knows no better.
[[nodiscard]] std::string broken_7z(Input& input, std::string reason);

/// What one walk has used of its limits, and where it reports. One for the whole walk.
struct WalkState {
    const WalkLimits& limits;
    const std::function<bool(Input&)>& visit;
    std::vector<SkippedItem>& skipped;
    std::stop_token stop;
    std::uint64_t total_bytes = 0;
    std::uint32_t members = 0;
    bool stopped = false;  ///< visit() asked to stop
    WalkPlace place = {};              ///< of the input at hand
    WalkPlace* told_place = nullptr;   ///< the caller's copy of it; may be null

    void skip(std::string name, std::string reason) {
        skipped.push_back({std::move(name), std::move(reason)});
    }
    /// Evidence that could not be read, or not to its end.
    void lose(std::string name, std::string reason) {
        skipped.push_back({std::move(name), std::move(reason), true});
    }
    void move_to(WalkPlace to) {
        place = to;
        if (told_place != nullptr) {
            *told_place = to;
        }
    }
    /// Counts one file, member or folder entry. Errors: limit max_members.
    [[nodiscard]] Status count_member(const std::string& where);
    /// Counts bytes read or unpacked. Errors: limit max_total_bytes.
    [[nodiscard]] Status count_bytes(std::uint64_t bytes, const std::string& where);
};

/// One archive being walked and those around it: an archive bomb is judged at every level.
struct ArchiveLevel {
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    std::uint32_t depth = 1;
    ArchiveLevel* outer = nullptr;
    WalkPlace whole = {};       ///< what the archive stands for
    std::uint64_t reached = 0;  ///< packed bytes behind the members taken so far

    /// The member whose last packed byte is before `packed_end` (of this archive).
    [[nodiscard]] WalkPlace next_member(std::uint64_t packed_end);
};

/// True for what Finder adds to archives and folders: no evidence.
[[nodiscard]] bool is_finder_metadata(std::string_view name);

/// Hands a file or member on: to visit(), or to walk_archive() when its bytes say archive. `outer`: the
/// archive it came from, or null.
[[nodiscard]] Status take_input(WalkState& walk, Input& input, ArchiveLevel* outer);
/// Walks the members of one archive. Errors end the whole walk; what is wrong with this archive or one of its
/// members is a SkippedItem.
[[nodiscard]] Status walk_archive(WalkState& walk, Input& input, ArchiveKind kind, ArchiveLevel& level);

}  // namespace trocar
