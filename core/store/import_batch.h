#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "core/store/row_stream.h"

namespace trocar {

/// How a raw block lies in the case (raw_block.codec). Stored: append only.
enum class RawCodec : std::uint8_t { stored = 0, zstd = 1, not_kept = 2 };
/// Largest raw block kept; importers promise 16 MiB.
inline constexpr std::size_t kMaxRawBlockBytes = std::size_t{64} << 20;
/// Level 1: 64 KiB blocks of telemetry give nothing for more (BENCHMARKS section 1).
inline constexpr int kRawZstdLevel = 1;

/// One run of evidence on its way into the case. Whoever wins `claimed` packs it; `packed` says that it is done.
struct RawBlockInsert {
    std::uint32_t id = 0, source = 0;
    std::uint64_t source_offset = 0;
    std::uint32_t size = 0;
    RawCodec codec = RawCodec::stored;
    bool keep = true;
    bool is_text = false;          ///< a row of text_block
    std::uint64_t hash = 0;
    std::vector<std::byte> bytes;  ///< plain, then packed
    std::atomic<bool> claimed{false}, packed{false};
};

/// What the parsing thread hands to the writing thread at once.
struct ImportBatch {
    std::uint32_t first_event = 0;
    std::vector<EventInsert> events;
    std::vector<std::byte> details;
    std::uint32_t first_string = 0;
    std::vector<std::string_view> strings;  ///< texts of the StringTable, whose storage does not move
    std::deque<RawBlockInsert> blocks;      ///< a deque: blocks hold atomics and do not move
    std::size_t raw_bytes = 0;
};

}  // namespace trocar
