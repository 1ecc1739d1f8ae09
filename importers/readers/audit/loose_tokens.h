#pragma once

#include <cstddef>
#include <string_view>

#include "importers/readers/audit/audit_record.h"

namespace trocar {

/// The name=value pairs of text in which a tool has interpreted audit records (`ausearch -i`, AUOMS): values are quoted, or
/// in [ ] or { }, or bare and may hold blanks. A bare value ends where " name=" follows, so that text that looks like the
/// next pair splits it: such text cannot be told apart. Thread safety: a value.
class LooseTokens {
public:
    static constexpr std::size_t kMaxTokens = 5000;       ///< none beyond: more than an event may have fields
    static constexpr std::size_t kMaxClosed = 64U << 10U; ///< a quote or bracket not closed within is part of a bare value
    explicit LooseTokens(std::string_view body) : rest_(body) {}
    [[nodiscard]] bool next(AuditToken& out) noexcept;

private:
    std::string_view rest_;
    std::size_t count_ = 0;
};

/// Where " name=" begins in `text` from `from` on, or npos: name is a small letter or capital, then letters, digits, _ -.
[[nodiscard]] std::size_t find_next_pair(std::string_view text, std::size_t from) noexcept;

}  // namespace trocar
