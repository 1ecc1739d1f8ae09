#pragma once

#include "importers/etw_meaning/etw_event.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace trocar {

/// The number that a text stands for, whole: decimal, 0x, or grouped as SilkETW writes it ("8,416").
[[nodiscard]] std::optional<std::uint64_t> etw_number(std::string_view text) noexcept;

/// PAGE_* of three letters as krabsetw and Elastic Defend write a protection: "RWX" 0x40, "R-X" 0x20, "RCX" 0x80.
[[nodiscard]] std::optional<std::uint32_t> protection_of(std::string_view letters) noexcept;

/// A text value with the kind that its name and form suggest: numbers (addresses and masks shown in hexadecimal),
/// protections, times; what reads as none of these stays text.
[[nodiscard]] EtwField etw_field(std::string_view name, std::string_view text) noexcept;

/// "  404 EDRi.exe": the process id, padded, and the name behind it; a name in angle brackets ("<not found>") is none.
struct EtwProcessCell {
    std::optional<std::uint32_t> pid;
    std::string_view image;
};
[[nodiscard]] EtwProcessCell etw_process_cell(std::string_view text) noexcept;

}  // namespace trocar
