#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>

namespace trocar {

/// A typed index. Two ids of different tags do not compare or convert. The all-ones value means "none".
template <class Tag, class Rep = std::uint32_t>
struct Id {
    using rep = Rep;
    static constexpr Rep kNone = std::numeric_limits<Rep>::max();

    Rep value = kNone;

    [[nodiscard]] constexpr bool none() const noexcept { return value == kNone; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

using StringId = Id<struct StringTag>;         ///< interned UTF-8 text; 0 is the empty string
using HostId = Id<struct HostTag>;             ///< row of `host`
using SourceId = Id<struct SourceTag>;         ///< row of `source`: one evidence file or archive member
using ChannelId = Id<struct ChannelTag>;       ///< row of `channel`: provider + channel
using FieldId = Id<struct FieldTag, std::uint16_t>;  ///< row of `field`; below kFirstDynamicField: enum Field
using EventId = Id<struct EventTag>;           ///< row of `event`, dense from 0 within a case
using ReferenceId = Id<struct ReferenceTag>;   ///< row of `process_reference`: a process as an event names it
using ProcessId = Id<struct ProcessTag>;       ///< row of `process`: one process life
using RawBlockId = Id<struct RawBlockTag>;     ///< row of `raw_block`

}  // namespace trocar

template <class Tag, class Rep>
struct std::hash<trocar::Id<Tag, Rep>> {
    std::size_t operator()(trocar::Id<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value); }
};
