#pragma once

#include <cstddef>
#include <string>

#include "core/base/byte_cursor.h"

namespace trocar::evtx {

/// UTF-8 bytes that `utf16_bytes` bytes of UTF-16 can need, and the slack that the fast path may overwrite.
[[nodiscard]] constexpr std::size_t utf8_room(std::size_t utf16_bytes) { return utf16_bytes / 2 * 3 + 16; }

/// UTF-16 little-endian to UTF-8. `out` holds utf8_room(text.size()) bytes. Lone surrogates become U+FFFD, an odd last
/// byte is ignored. Returns the end of what was written. ASCII runs go 16 characters at a time.
[[nodiscard]] char* utf16_to_utf8(Bytes text, char* out) noexcept;
[[nodiscard]] std::string utf8_of(Bytes utf16);
/// Without the end-of-string characters that some writers count in.
[[nodiscard]] Bytes without_trailing_nul(Bytes utf16) noexcept;

}  // namespace trocar::evtx
