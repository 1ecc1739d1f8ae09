#include "importers/etw_text/etw_values.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace trocar {
namespace {

constexpr std::size_t kMaxGrouped = 26;  // 18,446,744,073,709,551,615

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "28,498,408": groups of three behind the first.
std::optional<std::uint64_t> grouped_number(std::string_view text) noexcept {
    std::array<char, kMaxGrouped> digits{};
    std::size_t count = 0;
    if (text.empty() || text.size() > kMaxGrouped || text.find(',') > 3 || text.find(',') == 0) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool comma = (text.size() - i) % 4 == 0;
        if (comma ? text[i] != ',' : !is_digit(text[i])) {
            return std::nullopt;
        }
        if (!comma) {
            digits[count++] = text[i];
        }
    }
    return parse_number(std::string_view(digits.data(), count));
}

/// Values that people read in hexadecimal, by what their names end in or hold.
bool is_hexadecimal(std::string_view name) noexcept {
    constexpr std::array kParts{"Address",       "StartAddr",  "ImageBase",       "DefaultBase",    "TebBase",
                                "StackBase",     "StackLimit", "AllocationBase",  "ApcRoutine",     "ApcArgument",
                                "DesiredAccess", "ReturnCode", "OperationStatus", "AllocationType", "StartKey"};
    return std::any_of(kParts.begin(), kParts.end(),
                       [&](const char* part) { return contains_ignoring_case(name, part); });
}

bool is_protection(std::string_view name) noexcept {
    return contains_ignoring_case(name, "ProtectionMask") || ends_ignoring_case(name, "AllocationProtect");
}

bool is_instant(std::string_view name) noexcept {
    return ends_ignoring_case(name, "CreateTime") || ends_ignoring_case(name, "ExitTime") ||
           equal_ignoring_case(name, "RealEventTime");
}

}  // namespace

std::optional<std::uint64_t> etw_number(std::string_view text) noexcept {
    if (const auto plain = parse_number(text)) {
        return plain;
    }
    return grouped_number(text);
}

std::optional<std::uint32_t> protection_of(std::string_view letters) noexcept {
    // PAGE_* constants: winnt.h.
    struct Word {
        std::string_view letters;
        std::uint32_t page;
    };
    constexpr std::array kWords{Word{"---", 0x01}, Word{"R--", 0x02}, Word{"RW-", 0x04}, Word{"RC-", 0x08},
                                Word{"--X", 0x10}, Word{"R-X", 0x20}, Word{"RWX", 0x40}, Word{"RCX", 0x80}};
    const auto* const found = std::find_if(
        kWords.begin(), kWords.end(), [&](const Word& word) { return equal_ignoring_case(word.letters, letters); });
    return found == kWords.end() ? std::nullopt : std::optional(found->page);
}

EtwField etw_field(std::string_view name, std::string_view text) noexcept {
    EtwField field{name, ValueKind::text, 0, 0, text};
    const std::string_view value = trimmed(text);
    if (is_protection(name)) {
        if (const auto page = protection_of(value)) {
            return {name, ValueKind::hex, *page, 0, {}};
        }
    }
    if (const auto number = etw_number(value)) {
        const UtcNanos instant = is_instant(name) ? from_filetime(*number) : kNoTime;
        if (!instant.none() && *number != 0) {
            return {name, ValueKind::time, static_cast<std::uint64_t>(instant.count), 0, {}};
        }
        const bool hexadecimal = starts_ignoring_case(value, "0x") || is_protection(name) || is_hexadecimal(name);
        return {name, hexadecimal ? ValueKind::hex : ValueKind::number, *number, 0, {}};
    }
    if (is_instant(name)) {
        if (const auto instant = parse_iso_time(value)) {
            return {name, ValueKind::time, static_cast<std::uint64_t>(instant->count), 0, {}};
        }
    }
    return field;
}

EtwProcessCell etw_process_cell(std::string_view text) noexcept {
    EtwProcessCell cell;
    text = trimmed(text);
    std::uint32_t pid = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (bad != std::errc{}) {
        return cell;
    }
    const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (!rest.empty() && rest.front() != ' ') {
        return cell;
    }
    cell.pid = pid;
    const std::string_view image = trimmed(rest);
    cell.image = image.starts_with('<') ? std::string_view{} : image;
    return cell;
}

}  // namespace trocar
