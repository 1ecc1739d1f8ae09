#pragma once

#include "core/base/guid.h"
#include "core/base/time.h"
#include "core/model/event.h"
#include "core/model/field.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace trocar {

/// The known fields of one event, found by name in O(1) and read in whatever form the notation gave them
/// (text or typed). Reused from event to event, so that nothing is allocated in the steady state. Where a
/// name comes twice the first counts. Thread safety: one thread. Texts live until the next reset().
class EventFields {
public:
    void reset(std::span<const FieldValue> fields) noexcept;

    /// Null when absent; Field::count_ ("no such field") is always absent.
    [[nodiscard]] const FieldValue* find(Field field) const noexcept {
        const std::uint16_t at = at_[static_cast<std::size_t>(field)];
        return at == kAbsent ? nullptr : &fields_[at];
    }
    [[nodiscard]] bool has(Field field) const noexcept { return find(field) != nullptr; }
    /// "" when absent.
    [[nodiscard]] std::string_view text(Field field);
    [[nodiscard]] std::optional<std::uint64_t> number(Field field) const noexcept;
    [[nodiscard]] std::optional<Guid> guid(Field field) const noexcept;
    [[nodiscard]] std::optional<UtcNanos> time(Field field) const noexcept;
    /// An empty string that lives until reset(), for texts made of several fields.
    [[nodiscard]] std::string& scratch();

private:
    static constexpr std::uint16_t kAbsent = 0xffff;

    std::array<std::uint16_t, kKnownFieldCount + 1> at_{};
    std::span<const FieldValue> fields_;
    std::deque<std::string> scratch_;  // a deque: references stay good while it grows
    std::size_t scratch_used_ = 0;
};

}  // namespace trocar
