#pragma once

#include <cstdint>
#include <vector>

#include "importers/readers/evtx/binxml.h"

namespace trocar::evtx {

enum class NodeKind : std::uint8_t {
    root,
    element,
    attribute,
    text,              ///< UTF-16 in the chunk
    cdata,             ///< UTF-16 in the chunk
    char_reference,    ///< `index` is the character
    entity_reference,  ///< `bytes` is the entity's name
    instruction,       ///< `bytes` is the target, `more` the data
    substitution,      ///< in a template's own tree only: value number `index`, declared as `type`
    value,             ///< typed bytes in the chunk
};
inline constexpr std::uint32_t kNoNode = 0xffffffff;

/// One node. Text stays in the chunk, as views: a tree lives no longer than its chunk.
struct Node {
    NodeKind kind = NodeKind::root;
    std::uint8_t type = 0;
    bool optional = false;  ///< substitution: a null value takes the enclosing element or attribute away
    bool dropped = false;   ///< element or attribute taken away by a null value
    std::uint16_t index = 0;
    std::uint16_t dependency = kNoDependency;
    Bytes bytes;
    Bytes more;
    std::uint32_t at = 0;
    std::uint32_t first_attribute = kNoNode;
    std::uint32_t last_attribute = kNoNode;
    std::uint32_t first_child = kNoNode;
    std::uint32_t last_child = kNoNode;
    std::uint32_t next = kNoNode;
};

/// The element structure of one record, or of one template definition. Node 0 is the root.
/// This is the general way of reading BinXML: every record can be read so. Reading by plan (plan.h) must give the same.
/// Thread safety: none. Memory: at most kMaxRecordTokens nodes, kept for the next record.
class Tree {
public:
    /// Reads a record's BinXML in [at, end): templates filled in, nested BinXML in place.
    /// `index` is for slack, where templates may be overwritten; null: they are where they should be.
    [[nodiscard]] bool build_record(Bytes chunk, std::uint32_t at, std::uint32_t end, DefinitionIndex* index,
                                    Budget& budget, Damage& damage);
    /// Reads a template definition, leaving substitutions open.
    [[nodiscard]] bool build_definition(Bytes chunk, const TemplateDefinition& definition, Budget& budget,
                                        Damage& damage);
    [[nodiscard]] const Node& node(std::uint32_t index) const { return nodes_[index]; }
    [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

private:
    enum class Mode : std::uint8_t { record, definition };
    struct Values {
        std::uint32_t first = 0;
        std::uint32_t count = 0;
    };

    bool fragment(std::uint32_t at, std::uint32_t end, std::uint32_t parent, bool dependencies, Values values,
                  int nesting, int depth);
    bool instance(std::uint32_t at, std::uint32_t end, std::uint32_t parent, int nesting, int depth,
                  std::uint32_t& next);
    bool substitute(std::uint32_t at, std::uint32_t parent, std::uint32_t element, Values values, int nesting,
                    int depth);
    std::uint32_t add(Node node, std::uint32_t parent);
    std::uint32_t add_attribute(Node node, std::uint32_t element);
    bool fail(const char* what, std::uint32_t at);

    std::vector<Node> nodes_;
    std::vector<ValueRef> values_;
    Bytes chunk_;
    Budget* budget_ = nullptr;
    Damage* damage_ = nullptr;
    Mode mode_ = Mode::record;
    DefinitionIndex* index_ = nullptr;
};

}  // namespace trocar::evtx
