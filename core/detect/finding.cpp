#include "core/detect/finding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "core/detect/judge.h"

namespace trocar {

std::string format_chain_id(ChainId id) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out(32, '0');
    for (std::size_t i = 0; i < 16; ++i) {
        out[i] = kDigits[id.high >> (60 - 4 * i) & 15U];
        out[16 + i] = kDigits[id.low >> (60 - 4 * i) & 15U];
    }
    return out;
}

bool parse_chain_id(std::string_view text, ChainId& out) {
    if (text.size() != 32) {
        return false;
    }
    ChainId id;
    const auto read = [](std::string_view part, std::uint64_t& value) {
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, 16);
        return error == std::errc{} && end == part.data() + part.size();
    };
    if (!read(text.substr(0, 16), id.high) || !read(text.substr(16), id.low)) {
        return false;
    }
    out = id;
    return true;
}

std::string_view name(FindingKind kind) {
    constexpr std::array<std::string_view, 3> kNames{"chain", "lone", "partial"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view name(Grade grade) {
    constexpr std::array<std::string_view, 5> kNames{"precondition", "execution only", "shape", "corroborated",
                                                     "complete"};
    return kNames[static_cast<std::size_t>(grade)];
}

Confidence confidence(std::span<const Weight> weights, std::uint64_t facts) {
    int sum = 0;
    bool damped = false;
    for (const Weight& w : weights) {
        if ((facts & w.fact) != 0) {
            sum += w.points;
            damped = damped || w.damping;
        }
    }
    return {static_cast<std::uint8_t>(std::clamp(sum, 0, 100)), damped};
}

}  // namespace trocar
