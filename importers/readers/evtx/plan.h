#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "importers/readers/evtx/name_table.h"
#include "importers/readers/evtx/tree.h"

namespace trocar::evtx {

/// Where in an event a piece of BinXML stands: decides what its elements are.
enum class Place : std::uint8_t { root, event, event_data, user_data };

/// A value of the System element that the reader gives by itself. The others are seen when the record is rendered.
enum class Slot : std::uint8_t {
    none, provider, provider_guid, event_source, event_id, qualifiers, version, level, task, opcode, keywords, time,
    record_id, activity, related_activity, process_id, thread_id, channel, computer, user_id
};

/// A set of slots, by bit.
using Slots = std::uint32_t;
inline constexpr Slots kAllSlots = 0xffffffff;
[[nodiscard]] constexpr Slots operator|(Slot a, Slot b) {
    return 1U << static_cast<unsigned>(a) | 1U << static_cast<unsigned>(b);
}
[[nodiscard]] constexpr Slots operator|(Slots a, Slot b) { return a | 1U << static_cast<unsigned>(b); }
[[nodiscard]] constexpr bool holds(Slots slots, Slot slot) { return (slots >> static_cast<unsigned>(slot) & 1U) != 0; }

enum class Target : std::uint8_t {
    system,   ///< `slot`
    field,    ///< `field`
    unnamed,  ///< the next Data without a name
    part,     ///< of the concatenation before
};

/// One step of reading an event out of substitution values. A plan is a run of them.
struct Step {
    enum class Kind : std::uint8_t {
        skip_if_null,  ///< passes over `count` steps when value `index` is null
        literal,       ///< `text`
        value,         ///< value `index` of the template instance
        direct,        ///< `value`, known already
        concat,        ///< the `count` steps that follow, as one text
        nested,        ///< value `index` is BinXML, to be read at `place`
    };
    Kind kind = Kind::literal;
    Target target = Target::field;
    Slot slot = Slot::none;
    Place place = Place::event;
    bool missing_is_null = false;  ///< skip_if_null: an index beyond the values counts as null
    bool drop_if_null = false;     ///< value: a null one gives nothing (what skip_if_null would do, in one step)
    FieldId field;
    std::uint16_t index = 0;
    std::uint32_t count = 0;
    ValueRef value;
    std::string_view text;
};

/// Turns an element structure into steps: the one place that knows which element gives which field.
///   System                 -> slots
///   EventData/Data@Name    -> field of that name; without a name Data1, Data2, ... in order
///   EventData/<other>      -> field named for its Name attribute or itself ("Binary")
///   UserData/<wrapper>/... -> path below the wrapper, "Group/Item"; attributes "Item@Kind"
///   Event/<other>/...      -> path with that element first, "ProcessingErrorData/ErrorCode"
/// Attributes beyond Name and xmlns give "Field@attribute". Names come from `names`, literal text goes to `literals`.
class Planner {
public:
    /// System values outside of `slots` are left out.
    Planner(const Tree& tree, NameTable& names, TextBuffer& literals, std::vector<Step>& steps, Slots slots);
    /// False: the structure depends on the values, or the literals are too long; read records of it as trees.
    [[nodiscard]] bool plan(Place place);

private:
    bool structure(const Node& owner, Place place);
    bool event_child(const Node& node);
    bool system(const Node& node);
    bool event_data_child(const Node& node);
    bool user_data_child(const Node& node);
    bool path(const Node& node, std::string& prefix);
    bool attributes(const Node& node, std::string_view prefix, bool& any, Name known = Name::empty);
    bool content(const Node& owner, Step target, bool even_if_empty);
    bool literal(const Node& node, std::string& out);
    void close(std::size_t begin, std::size_t first);
    template <class Body>
    bool element(const Node& node, Body body);
    [[nodiscard]] const Node* first_child(const Node& node) const;
    [[nodiscard]] const Node* next(const Node& node) const;

    const Tree& tree_;
    NameTable& names_;
    TextBuffer& literals_;
    std::vector<Step>& steps_;
    Slots slots_;
};

}  // namespace trocar::evtx
