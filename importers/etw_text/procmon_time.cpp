#include "importers/etw_text/procmon_time.h"

#include "core/base/text.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace trocar {
namespace {

struct Numbers {
    std::array<std::int64_t, 3> value{};
    char separator = 0;
    std::size_t first_digits = 0;
    bool read = false;
};

/// Three numbers with one separator between them; what follows is left alone.
Numbers three_numbers(std::string_view text, std::string_view separators) {
    Numbers out;
    std::size_t at = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        std::size_t digits = 0;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && digits < 4; ++at, ++digits) {
            out.value[i] = out.value[i] * 10 + (text[at] - '0');
        }
        out.first_digits = i == 0 ? digits : out.first_digits;
        if (digits == 0) {
            return out;
        }
        if (i < 2) {
            if (at == text.size() || separators.find(text[at]) == std::string_view::npos ||
                (i == 1 && text[at] != out.separator)) {
                return out;
            }
            out.separator = text[at++];
        }
    }
    out.read = true;
    return out;
}

/// Ticks of 100 ns and finer behind a point or comma.
std::int64_t fraction(std::string_view text) {
    const std::size_t mark = text.find_first_of(".,");
    std::int64_t nanos = 0, unit = 100'000'000;
    for (std::size_t at = mark; mark != std::string_view::npos && ++at < text.size() && unit > 0; unit /= 10) {
        if (text[at] < '0' || text[at] > '9') {
            break;
        }
        nanos += (text[at] - '0') * unit;
    }
    return nanos;
}

}  // namespace

std::optional<Nanos> procmon_time_of_day(std::string_view text) noexcept {
    text = trimmed(text);
    const Numbers clock = three_numbers(text, ":");
    auto [hour, minute, second] = clock.value;
    const bool afternoon = ends_ignoring_case(text, "PM"), morning = ends_ignoring_case(text, "AM");
    if (afternoon || morning) {
        if (hour < 1 || hour > 12) {
            return std::nullopt;
        }
        hour = hour % 12 + (afternoon ? 12 : 0);
    }
    if (!clock.read || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    return Nanos{((hour * 60 + minute) * 60 + second) * kSecond.count + fraction(text)};
}

bool procmon_day_is_first(std::string_view text) noexcept {
    const Numbers date = three_numbers(trimmed(text), "/");
    return date.read && date.first_digits < 4 && date.value[0] > 12;
}

std::optional<UtcNanos> procmon_day(std::string_view text, bool day_first) noexcept {
    const Numbers date = three_numbers(trimmed(text), "/.-");
    if (!date.read) {
        return std::nullopt;
    }
    auto [first, second, third] = date.value;
    std::int64_t year = third, month = first, day = second;
    if (date.first_digits == 4) {
        year = first, month = second, day = third;
    } else if (date.separator != '/' || day_first || first > 12) {
        month = second, day = first;
    }
    std::array<char, 32> iso{};
    std::snprintf(iso.data(), iso.size(), "%04d-%02d-%02d 00:00:00", static_cast<int>(year < 100 ? 2000 + year : year),
                  static_cast<int>(month), static_cast<int>(day));
    return parse_iso_time(iso.data());
}

}  // namespace trocar
