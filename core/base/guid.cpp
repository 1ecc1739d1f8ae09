#include "core/base/guid.h"

#include <array>
#include <cstdio>

#include "core/base/text.h"

namespace trocar {

namespace {

constexpr unsigned char kNoDigit = 0xff;

constexpr std::array<unsigned char, 256> hex_digits() {
    std::array<unsigned char, 256> digits{};
    digits.fill(kNoDigit);
    for (unsigned char i = 0; i < 10; ++i) {
        digits['0' + i] = i;
    }
    for (unsigned char i = 0; i < 6; ++i) {
        digits['a' + i] = digits['A' + i] = static_cast<unsigned char>(10 + i);
    }
    return digits;
}

constexpr std::array<unsigned char, 256> kDigits = hex_digits();

/// Appends the digits to `half`; `seen` gathers their bits, so that one that is none shows in the upper ones.
void append_digits(std::string_view digits, std::uint64_t& half, unsigned& seen) noexcept {
    for (const char c : digits) {
        const unsigned digit = kDigits[static_cast<unsigned char>(c)];
        seen |= digit;
        half = half << 4 | (digit & 0xfU);
    }
}

}  // namespace

std::optional<Guid> parse_guid(std::string_view text) noexcept {
    text = trimmed(text);
    if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
        text = text.substr(1, 36);
    }
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') {
        return std::nullopt;
    }
    // Without a branch a digit: a branch on random digits is mispredicted every other time.
    Guid guid;
    unsigned seen = 0;
    append_digits(text.substr(0, 8), guid.high, seen);
    append_digits(text.substr(9, 4), guid.high, seen);
    append_digits(text.substr(14, 4), guid.high, seen);
    append_digits(text.substr(19, 4), guid.low, seen);
    append_digits(text.substr(24, 12), guid.low, seen);
    return seen > 0xf ? std::nullopt : std::optional(guid);
}

Guid guid_from_bytes(const unsigned char* b) noexcept {
    Guid guid;
    constexpr std::array<int, 8> kHighOrder{3, 2, 1, 0, 5, 4, 7, 6};
    for (const int i : kHighOrder) {
        guid.high = guid.high << 8 | b[i];
    }
    for (int i = 8; i < 16; ++i) {
        guid.low = guid.low << 8 | b[i];
    }
    return guid;
}

std::string format_guid(const Guid& guid) {
    std::array<char, 40> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%08llx-%04llx-%04llx-%04llx-%012llx",
                  static_cast<unsigned long long>(guid.high >> 32),
                  static_cast<unsigned long long>(guid.high >> 16 & 0xffff),
                  static_cast<unsigned long long>(guid.high & 0xffff),
                  static_cast<unsigned long long>(guid.low >> 48),
                  static_cast<unsigned long long>(guid.low & 0xffff'ffff'ffffULL));
    return buffer.data();
}

}  // namespace trocar
