#include "importers/readers/etl/buffer.h"

#include "importers/readers/etl/format.h"
#include "importers/readers/etl/lz77.h"

#include <algorithm>

namespace trocar::etl {

bool BufferHeader::compressed() const {
    return (flags & kBufferCompressed) != 0;
}

bool BufferHeader::plausible() const {
    return size >= kBufferHeaderSize && size <= kMaxBuffer && filled <= kMaxBuffer;
}

BufferHeader read_buffer_header(Bytes head) noexcept {
    const std::byte* p = head.data();
    BufferHeader out;
    out.size = load_le<std::uint32_t>(p);
    out.sequence = load_le<std::int64_t>(p + 0x18);
    out.cpu = load_le<std::uint16_t>(p + 0x28);
    out.filled = load_le<std::uint32_t>(p + 0x30);
    out.flags = load_le<std::uint16_t>(p + 0x34);
    out.type = load_le<std::uint16_t>(p + 0x36);
    return out;
}

OpenBuffer open_buffer(const BufferHeader& header, Bytes stored, std::vector<std::byte>& scratch,
                       std::uint64_t& budget) {
    const bool cut = stored.size() < header.size;
    if (!header.compressed()) {
        // What lies beyond the filled part is left over from earlier use of the memory.
        const std::size_t used = header.filled < kBufferHeaderSize ? stored.size() : header.filled;
        return {stored.first(std::min(stored.size(), used)),
                cut && used > stored.size() ? BufferState::cut_off : BufferState::whole};
    }
    if (header.filled < kBufferHeaderSize) {
        return {stored.first(kBufferHeaderSize), BufferState::damaged};
    }
    if (header.filled > budget) {
        return {stored.first(kBufferHeaderSize), BufferState::over_limit};
    }
    budget -= header.filled;
    scratch.assign(stored.begin(), stored.begin() + kBufferHeaderSize);
    scratch.resize(header.filled);
    const Expanded expanded =
        expand_lz77(stored.subspan(kBufferHeaderSize), std::span(scratch).subspan(kBufferHeaderSize));
    scratch.resize(kBufferHeaderSize + expanded.size);
    return {scratch, expanded.whole ? BufferState::whole : cut ? BufferState::cut_off : BufferState::damaged};
}

}  // namespace trocar::etl
