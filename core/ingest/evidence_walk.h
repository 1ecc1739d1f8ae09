#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/ingest/importer.h"

namespace trocar {

/// Limits on what one walk may read: an archive is hostile too.
struct WalkLimits {
    std::uint64_t max_member_bytes = 64ULL << 30;
    std::uint64_t max_total_bytes = 256ULL << 30;
    std::uint64_t max_ratio = 500;    ///< unpacked : packed, judged beyond 64 MiB unpacked; logs reach 10 to 100
    std::uint32_t max_members = 100'000;
    std::uint32_t max_depth = 4;      ///< archives within archives, and folders 64 deep
};

/// Something that was not walked, and why: shown in the import summary, never silent.
struct SkippedItem {
    std::string name;
    std::string reason;
    /// Evidence that could not be read, or not to its end (damage, a limit, a permission, a password): the walk was one
    /// in part. False for what holds no evidence (empty, Finder metadata, devices) or is read elsewhere (links).
    bool lost = false;
};

/// Where a walk is, in bytes of the files given as they lie on the disk: the input at hand stands for [from, to). A
/// member of an archive stands for its packed bytes, so that places of one walk only grow and end at evidence_bytes().
struct WalkPlace {
    std::uint64_t from = 0, to = 0;
};

/// Walks files, folders and archives (zip, tar, gz, zst, 7z, by libarchive) and calls `visit` for each evidence file.
/// Archive junk (__MACOSX/._*, .DS_Store) is skipped and listed. Symbolic links are not followed out of a folder given.
/// `visit` returns false to stop; `place`, when given, is set before each call. Errors: unreadable path; a limit (named).
/// A damaged member is a SkippedItem.
[[nodiscard]] Status walk_evidence(const std::vector<std::string>& paths, const WalkLimits& limits,
                                   const std::function<bool(Input&)>& visit, std::vector<SkippedItem>& skipped,
                                   std::stop_token stop, WalkPlace* place = nullptr);

/// Bytes of the files that walk_evidence would open, by their sizes on the disk, as far as they can be seen: looks at no
/// more than `limits` allows to walk. For progress; never an Error.
[[nodiscard]] std::uint64_t evidence_bytes(const std::vector<std::string>& paths, const WalkLimits& limits);

/// Opens one plain file. Errors: missing, no permission, a folder or device.
[[nodiscard]] Result<std::unique_ptr<Input>> open_input(const std::string& path);
/// Bytes held in memory, as an Input (tests, archive members).
[[nodiscard]] std::unique_ptr<Input> memory_input(std::string name, std::string bytes);

/// The answers of all importers to one head, best first; equal confidences keep the list's order.
struct ProbeAnswer {
    const Importer* importer = nullptr;
    Probe probe;
};
[[nodiscard]] std::vector<ProbeAnswer> probe_all(const ImporterList& importers, Bytes head, std::string_view file_name);
/// First 64 KiB of an input.
[[nodiscard]] Result<std::vector<std::byte>> read_head(Input& input);

}  // namespace trocar
