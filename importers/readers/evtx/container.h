#pragma once

#include <cstdint>

#include "core/base/byte_cursor.h"

namespace trocar::evtx {

/// How a stored CRC-32 compares with the bytes. Absent: the writer says that it keeps none.
enum class Checksum : std::uint8_t { right, wrong, absent };

struct FileHeader {
    bool magic = false;
    std::uint64_t first_chunk = 0;
    std::uint64_t last_chunk = 0;
    std::uint64_t next_record = 0;
    std::uint16_t minor_version = 0;
    std::uint16_t major_version = 0;
    std::uint16_t chunk_count = 0;  ///< not to be trusted: stale while the file is dirty, 16 bits only
    std::uint32_t flags = 0;
    Checksum checksum = Checksum::absent;
    [[nodiscard]] bool dirty() const;
};

/// Reads the first kFileHeaderSize bytes; fewer give magic = false.
[[nodiscard]] FileHeader read_file_header(Bytes head);

struct ChunkHeader {
    bool magic = false;
    std::uint64_t first_record = 0;  ///< identifiers, as the header says
    std::uint64_t last_record = 0;
    std::uint32_t last_record_offset = 0;
    std::uint32_t free_offset = 0;   ///< where records end; forced into the chunk, see read_chunk_header
    bool free_offset_valid = true;
    std::uint32_t flags = 0;
    Checksum header_checksum = Checksum::absent;
    Checksum records_checksum = Checksum::absent;
};

/// Reads a chunk's header; a chunk cut short by the end of file is allowed. A free-space offset outside the chunk
/// becomes the chunk's end. Records are checksummed only when all of them are there.
[[nodiscard]] ChunkHeader read_chunk_header(Bytes chunk);
[[nodiscard]] bool all_zero(Bytes bytes) noexcept;

/// A record as its frame describes it. Offsets are from the start of the chunk.
struct RecordFrame {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint64_t id = 0;
    std::uint64_t written = 0;  ///< FILETIME
};

/// What lies at one place of a chunk.
enum class FrameState : std::uint8_t {
    record,      ///< magic, size and the copy of the size agree
    tail_lost,   ///< magic and size are plausible, the copy of the size differs: overwritten or torn
    cut_off,     ///< the size reaches beyond the bytes there are
    none,        ///< no record begins here
};
[[nodiscard]] FrameState read_frame(Bytes chunk, std::size_t offset, std::size_t end, RecordFrame& out) noexcept;
/// Next place at or after `offset` where a record's magic stands, or `end`.
[[nodiscard]] std::size_t find_record(Bytes chunk, std::size_t offset, std::size_t end) noexcept;

}  // namespace trocar::evtx
