#include "importers/readers/evtx/tree.h"

#include <array>

namespace trocar::evtx {
namespace {

/// The text behind a token: [EVTX] "Unicode text string".
bool read_text(Bytes chunk, std::uint32_t at, std::uint32_t end, Bytes& text, std::uint32_t& next) noexcept {
    if (at > end || end - at < 2) {
        return false;
    }
    const std::uint32_t size = load_le<std::uint16_t>(chunk.data() + at) * 2U;
    if (size > end - at - 2) {
        return false;
    }
    text = chunk.subspan(at + 2, size);
    next = at + 2 + size;
    return true;
}

}  // namespace

bool Tree::fail(const char* what, std::uint32_t at) {
    if (damage_->what == nullptr) {
        *damage_ = {what, at};
    }
    return false;
}

std::uint32_t Tree::add(Node node, std::uint32_t parent) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(node);
    Node& owner = nodes_[parent];
    if (owner.last_child == kNoNode) {
        owner.first_child = index;
    } else {
        nodes_[owner.last_child].next = index;
    }
    nodes_[parent].last_child = index;
    return index;
}

std::uint32_t Tree::add_attribute(Node node, std::uint32_t element) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(node);
    Node& owner = nodes_[element];
    if (owner.last_attribute == kNoNode) {
        owner.first_attribute = index;
    } else {
        nodes_[owner.last_attribute].next = index;
    }
    nodes_[element].last_attribute = index;
    return index;
}

bool Tree::build_record(Bytes chunk, std::uint32_t at, std::uint32_t end, DefinitionIndex* index, Budget& budget,
                        Damage& damage) {
    index_ = index;
    nodes_.clear();
    values_.clear();
    nodes_.emplace_back();
    chunk_ = chunk;
    budget_ = &budget;
    damage_ = &damage;
    mode_ = Mode::record;
    return fragment(at, end, 0, true, {}, 0, 0);
}

bool Tree::build_definition(Bytes chunk, const TemplateDefinition& definition, Budget& budget, Damage& damage) {
    nodes_.clear();
    values_.clear();
    nodes_.emplace_back();
    chunk_ = chunk;
    budget_ = &budget;
    damage_ = &damage;
    mode_ = Mode::definition;
    return fragment(definition.at, definition.end, 0, true, {}, 0, 0);
}

bool Tree::fragment(std::uint32_t at, std::uint32_t end, std::uint32_t parent, bool dependencies, Values values,
                    int nesting, int depth) {
    if (nesting > kMaxNesting) {
        return fail("BinXML values nested too deep", at);
    }
    // Open elements of this fragment; `target` takes text: the element, or the attribute being read.
    std::array<std::uint32_t, kMaxElementDepth + 1> open{};
    std::size_t level = 0;
    open[0] = parent;
    std::uint32_t target = parent;
    bool in_start_tag = false;
    std::uint32_t instruction = kNoNode;

    while (at < end) {
        if (!budget_->take(1)) {
            return fail(kBudgetSpent, at);
        }
        const auto byte = std::to_integer<std::uint8_t>(chunk_[at]);
        const auto token = static_cast<Token>(byte & ~kTokenMore);
        const bool content = token == Token::value || token == Token::cdata || token == Token::char_reference ||
                             token == Token::entity_reference || token == Token::substitution ||
                             token == Token::optional_substitution;
        if (in_start_tag && target == open[level] && content) {
            return fail("text between attributes", at);
        }
        Node node;
        node.at = at;
        switch (token) {
            case Token::end_of_fragment:
                if (level != 0) {
                    return fail("fragment ends inside an element", at);
                }
                return true;
            case Token::fragment_header:
                if (end - at < 4) {
                    return fail("fragment header cut short", at);
                }
                at += 4;
                break;
            case Token::open_element: {
                if (in_start_tag) {
                    return fail("element inside a start tag", at);
                }
                if (depth + static_cast<int>(level) >= kMaxElementDepth) {
                    return fail("elements nested too deep", at);
                }
                OpenElement element;
                if (!read_open_element(chunk_, at, end, dependencies, element)) {
                    return fail("element start cut short or without a name", at);
                }
                node.kind = NodeKind::element;
                node.bytes = element.name.utf16;
                node.dependency = element.dependency;
                if (mode_ == Mode::record && element.dependency < values.count &&
                    values_[values.first + element.dependency].null()) {
                    node.dropped = true;
                }
                const std::uint32_t index = add(node, open[level]);
                open[++level] = index;
                target = index;
                in_start_tag = true;
                at = element.next;
                break;
            }
            case Token::attribute: {
                if (!in_start_tag) {
                    return fail("attribute outside a start tag", at);
                }
                NameRef name;
                std::uint32_t next = 0;
                if (!read_name_reference(chunk_, at + 1, end, name, next)) {
                    return fail("attribute cut short or without a name", at);
                }
                node.kind = NodeKind::attribute;
                node.bytes = name.utf16;
                target = add_attribute(node, open[level]);
                at = next;
                break;
            }
            case Token::close_start_element:
            case Token::close_empty_element:
                if (!in_start_tag) {
                    return fail("start tag closed twice", at);
                }
                in_start_tag = false;
                if (token == Token::close_empty_element) {
                    --level;
                }
                target = open[level];
                ++at;
                break;
            case Token::end_element:
                if (in_start_tag || level == 0) {
                    return fail("end of an element that is not open", at);
                }
                target = open[--level];
                ++at;
                break;
            case Token::value: {
                if (end - at < 2 || static_cast<Type>(std::to_integer<std::uint8_t>(chunk_[at + 1])) != Type::string) {
                    return fail("literal value that is not a string", at);
                }
                node.kind = NodeKind::text;
                if (!read_text(chunk_, at + 2, end, node.bytes, at)) {
                    return fail("text cut short", at);
                }
                add(node, target);
                break;
            }
            case Token::cdata:
                node.kind = NodeKind::cdata;
                if (!read_text(chunk_, at + 1, end, node.bytes, at)) {
                    return fail("CDATA cut short", at);
                }
                add(node, target);
                break;
            case Token::char_reference:
                if (end - at < 3) {
                    return fail("character reference cut short", at);
                }
                node.kind = NodeKind::char_reference;
                node.index = load_le<std::uint16_t>(chunk_.data() + at + 1);
                add(node, target);
                at += 3;
                break;
            case Token::entity_reference: {
                NameRef name;
                std::uint32_t next = 0;
                if (!read_name_reference(chunk_, at + 1, end, name, next)) {
                    return fail("entity reference cut short", at);
                }
                node.kind = NodeKind::entity_reference;
                node.bytes = name.utf16;
                add(node, target);
                at = next;
                break;
            }
            case Token::pi_target: {
                NameRef name;
                std::uint32_t next = 0;
                if (in_start_tag || !read_name_reference(chunk_, at + 1, end, name, next)) {
                    return fail("processing instruction cut short or misplaced", at);
                }
                node.kind = NodeKind::instruction;
                node.bytes = name.utf16;
                instruction = add(node, open[level]);
                at = next;
                break;
            }
            case Token::pi_data: {
                Bytes text;
                if (!read_text(chunk_, at + 1, end, text, at) || instruction == kNoNode) {
                    return fail("processing instruction data cut short or misplaced", at);
                }
                nodes_[instruction].more = text;
                instruction = kNoNode;
                break;
            }
            case Token::template_instance: {
                std::uint32_t next = 0;
                if (in_start_tag || mode_ == Mode::definition) {
                    return fail("template instance where none may be", at);
                }
                if (!instance(at, end, open[level], nesting, depth + static_cast<int>(level), next)) {
                    return false;
                }
                at = next;
                break;
            }
            case Token::substitution:
            case Token::optional_substitution:
                if (end - at < 4) {
                    return fail("substitution cut short", at);
                }
                if (!substitute(at, target, open[level], values, nesting, depth + static_cast<int>(level))) {
                    return false;
                }
                at += 4;
                break;
            default: return fail("unknown BinXML token", at);
        }
    }
    return level == 0 || fail("fragment ends inside an element", at);
}

bool Tree::instance(std::uint32_t at, std::uint32_t end, std::uint32_t parent, int nesting, int depth,
                    std::uint32_t& next) {
    TemplateInstance found;
    const auto first = static_cast<std::uint32_t>(values_.size());
    if (!read_instance(chunk_, at, end, found, values_, *damage_)) {
        return false;
    }
    if (!budget_->take(found.count)) {
        return fail(kBudgetSpent, at);
    }
    TemplateDefinition definition;
    if (index_ != nullptr) {
        if (!index_->resolve(found, definition)) {
            return fail(kOtherTemplate, at);
        }
    } else if (!read_definition(chunk_, found.definition, definition)) {
        return fail("template definition outside the chunk", at);
    }
    next = found.end;
    const bool good = fragment(definition.at, definition.end, parent, true, {first, found.count}, nesting + 1, depth);
    values_.resize(first);
    return good;
}

bool Tree::substitute(std::uint32_t at, std::uint32_t parent, std::uint32_t element, Values values, int nesting,
                      int depth) {
    Node node;
    node.at = at;
    node.optional = static_cast<Token>(chunk_[at]) == Token::optional_substitution;
    node.index = load_le<std::uint16_t>(chunk_.data() + at + 1);
    node.type = std::to_integer<std::uint8_t>(chunk_[at + 3]);
    if (mode_ == Mode::definition) {
        node.kind = NodeKind::substitution;
        add(node, parent);
        return true;
    }
    node.kind = NodeKind::value;
    ValueRef value;  // a number beyond the values there are counts as null
    if (node.index < values.count) {
        value = values_[values.first + node.index];
    }
    if (value.null()) {
        // [MS-EVEN6] 3.1.4.7.2: an optional substitution with a null value takes its element or attribute away. Not so for
        // BinXML: the Event element stays when there is no event data.
        if (node.type == static_cast<std::uint8_t>(Type::bin_xml)) {
            return true;
        }
        nodes_[parent].dropped = nodes_[parent].dropped || node.optional;
    }
    if (value.nested()) {
        if (nodes_[parent].kind == NodeKind::attribute) {
            return fail("BinXML inside an attribute", at);
        }
        return value.size == 0 ||
               fragment(value.at, value.at + value.size, element, false, {}, nesting + 1, depth);
    }
    node.type = value.type;
    node.bytes = chunk_.subspan(value.at, value.size);
    node.at = value.at;
    add(node, parent);
    return true;
}

}  // namespace trocar::evtx
