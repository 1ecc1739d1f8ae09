#include "importers/readers/evtx/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/base/escape.h"
#include "core/base/text.h"
#include "importers/readers/evtx/utf16.h"

namespace trocar::evtx {
namespace {

constexpr std::string_view kLowerDigits = "0123456789abcdef";
constexpr std::string_view kUpperDigits = "0123456789ABCDEF";
constexpr std::uint64_t kTicksPerSecond = 10'000'000;  // FILETIME, [MS-DTYP] 2.3.3

/// Length that a fixed-width type must have; 0 for the others. By Type's number.
constexpr std::array<std::uint8_t, 0x18> kWidths{0, 0, 0, 1, 1, 2, 2, 4, 4, 8, 8, 4,
                                                 8, 4, 0, 16, 0, 8, 16, 0, 4, 8, 0, 0};
static_assert(kWidths[static_cast<std::size_t>(Type::guid)] == 16 && kWidths[static_cast<std::size_t>(Type::hex64)] == 8);

std::size_t width_of(Type type) noexcept {
    const auto number = static_cast<std::size_t>(type);
    return number < kWidths.size() ? kWidths[number] : 0;
}

bool size_suits(Bytes bytes, Type type) noexcept {
    switch (type) {
        case Type::size:
        case Type::event_handle: return bytes.size() == 4 || bytes.size() == 8;
        case Type::sid: return bytes.size() >= 8 && bytes.size() >= 8 + 4 * std::to_integer<std::size_t>(bytes[1]);
        // One byte is seen in logs that other programs wrote.
        case Type::boolean: return bytes.size() == 4 || bytes.size() == 1;
        default: {
            const std::size_t width = width_of(type);
            return width == 0 || width == bytes.size();
        }
    }
}

/// The low bytes of a number of up to 8 bytes.
std::uint64_t unsigned_of(Bytes bytes) noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), std::min<std::size_t>(bytes.size(), 8));
    return value;
}

std::int64_t signed_of(Bytes bytes) noexcept {
    const std::uint64_t value = unsigned_of(bytes);
    const unsigned unused = 64U - static_cast<unsigned>(std::min<std::size_t>(bytes.size(), 8)) * 8U;
    return static_cast<std::int64_t>(value << unused) >> unused;
}

char* put_text(std::string_view text, char* out) noexcept {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

template <class T>
char* put_number(T value, char* out) noexcept {
    return std::to_chars(out, out + 24, value).ptr;
}

char* put_padded(std::uint64_t value, int digits, char* out) noexcept {
    for (int i = digits - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

char* put_hex(std::uint64_t value, char* out) noexcept {
    out = put_text("0x", out);
    return std::to_chars(out, out + 16, value, 16).ptr;
}

char* put_bytes(Bytes bytes, char* out) noexcept {
    for (const std::byte byte : bytes) {
        *out++ = kUpperDigits[std::to_integer<unsigned>(byte) >> 4];
        *out++ = kUpperDigits[std::to_integer<unsigned>(byte) & 15U];
    }
    return out;
}

char* put_guid(const Guid& guid, char* out) noexcept {
    *out++ = '{';
    for (int i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) {
            *out++ = '-';
        }
        const std::uint64_t half = i < 16 ? guid.high : guid.low;
        *out++ = kLowerDigits[half >> (60 - 4 * (i % 16)) & 15U];
    }
    *out++ = '}';
    return out;
}

Guid guid_of(Bytes bytes) noexcept {
    return guid_from_bytes(reinterpret_cast<const unsigned char*>(bytes.data()));
}

struct Calendar {
    std::uint64_t year, month, day, hour, minute, second;
};

char* put_calendar(const Calendar& c, char* out) noexcept {
    out = put_padded(c.year, c.year > 9999 ? 5 : 4, out);
    *out++ = '-';
    out = put_padded(c.month, 2, out);
    *out++ = '-';
    out = put_padded(c.day, 2, out);
    *out++ = 'T';
    out = put_padded(c.hour, 2, out);
    *out++ = ':';
    out = put_padded(c.minute, 2, out);
    *out++ = ':';
    return put_padded(c.second, 2, out);
}

/// Every FILETIME has a text, those outside of UtcNanos too.
char* put_file_time(std::uint64_t ticks, char* out) noexcept {
    const std::uint64_t seconds = ticks / kTicksPerSecond;
    // Days since 1601-01-01 to a date of the proleptic Gregorian calendar: 400-year eras begin in 1601.
    std::uint64_t days = seconds / 86'400;
    std::uint64_t year = 1601 + days / 146'097 * 400;
    days %= 146'097;
    const std::uint64_t centuries = std::min<std::uint64_t>(days / 36'524, 3);
    days -= centuries * 36'524;
    const std::uint64_t fours = days / 1'461;
    days -= fours * 1'461;
    const std::uint64_t years = std::min<std::uint64_t>(days / 365, 3);
    days -= years * 365;
    year += centuries * 100 + fours * 4 + years;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const std::array<std::uint64_t, 12> lengths{31, leap ? 29U : 28U, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    std::size_t month = 0;
    while (month < 11 && days >= lengths[month]) {
        days -= lengths[month++];
    }
    const std::uint64_t of_day = seconds % 86'400;
    out = put_calendar({year, month + 1, days + 1, of_day / 3'600, of_day / 60 % 60, of_day % 60}, out);
    *out++ = '.';
    out = put_padded(ticks % kTicksPerSecond, 7, out);
    *out++ = 'Z';
    return out;
}

// SYSTEMTIME, [MS-DTYP] 2.3.13: year, month, day of week, day, hour, minute, second, millisecond.
std::uint64_t system_time_part(Bytes bytes, std::size_t part) noexcept {
    return load_le<std::uint16_t>(bytes.data() + part * 2);
}

char* put_system_time(Bytes bytes, char* out) noexcept {
    out = put_calendar({system_time_part(bytes, 0), system_time_part(bytes, 1), system_time_part(bytes, 3),
                        system_time_part(bytes, 4), system_time_part(bytes, 5), system_time_part(bytes, 6)},
                       out);
    *out++ = '.';
    out = put_padded(system_time_part(bytes, 7), 3, out);
    *out++ = 'Z';
    return out;
}

// SID, [MS-DTYP] 2.4.2.1 and 2.4.2.2: authority in decimal below 2^32, in hexadecimal from there.
char* put_sid(Bytes bytes, char* out) noexcept {
    out = put_text("S-", out);
    out = put_number(std::to_integer<unsigned>(bytes[0]), out);
    std::uint64_t authority = 0;
    for (std::size_t i = 2; i < 8; ++i) {
        authority = authority << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    }
    *out++ = '-';
    out = authority < (1ULL << 32) ? put_number(authority, out) : put_hex(authority, out);
    const std::size_t count = std::to_integer<std::size_t>(bytes[1]);
    for (std::size_t i = 0; i < count; ++i) {
        *out++ = '-';
        out = put_number(load_le<std::uint32_t>(bytes.data() + 8 + 4 * i), out);
    }
    return out;
}

// Windows-1252 for 0x80..0x9f (Unicode's CP1252.TXT); the five holes keep their C1 code.
constexpr std::array<std::uint16_t, 32> kWindows1252{
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};

/// The code page is not recorded: UTF-8 when it is valid, else Windows-1252.
char* put_ansi(Bytes bytes, char* out) noexcept {
    while (!bytes.empty() && bytes.back() == std::byte{0}) {
        bytes = bytes.first(bytes.size() - 1);
    }
    const std::string_view text = as_text(bytes);
    if (is_valid_utf8(text)) {
        return put_text(text, out);
    }
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const std::uint16_t code = byte >= 0x80 && byte < 0xa0 ? kWindows1252[byte - 0x80U] : byte;
        std::array<std::byte, 2> unit{static_cast<std::byte>(code & 0xff), static_cast<std::byte>(code >> 8)};
        std::array<char, utf8_room(2)> utf8{};
        out = put_text({utf8.data(), static_cast<std::size_t>(utf16_to_utf8(unit, utf8.data()) - utf8.data())}, out);
    }
    return out;
}

template <class T>
char* put_real(Bytes bytes, char* out) noexcept {
    const T value = load_le<T>(bytes.data());
    if (std::isnan(value)) {
        return put_text("-1.#IND", out);  // [EVTX] "Floating point"
    }
    if (std::isinf(value)) {
        return put_text(value < 0 ? "-1.#INF" : "1.#INF", out);
    }
    return std::to_chars(out, out + 32, value).ptr;
}

}  // namespace

void TextBuffer::clear() noexcept {
    if (blocks_.empty()) {
        return;
    }
    blocks_.resize(1);
    at_ = blocks_.front().get();
    left_ = reserved_ = first_size_;
}

char* TextBuffer::more_room(std::size_t size) {
    if (size > limit_ || reserved_ > limit_ - size) {
        return nullptr;
    }
    const std::size_t block = std::max(size, std::min(kBlock, limit_ - reserved_));
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    first_size_ = blocks_.size() == 1 ? block : first_size_;
    at_ = blocks_.back().get();
    left_ = block;
    reserved_ += block;
    return at_;
}

std::size_t format_room(Type type, std::size_t size) noexcept {
    switch (type) {
        case Type::string:
        case Type::event_xml: return utf8_room(size);
        case Type::ansi_string: return size * 3;
        case Type::sid: return std::max<std::size_t>(40 + size * 3, size * 2);  // 11 characters for 4 bytes
        default: return std::max<std::size_t>(48, size * 2);
    }
}

char* format_value(Bytes bytes, Type type, char* out) noexcept {
    if (bytes.empty()) {
        return out;
    }
    if (!size_suits(bytes, type)) {
        return put_bytes(bytes, out);
    }
    switch (type) {
        case Type::null: return out;
        case Type::string:
        case Type::event_xml: return utf16_to_utf8(without_trailing_nul(bytes), out);
        case Type::ansi_string: return put_ansi(bytes, out);
        case Type::int8:
        case Type::int16:
        case Type::int32:
        case Type::int64: return put_number(signed_of(bytes), out);
        case Type::uint8:
        case Type::uint16:
        case Type::uint32:
        case Type::uint64: return put_number(unsigned_of(bytes), out);
        case Type::real32: return put_real<float>(bytes, out);
        case Type::real64: return put_real<double>(bytes, out);
        case Type::boolean: return put_text(unsigned_of(bytes) != 0 ? "true" : "false", out);
        case Type::guid: return put_guid(guid_of(bytes), out);
        case Type::file_time: return put_file_time(unsigned_of(bytes), out);
        case Type::system_time: return put_system_time(bytes, out);
        case Type::sid: return put_sid(bytes, out);
        case Type::size:
        case Type::event_handle:
        case Type::hex32:
        case Type::hex64: return put_hex(unsigned_of(bytes), out);
        case Type::binary:
        case Type::bin_xml: break;
    }
    return put_bytes(bytes, out);
}

void append_value(Bytes bytes, Type type, std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + format_room(type, bytes.size()));
    char* const begin = out.data() + before;
    out.resize(before + static_cast<std::size_t>(format_value(bytes, type, begin) - begin));
}

bool next_of_array(Bytes& rest, Type type, Bytes& item) noexcept {
    if (rest.empty()) {
        return false;
    }
    std::size_t width = width_of(type);
    if (type == Type::string) {
        // [EVTX] "Value types": the end-of-string character separates. The last one may lack it.
        std::size_t at = 0;
        while (at + 2 <= rest.size() && load_le<std::uint16_t>(rest.data() + at) != 0) {
            at += 2;
        }
        item = rest.first(at);
        rest = rest.subspan(std::min(at + 2, rest.size()));
        return true;
    }
    if (type == Type::ansi_string) {
        const auto end = std::find(rest.begin(), rest.end(), std::byte{0});
        const auto at = static_cast<std::size_t>(end - rest.begin());
        item = rest.first(at);
        rest = rest.subspan(std::min(at + 1, rest.size()));
        return true;
    }
    if (type == Type::sid && rest.size() >= 8) {
        width = 8 + 4 * std::to_integer<std::size_t>(rest[1]);
    } else if (type == Type::size) {
        width = 8;  // narrower ones say so with the array type of hex32
    } else if (width == 0) {
        width = rest.size();
    }
    item = rest.first(std::min(width, rest.size()));
    rest = rest.subspan(item.size());
    return true;
}

std::size_t array_count(Bytes bytes, Type type) noexcept {
    std::size_t count = 0;
    Bytes item;
    while (next_of_array(bytes, type, item)) {
        ++count;
    }
    return count;
}

ValueState read_value(Bytes bytes, Type type, TextBuffer& text, FieldValue& out) {
    out.kind = ValueKind::text;
    out.number = out.low = 0;
    out.text = {};
    if (bytes.empty() || type == Type::null) {
        return ValueState::read;
    }
    if (type == Type::string) {
        bytes = without_trailing_nul(bytes);
        char* const room = text.room(utf8_room(bytes.size()));
        if (room == nullptr) {
            return ValueState::no_room;
        }
        out.text = text.keep(utf16_to_utf8(bytes, room));
        return ValueState::read;
    }
    const bool suits = size_suits(bytes, type);
    if (suits) {
        switch (type) {
            case Type::int8:
            case Type::int16:
            case Type::int32:
            case Type::int64:
                if (signed_of(bytes) < 0) {
                    break;
                }
                [[fallthrough]];
            case Type::uint8:
            case Type::uint16:
            case Type::uint32:
            case Type::uint64:
                out.kind = ValueKind::number;
                out.number = unsigned_of(bytes);
                return ValueState::read;
            case Type::size:
            case Type::event_handle:
            case Type::hex32:
            case Type::hex64:
                out.kind = ValueKind::hex;
                out.number = unsigned_of(bytes);
                return ValueState::read;
            case Type::guid: {
                const Guid guid = guid_of(bytes);
                out.kind = ValueKind::guid;
                out.number = guid.high;
                out.low = guid.low;
                return ValueState::read;
            }
            case Type::file_time: {
                const UtcNanos time = from_filetime(unsigned_of(bytes));
                if (time.none()) {
                    break;
                }
                out.kind = ValueKind::time;
                out.number = static_cast<std::uint64_t>(time.count);
                return ValueState::read;
            }
            case Type::system_time: {
                std::array<char, 48> iso{};
                const char* const end = put_system_time(bytes, iso.data());
                const auto time = parse_iso_time({iso.data(), static_cast<std::size_t>(end - iso.data())});
                if (!time) {
                    break;
                }
                out.kind = ValueKind::time;
                out.number = static_cast<std::uint64_t>(time->count);
                return ValueState::read;
            }
            default: break;
        }
    }
    char* const room = text.room(format_room(type, bytes.size()));
    if (room == nullptr) {
        return ValueState::no_room;
    }
    out.text = text.keep(format_value(bytes, type, room));
    return suits ? ValueState::read : ValueState::odd_size;
}

std::string display_text(const FieldValue& value) {
    std::array<char, 48> buffer{};
    const auto text_to = [&buffer](const char* end) {
        return std::string(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    };
    switch (value.kind) {
        case ValueKind::text: return std::string(value.text);
        case ValueKind::number: return text_to(put_number(value.number, buffer.data()));
        case ValueKind::hex: return text_to(put_hex(value.number, buffer.data()));
        case ValueKind::guid: return text_to(put_guid({value.number, value.low}, buffer.data()));
        case ValueKind::time: return format_iso_time(UtcNanos{static_cast<std::int64_t>(value.number)});
    }
    return {};
}

}  // namespace trocar::evtx
