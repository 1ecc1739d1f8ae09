#include "core/base/escape.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace trocar {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct Decoded {
    std::uint32_t code = 0;
    std::size_t length = 0;  // 0: invalid, take one byte
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    std::size_t length = 0;
    std::uint32_t code = 0;
    if (lead >= 0xc2 && lead <= 0xdf) {
        length = 2;
        code = lead & 0x1fU;
    } else if ((lead & 0xf0U) == 0xe0) {
        length = 3;
        code = lead & 0x0fU;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        length = 4;
        code = lead & 0x07U;
    }
    if (length == 0 || at + length > text.size()) {
        return {};
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) {
            return {};
        }
        code = code << 6 | (byte(i) & 0x3fU);
    }
    if ((length == 3 && code < 0x800) || (length == 4 && code < 0x10000) || code > 0x10ffff ||
        (code >= 0xd800 && code <= 0xdfff)) {
        return {};
    }
    return {code, length};
}

// Characters that hide, reorder or break text: C0/C1 controls, zero-width, bidirectional controls, line separators,
// tags, the byte order mark (Unicode TR 36, "Trojan Source").
bool is_invisible(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

template <class Emit>
void each_visible(std::string_view text, Emit emit) {
    for (std::size_t at = 0; at < text.size();) {
        const Decoded d = decode(text, at);
        if (d.length == 0) {
            emit(kReplacement);
            ++at;
        } else if (is_invisible(d.code)) {
            std::array<char, 16> buffer{};
            const int n = std::snprintf(buffer.data(), buffer.size(), "\\u{%X}", d.code);
            emit(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
            at += d.length;
        } else {
            emit(text.substr(at, d.length));
            at += d.length;
        }
    }
}

}  // namespace

std::string visible(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    each_visible(text, [&](std::string_view part) { out += part; });
    return out;
}

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    each_visible(text, [&](std::string_view part) {
        switch (part.size() == 1 ? part[0] : '\0') {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += part;
        }
    });
    return out;
}

std::string markdown_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    each_visible(text, [&](std::string_view part) {
        if (part.size() == 1 && std::string_view("\\`*_{}[]()<>#+-.!|~&:@").find(part[0]) != std::string_view::npos) {
            // Entities for < and &: a backslash does not stop raw HTML in every renderer.
            if (part[0] == '<') {
                out += "&lt;";
                return;
            }
            if (part[0] == '&') {
                out += "&amp;";
                return;
            }
            // A dot or dash means something only at a line's start, where no evidence text stands: keep paths readable.
            // The colon is escaped so that no renderer turns evidence into a link.
            if (part[0] != '.' && part[0] != '-') {
                out += '\\';
            }
        }
        out += part;
    });
    return out;
}

std::string csv_field(std::string_view text) {
    std::string shown = visible(text);
    if (!shown.empty() && std::string_view("=+-@\t\r").find(shown[0]) != std::string_view::npos) {
        shown.insert(shown.begin(), '\'');
    }
    if (shown.find_first_of(",\";\n\r\t ") == std::string::npos && (shown.empty() || shown[0] != '\'')) {
        return shown;
    }
    std::string out = "\"";
    for (const char c : shown) {
        if (c == '"') {
            out += '"';
        }
        out += c;
    }
    return out + '"';
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Decoded d = decode(text, at);
        out += d.length == 0 ? kReplacement : text.substr(at, d.length);
        at += d.length == 0 ? 1 : d.length;
    }
    return out;
}

bool is_valid_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const Decoded d = decode(text, at);
        if (d.length == 0) {
            return false;
        }
        at += d.length;
    }
    return true;
}

}  // namespace trocar
