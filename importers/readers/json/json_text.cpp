#include "importers/readers/json/json_text.h"

#include "core/base/escape.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace trocar {
namespace {

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101ULL;
constexpr std::uint64_t kHighs = 0x8080'8080'8080'8080ULL;

// Bit 7 of each byte of `word` that equals `c`; bytes above the first hit may be wrong, the first is right.
std::uint64_t equal_bytes(std::uint64_t word, unsigned char c) noexcept {
    const std::uint64_t x = word ^ (kOnes * c);
    return (x - kOnes) & ~x & kHighs;
}

std::uint64_t load(const char* p) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof(word));
    return word;
}

bool hex4(std::string_view text, std::size_t at, std::uint32_t& out) noexcept {
    if (at + 4 > text.size()) {
        return false;
    }
    out = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
        const char c = text[i];
        std::uint32_t digit = 0;
        if (c >= '0' && c <= '9') {
            digit = static_cast<std::uint32_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<std::uint32_t>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<std::uint32_t>(c - 'A') + 10;
        } else {
            return false;
        }
        out = out << 4U | digit;
    }
    return true;
}

char* put_utf8(std::uint32_t c, char* out) noexcept {
    if (c < 0x80) {
        *out++ = static_cast<char>(c);
    } else if (c < 0x800) {
        *out++ = static_cast<char>(0xc0U | c >> 6U);
        *out++ = static_cast<char>(0x80U | (c & 0x3fU));
    } else if (c < 0x10000) {
        *out++ = static_cast<char>(0xe0U | c >> 12U);
        *out++ = static_cast<char>(0x80U | (c >> 6U & 0x3fU));
        *out++ = static_cast<char>(0x80U | (c & 0x3fU));
    } else {
        *out++ = static_cast<char>(0xf0U | c >> 18U);
        *out++ = static_cast<char>(0x80U | (c >> 12U & 0x3fU));
        *out++ = static_cast<char>(0x80U | (c >> 6U & 0x3fU));
        *out++ = static_cast<char>(0x80U | (c & 0x3fU));
    }
    return out;
}

// raw[at] is the backslash. Moves `at` past the escape.
char* put_escape(std::string_view raw, std::size_t& at, char* out) noexcept {
    if (at + 1 >= raw.size()) {
        ++at;
        *out++ = '\\';
        return out;
    }
    const char c = raw[at + 1];
    at += 2;
    switch (c) {
        case 'n': *out++ = '\n'; return out;
        case 't': *out++ = '\t'; return out;
        case 'r': *out++ = '\r'; return out;
        case 'b': *out++ = '\b'; return out;
        case 'f': *out++ = '\f'; return out;
        case 'u': break;
        default: *out++ = c; return out;
    }
    std::uint32_t unit = 0;
    if (!hex4(raw, at, unit)) {
        *out++ = 'u';
        return out;
    }
    at += 4;
    if (unit >= 0xd800 && unit < 0xdc00) {
        std::uint32_t low = 0;
        if (at + 6 <= raw.size() && raw[at] == '\\' && raw[at + 1] == 'u' && hex4(raw, at + 2, low) &&
            low >= 0xdc00 && low < 0xe000) {
            at += 6;
            return put_utf8(0x10000U + ((unit - 0xd800U) << 10U) + (low - 0xdc00U), out);
        }
        unit = 0xfffd;
    } else if (unit >= 0xdc00 && unit < 0xe000) {
        unit = 0xfffd;
    }
    return put_utf8(unit, out);
}

}  // namespace

std::size_t unescape_json(std::string_view raw, char* out) noexcept {
    char* const begin = out;
    std::size_t at = 0;
    while (at < raw.size()) {
        const std::uint64_t word = load(raw.data() + at);
        std::memcpy(out, &word, sizeof(word));
        const std::uint64_t hit = equal_bytes(word, '\\');
        if (hit == 0) {
            at += 8;
            out += 8;
            continue;
        }
        const auto plain = static_cast<std::size_t>(std::countr_zero(hit)) / 8;
        at += plain;
        out += plain;
        if (at < raw.size()) {
            out = put_escape(raw, at, out);
        }
    }
    // The last word may have copied bytes from behind the end.
    return static_cast<std::size_t>(out - begin) - (at - raw.size());
}

std::string repaired_json(std::string_view text) {
    std::string out = valid_utf8(text);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20) {
            c = ' ';
        }
    }
    return out;
}

std::string indented_json(std::string_view text, std::size_t limit) {
    std::string out;
    std::size_t depth = 0;
    bool in_string = false;
    const auto line = [&] {
        out += '\n';
        out.append(2 * (depth < 64 ? depth : 64), ' ');
    };
    for (std::size_t i = 0; i < text.size() && out.size() < limit; ++i) {
        const char c = text[i];
        if (in_string) {
            out += c;
            if (c == '\\' && i + 1 < text.size()) {
                out += text[++i];
            } else if (c == '"') {
                in_string = false;
            }
            continue;
        }
        switch (c) {
            case ' ':
            case '\t':
            case '\r':
            case '\n': break;
            case '"':
                in_string = true;
                out += c;
                break;
            case '{':
            case '[': {
                out += c;
                const std::size_t next = text.find_first_not_of(" \t\r\n", i + 1);
                if (next != std::string_view::npos && (text[next] == '}' || text[next] == ']')) {
                    out += text[next];
                    i = next;
                    break;
                }
                ++depth;
                line();
                break;
            }
            case '}':
            case ']':
                depth -= depth != 0 ? 1 : 0;
                line();
                out += c;
                break;
            case ',':
                out += c;
                line();
                break;
            case ':': out += ": "; break;
            default: out += c;
        }
    }
    if (out.size() >= limit) {
        out += "\n...";
    }
    return out;
}

JsonValueEnd::Found JsonValueEnd::scan(std::string_view text, std::size_t& end) noexcept {
    std::size_t at = at_;
    const std::size_t size = text.size();
    while (at < size) {
        if (in_string_) {
            // Eight bytes at a time up to a quote, a backslash or a line break.
            while (at + 8 <= size) {
                const std::uint64_t word = load(text.data() + at);
                const std::uint64_t hit =
                    equal_bytes(word, '"') | equal_bytes(word, '\\') | equal_bytes(word, '\n');
                if (hit != 0) {
                    at += static_cast<std::size_t>(std::countr_zero(hit)) / 8;
                    break;
                }
                at += 8;
            }
            if (at >= size) {
                break;
            }
            const char c = text[at];
            if (c == '\\') {
                if (at + 1 >= size) {
                    break;  // the escaped character is still to come
                }
                at += 2;
            } else if (c == '"') {
                in_string_ = false;
                ++at;
            } else if (c == '\n') {
                at_ = at;
                end = at;
                return Found::damaged;
            } else {
                ++at;
            }
            continue;
        }
        const char c = text[at++];
        if (c == '"') {
            in_string_ = true;
        } else if (c == '{' || c == '[') {
            ++depth_;
        } else if (c == '}' || c == ']') {
            if (depth_ <= 1) {
                at_ = at;
                end = at;
                return Found::end;
            }
            --depth_;
        }
    }
    at_ = at;
    end = size;
    return Found::more;
}

}  // namespace trocar
