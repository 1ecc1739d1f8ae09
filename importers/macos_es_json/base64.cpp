#include "importers/macos_es_json/base64.h"

#include <cstdint>

namespace trocar {

std::string base64_decoded(std::string_view text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (text.size() % 4 != 0) {
        return std::string(text);
    }
    std::string_view digits = text;
    for (int padding = 0; padding < 2 && digits.ends_with('='); ++padding) {
        digits.remove_suffix(1);
    }
    std::string out;
    std::uint32_t bits = 0, known = 0;
    for (const char c : digits) {
        const std::size_t digit = kDigits.find(c);
        if (digit == std::string_view::npos) {
            return std::string(text);
        }
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        known += 6;
        if (known >= 8) {
            known -= 8;
            out += static_cast<char>(bits >> known & 0xffU);
        }
    }
    return out;
}

}  // namespace trocar
