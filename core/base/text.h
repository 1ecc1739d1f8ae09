#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trocar {

/// ASCII-only case folding: names in telemetry are compared so (GUID / Guid, image names).
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept;
[[nodiscard]] bool starts_ignoring_case(std::string_view text, std::string_view prefix) noexcept;
[[nodiscard]] bool ends_ignoring_case(std::string_view text, std::string_view suffix) noexcept;
[[nodiscard]] std::string lower_ascii(std::string_view text);
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
/// Last component of a Windows or POSIX path.
[[nodiscard]] std::string_view file_name(std::string_view path) noexcept;
/// Glob with * and ?, ignoring ASCII case, linear in both lengths.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view text) noexcept;
/// Whole text as a decimal, or with 0x a hexadecimal, number; nothing else may follow.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;
/// "0x1fffff"
[[nodiscard]] std::string hex(std::uint64_t value);
/// "2 014 339" with thin grouping for people.
[[nodiscard]] std::string grouped(std::uint64_t value);

}  // namespace trocar
