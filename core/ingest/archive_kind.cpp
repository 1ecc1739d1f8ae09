// What is an archive by its first bytes, and what they say of one that cannot be read.

#include <array>

#include "core/base/byte_cursor.h"
#include "core/base/text.h"
#include "core/ingest/archive_walk.h"

namespace trocar {
namespace {

bool tar_checksum_fits(Bytes head) {
    // POSIX.1-1988 ustar: the sum of the header's 512 bytes, its own field (8 at 148) taken as blanks, in
    // octal.
    constexpr std::size_t kHeader = 512, kField = 148, kFieldBytes = 8;
    if (head.size() < kHeader || head[0] == std::byte{0}) {
        return false;
    }
    std::uint32_t stated = 0;
    bool any = false;
    for (std::size_t i = kField; i < kField + kFieldBytes; ++i) {
        const auto c = static_cast<char>(head[i]);
        if (c >= '0' && c <= '7') {
            stated = stated * 8 + static_cast<std::uint32_t>(c - '0');
            any = true;
        } else if (c != ' ' && c != '\0') {
            return false;
        }
    }
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < kHeader; ++i) {
        sum += i >= kField && i < kField + kFieldBytes ? 0x20U : static_cast<std::uint32_t>(head[i]);
    }
    return any && sum == stated;
}

}  // namespace

ArchiveKind archive_kind(Bytes head) {
    const std::string_view text = as_text(head);
    const auto starts = [&](std::string_view magic) { return text.substr(0, magic.size()) == magic; };
    // PKWARE APPNOTE 4.3.7 and 4.3.16; 7zFormat.txt; RFC 1952; RFC 8878 (frame and skippable frame);
    // .xz 2.1.1; bzip2.
    if (starts("PK\x03\x04") || starts("PK\x05\x06")) {
        return ArchiveKind::zip;
    }
    if (starts("7z\xBC\xAF\x27\x1C")) {
        return ArchiveKind::seven_zip;
    }
    const bool skippable = text.size() >= 4 && (static_cast<unsigned char>(text[0]) & 0xf0U) == 0x50 &&
                           text.substr(1, 3) == "\x2A\x4D\x18";
    if (starts("\x1f\x8b\x08") || starts("\x28\xB5\x2F\xFD") || skippable ||
        starts(std::string_view("\xFD"
                                "7zXZ\0",
                                6)) ||
        (starts("BZh") && text.size() >= 10 && text.substr(4, 6) == "1AY&SY")) {
        return ArchiveKind::compressed;
    }
    return tar_checksum_fits(head) ? ArchiveKind::tar : ArchiveKind::none;
}

std::string broken_7z(Input& input, std::string reason) {
    // 7zFormat.txt, "SignatureHeader": 32 bytes, then NextHeaderOffset (at 12) bytes, then the list of members of
    // NextHeaderSize (at 20) bytes.
    constexpr std::uint64_t kHeader = 32, kBelievable = std::uint64_t{1} << 50;
    std::array<std::byte, kHeader> head{};
    const Result<std::size_t> got = input.read_at(0, head);
    const auto offset = load_le<std::uint64_t>(head.data() + 12);
    const auto size = load_le<std::uint64_t>(head.data() + 20);
    if (!got.ok() || got.value() != head.size()) {
        reason = "cut off within its first 32 bytes";
    } else if (offset < kBelievable && size < kBelievable && kHeader + offset + size > input.size()) {
        reason = "cut off, " + std::to_string(input.size()) + " of " + std::to_string(kHeader + offset + size) +
                 " bytes are there";
    }
    return "a 7z archive that cannot be read (" + reason +
           "): its list of members stands at its end, without it nothing can be unpacked. Copy the archive again, or import "
           "the files that went into it";
}

}  // namespace trocar
