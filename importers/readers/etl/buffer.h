#pragma once

#include "core/base/byte_cursor.h"

#include <cstdint>
#include <vector>

namespace trocar::etl {

/// A buffer's header, WMI_BUFFER_HEADER.
struct BufferHeader {
    std::uint32_t size = 0;    ///< bytes to the next buffer of the file
    std::uint32_t filled = 0;  ///< bytes used, header included; of a compressed buffer after expansion
    std::int64_t sequence = 0;
    std::uint16_t cpu = 0;
    std::uint16_t flags = 0;
    std::uint16_t type = 0;
    [[nodiscard]] bool compressed() const;
    /// The size can be that of a buffer.
    [[nodiscard]] bool plausible() const;
};

/// `head` holds kBufferHeaderSize bytes or more.
[[nodiscard]] BufferHeader read_buffer_header(Bytes head) noexcept;

enum class BufferState : std::uint8_t {
    whole,
    cut_off,     ///< the file ends inside; what is there was taken
    damaged,     ///< does not expand to what the header says; what came out was taken
    over_limit,  ///< would expand beyond what is allowed; nothing was taken
};

/// A buffer whose records can be walked.
struct OpenBuffer {
    Bytes bytes;  ///< header and records: the file's own bytes, or those of `scratch` when it was compressed
    BufferState state = BufferState::whole;
};

/// `stored` is the buffer as the file has it, shorter than header.size where the file ends. Expands at most
/// `budget` bytes into `scratch` and takes them off it.
[[nodiscard]] OpenBuffer open_buffer(const BufferHeader& header, Bytes stored,
                                     std::vector<std::byte>& scratch, std::uint64_t& budget);

}  // namespace trocar::etl
