#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trocar {

/// A GUID by its text form read as two big-endian halves; braces and case are not kept. Zero means none.
struct Guid {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    [[nodiscard]] constexpr bool none() const { return high == 0 && low == 0; }
    friend constexpr auto operator<=>(const Guid&, const Guid&) = default;
};

/// Reads 8-4-4-4-12 hexadecimal digits, any case, with or without braces, blanks around.
[[nodiscard]] std::optional<Guid> parse_guid(std::string_view text) noexcept;
/// From the 16 bytes of [MS-DTYP] 2.3.4 (first three groups little-endian).
[[nodiscard]] Guid guid_from_bytes(const unsigned char* bytes16) noexcept;
/// Lower case, no braces: "365abb72-3d37-5ce0-0000-001013dc0b00".
[[nodiscard]] std::string format_guid(const Guid& guid);

}  // namespace trocar
