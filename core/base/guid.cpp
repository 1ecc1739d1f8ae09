#include "core/base/guid.h"

#include <array>
#include <cstdio>

#include "core/base/text.h"

namespace trocar {

std::optional<Guid> parse_guid(std::string_view text) noexcept {
    text = trimmed(text);
    if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
        text = text.substr(1, 36);
    }
    if (text.size() != 36) {
        return std::nullopt;
    }
    Guid guid;
    int nibbles = 0;
    for (std::size_t i = 0; i < 36; ++i) {
        const char c = text[i];
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-') {
                return std::nullopt;
            }
            continue;
        }
        unsigned digit = 0;
        if (c >= '0' && c <= '9') {
            digit = static_cast<unsigned>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<unsigned>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<unsigned>(c - 'A') + 10;
        } else {
            return std::nullopt;
        }
        std::uint64_t& half = nibbles < 16 ? guid.high : guid.low;
        half = half << 4 | digit;
        ++nibbles;
    }
    return guid;
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
