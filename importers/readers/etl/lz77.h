#pragma once

#include "core/base/byte_cursor.h"

#include <cstddef>
#include <span>

namespace trocar::etl {

struct Expanded {
    std::size_t size = 0;  ///< bytes written
    bool whole = false;    ///< `out` was filled; else the input ended or points outside of what is there
};

/// Plain LZ77 as RtlDecompressBuffer has it under the name XPRESS ([MS-XCA] 2.4). Writes never more than
/// `out`, reads never outside of `packed` and of what was written. Linear in both.
[[nodiscard]] Expanded expand_lz77(Bytes packed, std::span<std::byte> out) noexcept;

}  // namespace trocar::etl
