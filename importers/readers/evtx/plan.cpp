#include "importers/readers/evtx/plan.h"

#include <array>
#include <cstring>

#include "importers/readers/evtx/utf16.h"

namespace trocar::evtx {
namespace {

constexpr auto kBinXml = static_cast<std::uint8_t>(Type::bin_xml);

bool is_content(const Node& node) {
    switch (node.kind) {
        case NodeKind::text:
        case NodeKind::cdata:
        case NodeKind::char_reference:
        case NodeKind::entity_reference:
        case NodeKind::substitution:
        case NodeKind::value: return true;
        default: return false;
    }
}

/// Event.xsd, SystemPropertiesType.
Slot slot_of(Name element, Name attribute) {
    switch (element) {
        case Name::provider:
            switch (attribute) {
                case Name::name: return Slot::provider;
                case Name::guid: return Slot::provider_guid;
                case Name::event_source_name: return Slot::event_source;
                default: return Slot::none;
            }
        case Name::event_id:
            if (attribute == Name::qualifiers) {
                return Slot::qualifiers;
            }
            return attribute == Name::empty ? Slot::event_id : Slot::none;
        case Name::time_created: return attribute == Name::system_time ? Slot::time : Slot::none;
        case Name::correlation:
            if (attribute == Name::activity_id) {
                return Slot::activity;
            }
            return attribute == Name::related_activity_id ? Slot::related_activity : Slot::none;
        case Name::execution:
            if (attribute == Name::process_id) {
                return Slot::process_id;
            }
            return attribute == Name::thread_id ? Slot::thread_id : Slot::none;
        case Name::security: return attribute == Name::user_id ? Slot::user_id : Slot::none;
        default: break;
    }
    if (attribute != Name::empty) {
        return Slot::none;
    }
    switch (element) {
        case Name::version: return Slot::version;
        case Name::level: return Slot::level;
        case Name::task: return Slot::task;
        case Name::opcode: return Slot::opcode;
        case Name::keywords: return Slot::keywords;
        case Name::event_record_id: return Slot::record_id;
        case Name::channel: return Slot::channel;
        case Name::computer: return Slot::computer;
        default: return Slot::none;
    }
}

bool is_namespace(std::string_view attribute) {
    return attribute == "xmlns" || attribute.substr(0, 6) == "xmlns:";
}

Step to_field(FieldId field) {
    Step step;
    step.field = field;
    return step;
}

}  // namespace

Planner::Planner(const Tree& tree, NameTable& names, TextBuffer& literals, std::vector<Step>& steps, Slots slots)
    : tree_(tree), names_(names), literals_(literals), steps_(steps), slots_(slots) {}

const Node* Planner::first_child(const Node& node) const {
    return node.first_child == kNoNode ? nullptr : &tree_.node(node.first_child);
}

const Node* Planner::next(const Node& node) const { return node.next == kNoNode ? nullptr : &tree_.node(node.next); }

bool Planner::plan(Place place) { return structure(tree_.node(0), place); }

/// `body` between the conditions under which the element is there at all.
template <class Body>
bool Planner::element(const Node& node, Body body) {
    if (node.dropped) {
        return true;
    }
    const std::size_t begin = steps_.size();
    if (node.dependency != kNoDependency) {
        Step skip;
        skip.kind = Step::Kind::skip_if_null;
        skip.index = node.dependency;
        steps_.push_back(skip);
    }
    for (const Node* child = first_child(node); child != nullptr; child = next(*child)) {
        if (child->kind == NodeKind::substitution && child->optional && child->type != kBinXml) {
            Step skip;
            skip.kind = Step::Kind::skip_if_null;
            skip.index = child->index;
            skip.missing_is_null = true;
            steps_.push_back(skip);
        }
    }
    const std::size_t first = steps_.size();
    if (!body()) {
        return false;
    }
    close(begin, first);
    return true;
}

/// Gives the conditions [begin, first) their reach: the steps from `first`.
void Planner::close(std::size_t begin, std::size_t first) {
    if (first == steps_.size()) {
        steps_.resize(begin);  // nothing depends on them
        return;
    }
    Step& last = steps_.back();
    if (first + 1 == steps_.size() && first == begin + 1 && last.kind == Step::Kind::value &&
        steps_[begin].index == last.index && steps_[begin].missing_is_null) {
        last.drop_if_null = true;
        steps_[begin] = last;
        steps_.pop_back();
        return;
    }
    for (std::size_t i = begin; i < first; ++i) {
        steps_[i].count = static_cast<std::uint32_t>(steps_.size() - i - 1);
    }
}

/// The elements and BinXML values of Event, EventData, UserData, or of a whole document.
bool Planner::structure(const Node& owner, Place place) {
    bool text = false;
    for (const Node* child = first_child(owner); child != nullptr; child = next(*child)) {
        if (child->kind == NodeKind::substitution) {
            if (child->type != kBinXml || place == Place::root) {
                return false;
            }
            Step step;
            step.kind = Step::Kind::nested;
            step.index = child->index;
            step.place = place;
            steps_.push_back(step);
            continue;
        }
        if (child->kind != NodeKind::element) {
            text = text || is_content(*child);
            continue;
        }
        const Node& node = *child;
        const bool good = element(node, [&] {
            switch (place) {
                case Place::root: {
                    std::string prefix;
                    return names_.intern(node.bytes) == Name::event ? structure(node, Place::event) : path(node, prefix);
                }
                case Place::event: return event_child(node);
                case Place::event_data: return event_data_child(node);
                case Place::user_data: return user_data_child(node);
            }
            return false;
        });
        if (!good) {
            return false;
        }
    }
    if (!text || owner.kind != NodeKind::element) {
        return true;
    }
    return content(owner, to_field(names_.field(names_.intern(owner.bytes))), false);
}

bool Planner::event_child(const Node& node) {
    const Name name = names_.intern(node.bytes);
    bool any = false;
    switch (name) {
        case Name::system: return system(node);
        case Name::event_data: return attributes(node, names_.text(name), any) && structure(node, Place::event_data);
        case Name::user_data: return attributes(node, names_.text(name), any) && structure(node, Place::user_data);
        default: {
            std::string prefix;
            return path(node, prefix);
        }
    }
}

bool Planner::system(const Node& node) {
    const auto wanted = [this](Slot slot) { return slot != Slot::none && holds(slots_, slot); };
    for (const Node* child = first_child(node); child != nullptr; child = next(*child)) {
        if (child->kind == NodeKind::substitution) {
            return false;
        }
        if (child->kind != NodeKind::element) {
            continue;
        }
        const bool good = element(*child, [&] {
            const Name name = names_.intern(child->bytes);
            Step step;
            step.target = Target::system;
            for (std::uint32_t i = child->first_attribute; i != kNoNode; i = tree_.node(i).next) {
                const Node& attribute = tree_.node(i);
                step.slot = slot_of(name, names_.intern(attribute.bytes));
                if (wanted(step.slot) && !element(attribute, [&] { return content(attribute, step, false); })) {
                    return false;
                }
            }
            step.slot = slot_of(name, Name::empty);
            return !wanted(step.slot) || content(*child, step, false);
        });
        if (!good) {
            return false;
        }
    }
    return true;
}

bool Planner::event_data_child(const Node& node) {
    const Name element_name = names_.intern(node.bytes);
    std::string name;
    for (std::uint32_t i = node.first_attribute; i != kNoNode; i = tree_.node(i).next) {
        const Node& attribute = tree_.node(i);
        if (names_.intern(attribute.bytes) != Name::name || attribute.dropped) {
            continue;
        }
        for (const Node* part = first_child(attribute); part != nullptr && name.size() < kMaxRecordText;
             part = next(*part)) {
            if (part->kind == NodeKind::value) {
                append_value(part->bytes, static_cast<Type>(part->type & ~kTypeArray), name);
            } else if (!literal(*part, name)) {
                return false;
            }
        }
    }
    Step step;
    if (!name.empty()) {
        step.field = names_.field(name);
    } else if (element_name == Name::data) {
        step.target = Target::unnamed;
    } else {
        step.field = names_.field(element_name);
    }
    std::string prefix = name.empty() ? std::string(names_.text(element_name)) : name;
    bool any = false;
    bool children = false;
    if (!attributes(node, prefix, any, Name::name)) {
        return false;
    }
    for (const Node* child = first_child(node); child != nullptr; child = next(*child)) {
        if (child->kind == NodeKind::element) {
            children = true;
            if (!element(*child, [&] { return path(*child, prefix); })) {
                return false;
            }
        }
    }
    return content(node, step, !children);
}

bool Planner::user_data_child(const Node& node) {
    const Name name = names_.intern(node.bytes);
    bool any = false;
    bool children = false;
    if (!attributes(node, names_.text(name), any)) {
        return false;
    }
    for (const Node* child = first_child(node); child != nullptr; child = next(*child)) {
        if (child->kind == NodeKind::element) {
            children = true;
            std::string prefix;
            if (!element(*child, [&] { return path(*child, prefix); })) {
                return false;
            }
        }
    }
    return content(node, to_field(names_.field(name)), !children && !any);
}

bool Planner::path(const Node& node, std::string& prefix) {
    const std::size_t length = prefix.size();
    if (length < NameTable::kMaxPath) {
        if (!prefix.empty()) {
            prefix += '/';
        }
        prefix += names_.text(names_.intern(node.bytes));
    }
    bool any = false;
    bool children = false;
    if (!attributes(node, prefix, any)) {
        return false;
    }
    for (const Node* child = first_child(node); child != nullptr; child = next(*child)) {
        if (child->kind == NodeKind::element) {
            children = true;
            if (!element(*child, [&] { return path(*child, prefix); })) {
                return false;
            }
        }
    }
    const bool good = content(node, to_field(names_.field(prefix)), !children && !any);
    prefix.resize(length);
    return good;
}

/// `any` is set when an attribute gives a field; `known` has been dealt with.
bool Planner::attributes(const Node& node, std::string_view prefix, bool& any, Name known) {
    for (std::uint32_t i = node.first_attribute; i != kNoNode; i = tree_.node(i).next) {
        const Node& attribute = tree_.node(i);
        const Name name = names_.intern(attribute.bytes);
        const std::string_view text = names_.text(name);
        if ((known != Name::empty && name == known) || is_namespace(text) || attribute.dropped) {
            continue;
        }
        any = true;
        const FieldId field = names_.field(std::string(prefix) + '@' + std::string(text));
        if (!element(attribute, [&] { return content(attribute, to_field(field), true); })) {
            return false;
        }
    }
    return true;
}

/// Appends literal text; false for a substitution.
bool Planner::literal(const Node& node, std::string& out) {
    if (out.size() > kMaxRecordText) {  // names of entities are outside of the template: small tokens, long texts
        return node.kind != NodeKind::substitution && node.kind != NodeKind::value;
    }
    switch (node.kind) {
        case NodeKind::text:
        case NodeKind::cdata: out += utf8_of(without_trailing_nul(node.bytes)); return true;
        case NodeKind::char_reference: {
            const std::array<std::byte, 2> unit{static_cast<std::byte>(node.index & 0xff),
                                                static_cast<std::byte>(node.index >> 8)};
            out += utf8_of(unit);
            return true;
        }
        case NodeKind::entity_reference: {
            const std::string name = utf8_of(node.bytes);
            if (name == "amp") {
                out += '&';
            } else if (name == "lt") {
                out += '<';
            } else if (name == "gt") {
                out += '>';
            } else if (name == "quot") {
                out += '"';
            } else if (name == "apos") {
                out += '\'';
            } else {
                out += '&' + name + ';';
            }
            return true;
        }
        case NodeKind::element:
        case NodeKind::instruction: return true;
        default: return false;
    }
}

/// The text of an element or attribute as steps that end at `target`.
bool Planner::content(const Node& owner, Step target, bool even_if_empty) {
    const std::size_t head = steps_.size();
    std::string pending;
    std::uint32_t parts = 0;
    const auto flush = [&] {
        char* const room = literals_.room(pending.size());
        if (room == nullptr) {
            return false;
        }
        std::memcpy(room, pending.data(), pending.size());
        Step part;
        part.target = Target::part;
        part.text = literals_.keep(room + pending.size());
        steps_.push_back(part);
        pending.clear();
        ++parts;
        return true;
    };
    bool any = false;
    for (const Node* child = first_child(owner); child != nullptr; child = next(*child)) {
        if (!is_content(*child)) {
            continue;
        }
        any = true;
        if (literal(*child, pending)) {
            continue;
        }
        if (!pending.empty() && !flush()) {
            return false;
        }
        Step part;
        part.target = Target::part;
        if (child->kind == NodeKind::value) {
            part.kind = Step::Kind::direct;
            part.value = {child->at, static_cast<std::uint16_t>(child->bytes.size()), child->type};
        } else if (child->type == kBinXml) {
            return false;
        } else {
            part.kind = Step::Kind::value;
            part.index = child->index;
        }
        steps_.push_back(part);
        ++parts;
    }
    if (!any && !even_if_empty) {
        return true;
    }
    if ((!pending.empty() || parts == 0) && !flush()) {
        return false;
    }
    if (parts > 1) {
        target.kind = Step::Kind::concat;
        target.count = parts;
        steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(head), target);
        return true;
    }
    Step& only = steps_[head];
    only.target = target.target;
    only.slot = target.slot;
    only.field = target.field;
    return true;
}

}  // namespace trocar::evtx
