#pragma once

#include "core/base/guid.h"

#include <cstdint>
#include <string_view>

namespace trocar::etl {

/// The payload of one event: "Name:type" with blanks between, in order. Types: u8 u16 u32 u64, x16 x32 x64
/// (shown in hexadecimal), ptr (4 or 8 bytes), time (FILETIME), str (UTF-16, ended by a null), opt (the same,
/// or nothing at the end of the payload), ansi (bytes, ended by a null), sid, user (TOKEN_USER and its SID,
/// or a zero), guid, bool (4 bytes).
struct Layout {
    std::uint16_t id = 0;  ///< event id; of NT kernel logger records group << 8 | opcode
    std::uint16_t version = 0;
    std::string_view fields;
};

enum class LayoutMatch : std::uint8_t {
    exact,
    unknown_version,  ///< the event is known, this version of it is not
    unknown,
};

/// `provider` none: the NT kernel logger. Logarithmic in the number of layouts.
[[nodiscard]] LayoutMatch find_layout(const Guid& provider, std::uint16_t id, std::uint16_t version,
                                      Layout& out) noexcept;

/// Cuts the next field off the front; false at the end.
struct LayoutField {
    std::string_view name, type;
};
[[nodiscard]] bool next_field(std::string_view& fields, LayoutField& out) noexcept;

}  // namespace trocar::etl
