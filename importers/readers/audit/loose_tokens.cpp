#include "importers/readers/audit/loose_tokens.h"

namespace trocar {
namespace {

constexpr char kEnriched = '\x1d';  // audit-userspace lib/libaudit.h AUDIT_INTERP_SEPARATOR

bool letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool in_name(char c) noexcept {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '[' || c == ']';
}

bool blank(char c) noexcept {
    return c == ' ' || c == kEnriched || c == '\t' || c == '\r' || c == '\n';
}

/// Length of "name=" at the front; 0: no name stands there.
std::size_t name_length(std::string_view text) noexcept {
    constexpr std::size_t kLongest = 64;
    std::size_t at = 0;
    while (at < text.size() && at < kLongest && in_name(text[at])) {
        ++at;
    }
    return at != 0 && at < text.size() && text[at] == '=' && letter(text[0]) ? at : 0;
}

/// Behind the closing character of text that begins with `open`; text between quotes does not close.
std::size_t closed(std::string_view text, char open) noexcept {
    text = text.substr(0, LooseTokens::kMaxClosed);
    const char close = open == '[' ? ']' : open == '{' ? '}' : open;
    bool quoted = false;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\' && (quoted || open == '"')) {
            ++at;
        } else if (open == '[' && text[at] == '"') {
            quoted = !quoted;
        } else if (text[at] == close && !quoted && (at + 1 == text.size() || blank(text[at + 1]))) {
            return at + 1;
        }
    }
    return 0;
}

}  // namespace

std::size_t find_next_pair(std::string_view text, std::size_t from) noexcept {
    for (std::size_t at = from; at < text.size(); ++at) {
        if (blank(text[at]) && name_length(text.substr(at + 1)) != 0) {
            return at;
        }
    }
    return std::string_view::npos;
}

bool LooseTokens::next(AuditToken& out) noexcept {
    while (!rest_.empty() && count_ < kMaxTokens) {
        while (!rest_.empty() && blank(rest_.front())) {
            rest_.remove_prefix(1);
        }
        const std::size_t length = name_length(rest_);
        if (length == 0) {  // a word on its own
            std::size_t at = 0;
            while (at < rest_.size() && !blank(rest_[at])) {
                ++at;
            }
            rest_.remove_prefix(at);
            continue;
        }
        ++count_;
        out = {};
        out.name = rest_.substr(0, length);
        rest_.remove_prefix(length + 1);
        if (!rest_.empty() && (rest_.front() == '"' || rest_.front() == '[' || rest_.front() == '{')) {
            if (const std::size_t end = closed(rest_, rest_.front()); end != 0) {
                out.quoted = rest_.front() == '"';
                out.value = out.quoted ? rest_.substr(1, end - 2) : rest_.substr(0, end);
                rest_.remove_prefix(end);
                return true;
            }
        }
        std::size_t end = rest_.empty() || !blank(rest_.front()) ? find_next_pair(rest_, 0) : 0;
        end = end == std::string_view::npos ? rest_.size() : end;
        out.value = rest_.substr(0, end);
        while (!out.value.empty() && blank(out.value.back())) {
            out.value.remove_suffix(1);
        }
        rest_.remove_prefix(end);
        return true;
    }
    return false;
}

}  // namespace trocar
