#include "importers/readers/evtx/container.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "importers/readers/evtx/format.h"

namespace trocar::evtx {
namespace {

std::uint32_t crc(std::uint32_t running, Bytes bytes) {
    return static_cast<std::uint32_t>(
        crc32(running, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

bool begins_with(Bytes bytes, std::string_view magic) {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

Checksum compare(std::uint32_t stored, std::uint32_t computed, std::uint32_t flags) {
    if ((flags & kFlagNoChecksum) != 0) {
        return Checksum::absent;
    }
    return stored == computed ? Checksum::right : Checksum::wrong;
}

}  // namespace

bool FileHeader::dirty() const { return (flags & kFlagDirty) != 0; }

FileHeader read_file_header(Bytes head) {
    FileHeader header;
    if (head.size() < kFileHeaderSize || !begins_with(head, kFileMagic)) {
        return header;
    }
    const std::byte* p = head.data();
    header.magic = true;
    header.first_chunk = load_le<std::uint64_t>(p + 8);
    header.last_chunk = load_le<std::uint64_t>(p + 16);
    header.next_record = load_le<std::uint64_t>(p + 24);
    header.minor_version = load_le<std::uint16_t>(p + 36);
    header.major_version = load_le<std::uint16_t>(p + 38);
    header.chunk_count = load_le<std::uint16_t>(p + 42);
    header.flags = load_le<std::uint32_t>(p + 120);
    header.checksum = compare(load_le<std::uint32_t>(p + 124), crc(0, head.first(kChecksummedHeader)), header.flags);
    return header;
}

ChunkHeader read_chunk_header(Bytes chunk) {
    ChunkHeader header;
    if (chunk.size() < kChunkHeaderSize) {
        return header;
    }
    const std::byte* p = chunk.data();
    header.magic = begins_with(chunk, kChunkMagic);
    header.first_record = load_le<std::uint64_t>(p + 24);
    header.last_record = load_le<std::uint64_t>(p + 32);
    header.last_record_offset = load_le<std::uint32_t>(p + 44);
    header.free_offset = load_le<std::uint32_t>(p + 48);
    header.flags = load_le<std::uint32_t>(p + 120);
    header.free_offset_valid = header.free_offset >= kChunkHeaderSize && header.free_offset <= kChunkSize;
    if (!header.free_offset_valid) {
        header.free_offset = kChunkSize;
    }
    const std::uint32_t computed =
        crc(crc(0, chunk.first(kChecksummedHeader)), chunk.subspan(128, kChunkHeaderSize - 128));
    header.header_checksum = compare(load_le<std::uint32_t>(p + 124), computed, header.flags);
    if (header.free_offset <= chunk.size() && header.free_offset_valid) {
        const Bytes records = chunk.subspan(kChunkHeaderSize, header.free_offset - kChunkHeaderSize);
        header.records_checksum = compare(load_le<std::uint32_t>(p + 52), crc(0, records), header.flags);
    }
    return header;
}

bool all_zero(Bytes bytes) noexcept {
    // Equal to itself shifted by one, and the first is zero.
    return bytes.empty() || (bytes[0] == std::byte{0} &&
                             std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

FrameState read_frame(Bytes chunk, std::size_t offset, std::size_t end, RecordFrame& out) noexcept {
    end = std::min(end, chunk.size());
    if (offset > end || end - offset < kRecordHeaderSize) {
        return FrameState::none;
    }
    const std::byte* p = chunk.data() + offset;
    if (load_le<std::uint32_t>(p) != kRecordMagic) {
        return FrameState::none;
    }
    out.offset = static_cast<std::uint32_t>(offset);
    out.size = load_le<std::uint32_t>(p + 4);
    out.id = load_le<std::uint64_t>(p + 8);
    out.written = load_le<std::uint64_t>(p + 16);
    if (out.size < kSmallestRecord) {
        return FrameState::none;
    }
    if (out.size > end - offset) {
        return FrameState::cut_off;
    }
    const auto copy = load_le<std::uint32_t>(p + out.size - kRecordTrailerSize);
    return copy == out.size ? FrameState::record : FrameState::tail_lost;
}

std::size_t find_record(Bytes chunk, std::size_t offset, std::size_t end) noexcept {
    end = std::min(end, chunk.size());
    while (offset < end && end - offset >= kRecordHeaderSize) {
        const void* hit = std::memchr(chunk.data() + offset, 0x2a, end - offset - kRecordHeaderSize + 1);
        if (hit == nullptr) {
            break;
        }
        offset = static_cast<std::size_t>(static_cast<const std::byte*>(hit) - chunk.data());
        if (load_le<std::uint32_t>(chunk.data() + offset) == kRecordMagic) {
            return offset;
        }
        ++offset;
    }
    return end;
}

}  // namespace trocar::evtx
