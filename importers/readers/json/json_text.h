#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trocar {

// JSON as text (RFC 8259), tolerant: what to do with bytes that a strict parser refuses.

/// Writes the text between the quotes of a JSON string, with its escapes resolved, to `out` and returns its
/// length. `out` has room for raw.size() + 8 bytes; `raw` may be followed by anything, but 8 bytes after it
/// must be readable. An unpaired surrogate becomes U+FFFD, an unknown escape keeps its character; never
/// fails.
[[nodiscard]] std::size_t unescape_json(std::string_view raw, char* out) noexcept;

/// A copy that a strict parser accepts as far as characters go: U+FFFD for bytes that are no UTF-8, a blank
/// for control characters.
[[nodiscard]] std::string repaired_json(std::string_view text);

/// Indented by two, one member a line. Takes anything, also what is no JSON; `limit` bytes at most.
[[nodiscard]] std::string indented_json(std::string_view text, std::size_t limit);

/// Finds where the value ends that begins at the front of a text which may still grow. Aware of strings; a
/// raw line break within a string means damage (RFC 8259 section 7 forbids it). Thread safety: a value.
class JsonValueEnd {
public:
    enum class Found : unsigned char { end, more, damaged };
    /// `text` is the same text as in the last call, or longer. `end`: end of the value, or where the damage
    /// is.
    [[nodiscard]] Found scan(std::string_view text, std::size_t& end) noexcept;
    /// How far a scan that wants more has looked; the text before is not needed again.
    [[nodiscard]] std::size_t looked_at() const noexcept { return at_; }
    /// The first `count` bytes, no more than looked_at(), are gone from the text.
    void forget(std::size_t count) noexcept { at_ -= count; }

private:
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    bool in_string_ = false;
};

}  // namespace trocar
