#include "core/ingest/archive_walk.h"

#include "core/base/text.h"
#include "core/ingest/inputs.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace trocar {
namespace {

constexpr std::size_t kReadBytes = 256 << 10;
/// Small archives may pack well: the ratio says nothing before so much has come out.
constexpr std::uint64_t kRatioFreeBytes = 64ULL << 20;

/// libarchive converts member names to the locale's character set; in "C" every other character would become
/// "?". Thread-local, put back at the end.
class Utf8Locale {
public:
    Utf8Locale() : utf8_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (utf8_ != nullptr) {
            before_ = ::uselocale(utf8_);
        }
    }
    ~Utf8Locale() {
        if (utf8_ != nullptr) {
            ::uselocale(before_);
            ::freelocale(utf8_);
        }
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

private:
    locale_t utf8_ = nullptr;
    locale_t before_ = nullptr;
};

/// The bytes of an Input as libarchive's client callbacks.
struct ArchiveSource {
    Input& input;
    std::uint64_t at = 0;
    std::vector<std::byte> buffer = std::vector<std::byte>(kReadBytes);
};

la_ssize_t read_callback(struct archive* a, void* client, const void** out) {
    auto& source = *static_cast<ArchiveSource*>(client);
    const Result<std::size_t> got = source.input.read_at(source.at, source.buffer);
    if (!got.ok()) {
        archive_set_error(a, EIO, "%s", got.error().message.c_str());
        return -1;
    }
    source.at += got.value();
    *out = source.buffer.data();
    return static_cast<la_ssize_t>(got.value());
}

la_int64_t seek_callback(struct archive*, void* client, la_int64_t offset, int whence) {
    auto& source = *static_cast<ArchiveSource*>(client);
    const auto size = static_cast<la_int64_t>(source.input.size());
    const la_int64_t base = whence == SEEK_SET   ? 0
                            : whence == SEEK_CUR ? static_cast<la_int64_t>(source.at)
                                                 : size;
    if ((offset < 0 && base < -offset) || (offset > 0 && offset > size - base)) {
        return ARCHIVE_FATAL;
    }
    source.at = static_cast<std::uint64_t>(base + offset);
    return static_cast<la_int64_t>(source.at);
}

la_int64_t skip_callback(struct archive*, void* client, la_int64_t request) {
    auto& source = *static_cast<ArchiveSource*>(client);
    const auto left = static_cast<la_int64_t>(source.input.size() - source.at);
    const la_int64_t n = std::clamp<la_int64_t>(request, 0, left);
    source.at += static_cast<std::uint64_t>(n);
    return n;
}

struct ArchiveCloser {
    void operator()(struct archive* a) const { archive_read_free(a); }
};
using ArchiveHandle = std::unique_ptr<struct archive, ArchiveCloser>;

std::string reason_of(struct archive* a) {
    const char* text = archive_error_string(a);
    return text != nullptr && *text != '\0' ? text : "it is cut off or damaged";
}

/// `by_directory`: a zip is read by the directory at its end; else member after member, as far as it goes.
ArchiveHandle open_archive(ArchiveSource& source, ArchiveKind kind, bool by_directory, int& code) {
    ArchiveHandle a(archive_read_new());
    if (!a) {
        code = ARCHIVE_FATAL;
        return a;
    }
    // Only the formats that the content announced: libarchive's other readers stay out of the reach of
    // hostile bytes.
    switch (kind) {
        case ArchiveKind::zip:
            if (by_directory) {
                archive_read_support_format_zip_seekable(a.get());
            } else {
                archive_read_support_format_zip_streamable(a.get());
            }
            break;
        case ArchiveKind::seven_zip: archive_read_support_format_7zip(a.get()); break;
        case ArchiveKind::compressed:
            archive_read_support_filter_gzip(a.get());
            archive_read_support_filter_zstd(a.get());
            archive_read_support_filter_xz(a.get());
            archive_read_support_filter_bzip2(a.get());
            archive_read_support_format_raw(a.get());
            archive_read_support_format_empty(a.get());
            archive_read_support_format_tar(a.get());
            break;
        default: archive_read_support_format_tar(a.get()); break;
    }
    archive_read_set_read_callback(a.get(), read_callback);
    archive_read_set_seek_callback(a.get(), seek_callback);
    archive_read_set_skip_callback(a.get(), skip_callback);
    archive_read_set_callback_data(a.get(), &source);
    code = archive_read_open1(a.get());
    return a;
}

/// "dir/capture.json.gz" -> "capture.json": the name of the one thing inside a compressed file.
std::string name_inside(std::string_view outer) {
    std::string_view name = file_name(outer);
    for (const std::string_view suffix : {".gz", ".zst", ".xz", ".bz2", ".tgz", ".zlib", ".zz"}) {
        if (name.size() > suffix.size() && ends_ignoring_case(name, suffix)) {
            return std::string(name.substr(0, name.size() - suffix.size()));
        }
    }
    return std::string(name);
}

std::string member_name(struct archive* a, struct archive_entry* entry, const Input& input,
                        std::uint32_t ordinal) {
    if ((archive_format(a) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_RAW) {
        return name_inside(input.name());
    }
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) {
        name = archive_entry_pathname(entry);
    }
    return name != nullptr && *name != '\0' ? name : "member " + std::to_string(ordinal);
}

/// Why a member that is no regular file is skipped; "" for one to read.
std::string why_not_read(struct archive_entry* entry, std::string_view name) {
    if (archive_entry_hardlink(entry) != nullptr || archive_entry_hardlink_utf8(entry) != nullptr) {
        return "a hard link within the archive: its target is read under its own name";
    }
    switch (archive_entry_filetype(entry)) {
        case AE_IFREG:
        case 0: break;
        case AE_IFLNK: return "a symbolic link within the archive: not followed";
        default: return "a device, pipe or socket within the archive: holds no evidence";
    }
    return is_finder_metadata(name) ? "Finder metadata, no evidence" : "";
}

/// The limit that `level` or one around it has gone beyond, in words; "" when none.
std::string ratio_passed(const ArchiveLevel& level, const WalkLimits& limits) {
    for (const ArchiveLevel* at = &level; at != nullptr; at = at->outer) {
        if (at->unpacked > kRatioFreeBytes &&
            at->unpacked / std::max<std::uint64_t>(at->packed, 1) > limits.max_ratio) {
            return "unpacks to more than " + std::to_string(limits.max_ratio) +
                   " times its size (limit max_ratio): taken for an archive bomb";
        }
    }
    return {};
}

UtcNanos modified_time(struct archive_entry* entry) {
    return archive_entry_mtime_is_set(entry) == 0
               ? kNoTime
               : utc_nanos(archive_entry_mtime(entry), archive_entry_mtime_nsec(entry));
}

enum class Unpacked : std::uint8_t { whole, damaged, over_limit };
struct UnpackOutcome {
    Unpacked how = Unpacked::whole;
    std::string reason = {};
    bool fatal = false;  ///< nothing after this member can be read
};

/// Counts and keeps one piece of a member. An outcome other than `whole` ends the member.
Result<UnpackOutcome> take_piece(WalkState& walk, ArchiveLevel& level, Spool& spool, Bytes piece,
                                 const std::string& name) {
    for (ArchiveLevel* at = &level; at != nullptr; at = at->outer) {
        at->unpacked += piece.size();
    }
    if (spool.size() + piece.size() > walk.limits.max_member_bytes) {
        return UnpackOutcome{
            Unpacked::over_limit,
            "larger than " + std::to_string(walk.limits.max_member_bytes) + " bytes (limit max_member_bytes)",
            true};
    }
    if (std::string passed = ratio_passed(level, walk.limits); !passed.empty()) {
        return UnpackOutcome{Unpacked::over_limit, std::move(passed), true};
    }
    if (Status counted = walk.count_bytes(piece.size(), name); !counted.ok()) {
        return counted.error();
    }
    if (Status kept = spool.add(piece); !kept.ok()) {
        return kept.error();
    }
    return UnpackOutcome{};
}

/// By blocks, not by archive_read_data: that one drops what it has when damage follows.
Result<UnpackOutcome> unpack(WalkState& walk, struct archive* a, ArchiveLevel& level, Spool& spool,
                             const std::string& name) {
    static constexpr std::array<std::byte, kReadBytes> kHole{};
    for (;;) {
        if (walk.stop.stop_requested()) {
            return cancelled("unpacking " + name);
        }
        const void* block = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int code = archive_read_data_block(a, &block, &size, &offset);
        if (code == ARCHIVE_EOF) {
            return UnpackOutcome{};
        }
        if (code != ARCHIVE_OK) {
            // A warning (a wrong checksum at the end) leaves the archive readable.
            return UnpackOutcome{Unpacked::damaged, reason_of(a), code == ARCHIVE_FATAL};
        }
        if (offset < 0 || static_cast<std::uint64_t>(offset) < spool.size()) {
            return UnpackOutcome{Unpacked::damaged, "its blocks overlap", false};
        }
        // Sparse members (tar) leave holes: zeros, which count against the limits like all else.
        for (auto hole = static_cast<std::uint64_t>(offset) - spool.size(); hole != 0;) {
            const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(hole, kHole.size()));
            Result<UnpackOutcome> took = take_piece(walk, level, spool, Bytes(kHole).first(n), name);
            if (!took.ok() || took.value().how != Unpacked::whole) {
                return took;
            }
            hole -= n;
        }
        Result<UnpackOutcome> took =
            take_piece(walk, level, spool, Bytes(static_cast<const std::byte*>(block), size), name);
        if (!took.ok() || took.value().how != Unpacked::whole) {
            return took;
        }
    }
}

/// Reads one member and hands it on. False: the rest of the archive is not read.
Result<bool> take_member(WalkState& walk, struct archive* a, ArchiveLevel& level, const std::string& name,
                         UtcNanos modified) {
    Spool spool;
    const Result<UnpackOutcome> unpacked = unpack(walk, a, level, spool, name);
    if (!unpacked.ok()) {
        return unpacked.error();
    }
    const UnpackOutcome& outcome = unpacked.value();
    // Bytes of the outermost filter, that is of the file itself, behind the reader now (archive_read.3).
    walk.move_to(level.next_member(static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_filter_bytes(a, -1)))));
    if (outcome.how == Unpacked::over_limit) {
        walk.lose(name, outcome.reason);
        return false;
    }
    if (outcome.how == Unpacked::damaged) {
        // What came out before the damage is evidence still: read it, and say that it is not whole.
        walk.lose(name, "damaged after " + std::to_string(spool.size()) + " bytes (" + outcome.reason + ")" +
                            (spool.size() != 0 ? ": what came before was read" : ""));
    }
    if (spool.size() == 0) {
        if (outcome.how == Unpacked::whole) {
            walk.skip(name, "empty");
        }
        return !outcome.fatal;
    }
    const std::unique_ptr<Input> member = spool.finish(name, modified);
    if (Status taken = take_input(walk, *member, &level); !taken.ok()) {
        return taken.error();
    }
    return !outcome.fatal && !walk.stopped && ratio_passed(level, walk.limits).empty();
}

}  // namespace

bool is_finder_metadata(std::string_view name) {
    const std::string_view last = file_name(name);
    return last.substr(0, 2) == "._" || last == ".DS_Store" || name.substr(0, 9) == "__MACOSX/" ||
           name.find("/__MACOSX/") != std::string_view::npos;
}

namespace {

/// Goes through the members. `seen` counts them.
Status walk_members(WalkState& walk, struct archive* a, Input& input, ArchiveKind kind, ArchiveLevel& level,
                    std::uint32_t& seen) {
    for (;;) {
        if (walk.stop.stop_requested()) {
            return cancelled("walking " + input.name());
        }
        struct archive_entry* entry = nullptr;
        const int code = archive_read_next_header(a, &entry);
        if (code == ARCHIVE_EOF) {
            break;
        }
        if (code == ARCHIVE_RETRY) {
            continue;
        }
        if (code < ARCHIVE_WARN && seen == 0 && kind == ArchiveKind::seven_zip) {
            walk.lose(input.name(), broken_7z(input, reason_of(a)));
            return {};
        }
        if (code < ARCHIVE_WARN) {
            walk.lose(input.name(), std::string(seen == 0 ? "an archive that cannot be read ("
                                                          : "damaged after member " + std::to_string(seen) +
                                                                ": the rest was not read (") +
                                        reason_of(a) + ")");
            return {};
        }
        ++seen;
        if (Status counted = walk.count_member(input.name()); !counted.ok()) {
            return counted;
        }
        if (kind == ArchiveKind::compressed && archive_filter_code(a, 0) == ARCHIVE_FILTER_NONE) {
            walk.lose(input.name(), "begins like a compressed file, but nothing in it can be unpacked: it is cut off or "
                                    "damaged");
            return {};
        }
        if (archive_entry_filetype(entry) == AE_IFDIR) {
            continue;
        }
        const std::string inner = member_name(a, entry, input, seen);
        const std::string name = input.name() + "!/" + inner;
        if (archive_entry_is_encrypted(entry) != 0) {
            walk.lose(name, "protected by a password: unpack the archive and import its files");
            continue;
        }
        if (std::string why = why_not_read(entry, inner); !why.empty()) {
            walk.skip(name, std::move(why));
            continue;
        }
        const Result<bool> go_on = take_member(walk, a, level, name, modified_time(entry));
        if (!go_on.ok()) {
            return go_on.error();
        }
        if (!go_on.value()) {
            const bool one_alone = (archive_format(a) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_RAW;
            if (!walk.stopped && !one_alone) {
                walk.lose(input.name(), "what may follow member " + std::to_string(seen) + " was not read");
            }
            return {};
        }
    }
    if (seen == 0) {
        walk.skip(input.name(), "an archive without members, or nothing but zero bytes");
    }
    return {};
}

}  // namespace

Status walk_archive(WalkState& walk, Input& input, ArchiveKind kind, ArchiveLevel& level) {
    const Utf8Locale locale;
    ArchiveSource source{input};
    int code = ARCHIVE_OK;
    ArchiveHandle a = open_archive(source, kind, true, code);
    // The directory of a zip stands at its end: the first thing that a copy that was cut off lacks.
    const bool in_order = code < ARCHIVE_WARN && kind == ArchiveKind::zip;
    if (in_order) {
        a.reset();
        source.at = 0;
        a = open_archive(source, kind, false, code);
    }
    if (code < ARCHIVE_WARN && a && kind == ArchiveKind::seven_zip) {
        walk.lose(input.name(), broken_7z(input, reason_of(a.get())));
        return {};
    }
    if (code < ARCHIVE_WARN) {
        walk.lose(input.name(),
                  "an archive that cannot be opened (" + (a ? reason_of(a.get()) : "no memory") + ")");
        return {};
    }
    std::uint32_t seen = 0;
    const Status done = walk_members(walk, a.get(), input, kind, level, seen);
    if (done.ok() && in_order && seen != 0 && !walk.stopped) {
        walk.lose(input.name(), "its directory at the end is missing, it is cut off or damaged: the members that are "
                                "there were read one after the other");
    }
    return done;
}

}  // namespace trocar
