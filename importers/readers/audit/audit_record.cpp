#include "importers/readers/audit/audit_record.h"

#include <cstring>

namespace trocar {
namespace {

constexpr char kEnriched = '\x1d';  // audit-userspace lib/libaudit.h AUDIT_INTERP_SEPARATOR

bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

template <class T>
bool read_digits(const char*& p, const char* end, T most, T& out) noexcept {
    T value = 0;
    const char* begin = p;
    for (; p != end && digit(*p); ++p) {
        const T d = static_cast<T>(*p - '0');
        if (value > (most - d) / 10) {
            return false;
        }
        value = static_cast<T>(value * 10 + d);
    }
    out = value;
    return p != begin;
}

/// Host of "Nov 24 02:18:00 web01 audispd: " (RFC 3164) or "2026-11-24T02:18:00+00:00 web01 audispd: ".
std::string_view host_of_prefix(std::string_view prefix) noexcept {
    const bool iso = prefix.size() > 10 && digit(prefix[0]) && prefix[4] == '-' && prefix[10] == 'T';
    int skip = iso ? 1 : 3;
    for (;;) {
        const std::size_t first = prefix.find_first_not_of(' ');
        if (first == std::string_view::npos) {
            return {};
        }
        prefix.remove_prefix(first);
        const std::size_t end = prefix.find(' ');
        if (end == std::string_view::npos) {
            return {};
        }
        if (skip-- == 0) {
            const std::string_view word = prefix.substr(0, end);
            return word.back() == ':' ? std::string_view{} : word;
        }
        prefix.remove_prefix(end);
    }
}

}  // namespace

bool read_audit_head(std::string_view line, AuditHead& out) noexcept {
    constexpr std::string_view kStamp = "audit(";
    std::size_t at = line.find(kStamp);
    if (at == std::string_view::npos) {
        return false;
    }
    const char* p = line.data() + at + kStamp.size();
    const char* end = line.data() + line.size();
    std::uint32_t fraction = 0;
    if (!read_digits<std::int64_t>(p, end, 9'000'000'000, out.seconds) || p == end || *p++ != '.') {
        return false;
    }
    if (!read_digits<std::uint32_t>(p, end, 999, fraction) || p == end || *p++ != ':') {
        return false;
    }
    out.millis = fraction;
    if (!read_digits<std::uint32_t>(p, end, 0xffffffffU, out.serial) || p == end || *p++ != ')') {
        return false;
    }
    if (p != end && *p == ':') {
        ++p;
    }
    while (p != end && *p == ' ') {
        ++p;
    }
    out.body = {p, static_cast<std::size_t>(end - p)};
    const std::string_view before = line.substr(0, at);
    const std::size_t type = before.rfind("type=");
    if (type == std::string_view::npos || (type != 0 && before[type - 1] != ' ')) {
        return false;
    }
    out.type = before.substr(type + 5, before.find(' ', type) - type - 5);
    out.node = {};
    if (type != 0) {
        const std::size_t node = before.rfind("node=", type);
        if (node != std::string_view::npos && (node == 0 || before[node - 1] == ' ')) {
            out.node = before.substr(node + 5, before.find(' ', node) - node - 5);
        } else {
            out.node = host_of_prefix(before.substr(0, type));
        }
    }
    return !out.type.empty();
}

bool AuditTokens::next(AuditToken& out) noexcept {
    for (;;) {
        while (at_ != end_ && (*at_ == ' ' || *at_ == kEnriched || *at_ == ',')) {
            enriched_ = enriched_ || *at_ == kEnriched;
            ++at_;
        }
        // Messages of older programs stand in brackets: "msg='PAM: session open acct=root : (hostname=?, addr=? res=success)'".
        at_ += at_ != end_ && *at_ == '(' ? 1 : 0;
        if (at_ == end_) {
            return false;
        }
        const char* name = at_;
        while (at_ != end_ && *at_ != '=' && *at_ != ' ' && *at_ != kEnriched) {
            ++at_;
        }
        if (at_ == end_ || *at_ != '=') {
            continue;  // a word, such as "netlabel:"
        }
        out.name = {name, static_cast<std::size_t>(at_ - name)};
        ++at_;
        if (out.name.empty()) {
            continue;
        }
        out.enriched = enriched_;
        out.quoted = false;
        if (at_ != end_ && *at_ == '"') {
            const char* begin = ++at_;
            const auto* close = static_cast<const char*>(std::memchr(begin, '"', static_cast<std::size_t>(end_ - begin)));
            const char* stop = close == nullptr ? end_ : close;
            out.value = {begin, static_cast<std::size_t>(stop - begin)};
            out.quoted = true;
            at_ = close == nullptr ? end_ : close + 1;
            return true;
        }
        if (at_ != end_ && *at_ == '\'' && out.name == "msg") {
            ++at_;
            in_message_ = true;
            continue;
        }
        const char* begin = at_;
        while (at_ != end_ && *at_ != ' ' && *at_ != kEnriched) {
            ++at_;
        }
        const char* stop = at_;
        if (in_message_ && stop != begin && stop[-1] == '\'') {
            --stop;
            in_message_ = false;
            const bool closes = stop != begin && stop[-1] == ')' && *begin != '(';
            stop -= closes ? 1 : 0;
        }
        stop -= stop != begin && stop[-1] == ',' ? 1 : 0;
        out.value = {begin, static_cast<std::size_t>(stop - begin)};
        return true;
    }
}

bool decode_audit_hex(std::string_view value, std::string& out) {
    if (value.size() < 2 || value.size() % 2 != 0) {
        return false;
    }
    out.resize(value.size() / 2);
    const auto nibble = [](char c) {
        return digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = nibble(value[2 * i]);
        const int low = nibble(value[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = static_cast<char>(high << 4 | low);
    }
    return true;
}

}  // namespace trocar
