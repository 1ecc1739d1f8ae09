#include "importers/readers/xml/xml_reader.h"

#include <algorithm>
#include <cstring>

namespace trocar {
namespace {

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// What may stand in a name, seen from outside: anything that does not end one. Beyond ASCII all is let
// through.
bool is_name(char c) noexcept {
    return !is_blank(c) && c != '>' && c != '/' && c != '=' && c != '<' && c != '"' && c != '\'' &&
           c != '&' && static_cast<unsigned char>(c) >= 0x20;
}

std::string_view local(std::string_view name) noexcept {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::size_t put_utf8(std::uint32_t c, char* out) noexcept {
    // Characters that XML 1.0 section 2.2 does not allow, and what is no code point.
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff) {
        c = 0xfffd;
    }
    if (c < 0x80) {
        out[0] = static_cast<char>(c);
        return 1;
    }
    if (c < 0x800) {
        out[0] = static_cast<char>(0xc0U | c >> 6U);
        out[1] = static_cast<char>(0x80U | (c & 0x3fU));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = static_cast<char>(0xe0U | c >> 12U);
        out[1] = static_cast<char>(0x80U | (c >> 6U & 0x3fU));
        out[2] = static_cast<char>(0x80U | (c & 0x3fU));
        return 3;
    }
    out[0] = static_cast<char>(0xf0U | c >> 18U);
    out[1] = static_cast<char>(0x80U | (c >> 12U & 0x3fU));
    out[2] = static_cast<char>(0x80U | (c >> 6U & 0x3fU));
    out[3] = static_cast<char>(0x80U | (c & 0x3fU));
    return 4;
}

// "lt", "#10", "#x41" between & and ;. Writes at most 4 bytes, never more than the reference took.
bool put_reference(std::string_view name, char* out, std::size_t& length) noexcept {
    struct Entity {
        std::string_view name;
        char c;
    };
    constexpr Entity kFive[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (const Entity& e : kFive) {
        if (name == e.name) {
            *out = e.c;
            length = 1;
            return true;
        }
    }
    if (name.size() < 2 || name.front() != '#' || name.size() > 12) {
        return false;
    }
    const bool hex = name[1] == 'x';
    std::uint32_t value = 0;
    const std::size_t first = hex ? 2 : 1;
    if (name.size() == first) {
        return false;
    }
    for (std::size_t i = first; i < name.size(); ++i) {
        const char c = name[i];
        std::uint32_t digit = 16;
        if (c >= '0' && c <= '9') {
            digit = static_cast<std::uint32_t>(c - '0');
        } else if (hex && c >= 'a' && c <= 'f') {
            digit = static_cast<std::uint32_t>(c - 'a') + 10;
        } else if (hex && c >= 'A' && c <= 'F') {
            digit = static_cast<std::uint32_t>(c - 'A') + 10;
        }
        if (digit > 15) {
            return false;
        }
        value = std::min<std::uint32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
    }
    length = put_utf8(value, out);
    return true;
}

}  // namespace

void XmlReader::open(std::string_view fragment) noexcept {
    xml_ = fragment;
    at_ = 0;
    open_.clear();
    attributes_.clear();
    close_at_once_ = false;
    error_ = nullptr;
}

XmlToken XmlReader::damaged(const char* why) noexcept {
    if (error_ == nullptr) {
        error_ = why;
    }
    return XmlToken::damaged;
}

bool XmlReader::skip_past(std::string_view mark) noexcept {
    const std::size_t found = xml_.find(mark, at_);
    if (found == std::string_view::npos) {
        return false;
    }
    at_ = found + mark.size();
    return true;
}

void XmlReader::skip_blanks() noexcept {
    while (at_ < xml_.size() && is_blank(xml_[at_])) {
        ++at_;
    }
}

bool XmlReader::decoded(std::string_view raw, std::string_view& out) {
    if (raw.empty() || std::memchr(raw.data(), '&', raw.size()) == nullptr) {
        out = raw;
        return true;
    }
    char* const begin = arena_.take(raw.size() + 4);
    char* to = begin;
    std::size_t at = 0;
    while (at < raw.size()) {
        const auto* amp = static_cast<const char*>(std::memchr(raw.data() + at, '&', raw.size() - at));
        const std::size_t until = amp == nullptr ? raw.size() : static_cast<std::size_t>(amp - raw.data());
        std::memcpy(to, raw.data() + at, until - at);
        to += until - at;
        at = until;
        if (amp == nullptr) {
            break;
        }
        const std::size_t semicolon = raw.find(';', at);
        std::size_t length = 0;
        if (semicolon == std::string_view::npos ||
            !put_reference(raw.substr(at + 1, semicolon - at - 1), to, length)) {
            return false;
        }
        to += length;
        at = semicolon + 1;
    }
    out = {begin, static_cast<std::size_t>(to - begin)};
    return true;
}

XmlToken XmlReader::next() {
    if (error_ != nullptr) {
        return XmlToken::damaged;
    }
    if (close_at_once_) {
        close_at_once_ = false;
        open_.pop_back();
        return XmlToken::end;
    }
    while (at_ < xml_.size()) {
        if (xml_[at_] != '<') {
            const std::size_t until = std::min(xml_.find('<', at_), xml_.size());
            const std::string_view raw = xml_.substr(at_, until - at_);
            at_ = until;
            return decoded(raw, text_) ? XmlToken::text
                                       : damaged("a reference that is none of the five entities");
        }
        const std::string_view rest = xml_.substr(at_);
        if (rest.starts_with("<?")) {
            if (!skip_past("?>")) {
                return damaged("a processing instruction without end");
            }
        } else if (rest.starts_with("<!--")) {
            at_ += 4;
            if (!skip_past("-->")) {
                return damaged("a comment without end");
            }
        } else if (constexpr std::string_view kCdata = "<![CDATA["; rest.starts_with(kCdata)) {
            const std::size_t begin = at_ + kCdata.size();
            at_ = begin;
            if (!skip_past("]]>")) {
                return damaged("a CDATA section without end");
            }
            text_ = xml_.substr(begin, at_ - 3 - begin);
            return XmlToken::text;
        } else if (rest.starts_with("<!")) {
            return damaged("a document type declaration, which is refused");
        } else {
            return rest.starts_with("</") ? read_end() : read_start();
        }
    }
    return open_.empty() ? XmlToken::done : damaged("the text ends within an element");
}

bool XmlReader::read_name(std::string_view& name) noexcept {
    const std::size_t begin = at_;
    while (at_ < xml_.size() && is_name(xml_[at_])) {
        ++at_;
    }
    name = xml_.substr(begin, at_ - begin);
    return !name.empty();
}

XmlToken XmlReader::read_start() {
    ++at_;
    std::string_view full;
    if (!read_name(full)) {
        return damaged("a tag without a name");
    }
    if (open_.size() >= kMaxDepth) {
        return damaged("elements nested too deep");
    }
    attributes_.clear();
    for (;;) {
        skip_blanks();
        if (at_ >= xml_.size()) {
            return damaged("a tag without end");
        }
        if (xml_[at_] == '>') {
            ++at_;
            break;
        }
        if (xml_[at_] == '/') {
            if (at_ + 1 >= xml_.size() || xml_[at_ + 1] != '>') {
                return damaged("a tag without end");
            }
            at_ += 2;
            close_at_once_ = true;
            break;
        }
        if (!read_attribute()) {
            return damaged("a broken attribute");
        }
    }
    open_.push_back(full);
    name_ = local(full);
    return XmlToken::start;
}

bool XmlReader::read_attribute() {
    std::string_view full;
    if (!read_name(full)) {
        return false;
    }
    skip_blanks();
    if (at_ >= xml_.size() || xml_[at_] != '=') {
        return false;
    }
    ++at_;
    skip_blanks();
    if (at_ >= xml_.size() || (xml_[at_] != '"' && xml_[at_] != '\'')) {
        return false;
    }
    const std::size_t close = xml_.find(xml_[at_], at_ + 1);
    if (close == std::string_view::npos) {
        return false;
    }
    const std::string_view raw = xml_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    std::string_view value;
    if (raw.find('<') != std::string_view::npos || !decoded(raw, value) ||
        attributes_.size() >= kMaxAttributes) {
        return false;
    }
    if (full != "xmlns" && !full.starts_with("xmlns:")) {
        attributes_.push_back({local(full), value});
    }
    return true;
}

XmlToken XmlReader::read_end() {
    at_ += 2;
    std::string_view full;
    if (!read_name(full)) {
        return damaged("an end tag without a name");
    }
    skip_blanks();
    if (at_ >= xml_.size() || xml_[at_] != '>') {
        return damaged("an end tag without end");
    }
    ++at_;
    if (open_.empty() || open_.back() != full) {
        return damaged("an end tag that closes nothing");
    }
    open_.pop_back();
    name_ = local(full);
    return XmlToken::end;
}

std::string_view XmlReader::attribute(std::string_view name) const {
    for (const Attribute& a : attributes_) {
        if (a.name == name) {
            return a.value;
        }
    }
    return {};
}

bool XmlReader::has_attribute(std::string_view name) const {
    return std::any_of(attributes_.begin(), attributes_.end(),
                       [&](const Attribute& a) { return a.name == name; });
}

}  // namespace trocar
