#pragma once

#include "importers/readers/text/text_arena.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace trocar {

enum class XmlToken : std::uint8_t { start, end, text, done, damaged };

/// A pull reader for one XML fragment held in memory, made for hostile input: no DTD (a DOCTYPE is damage),
/// no entities beyond the five and numeric references, no namespaces beyond dropping the prefix. Not a
/// validator, but what it passes is well-formed as far as tags go. Thread safety: one thread. Names and plain
/// texts point into the fragment, texts with references into the arena: good until the arena's reset. Limits:
/// kMaxDepth open elements, kMaxAttributes per element. Reading again after `damaged` gives `damaged`.
class XmlReader {
public:
    static constexpr std::size_t kMaxDepth = 64;
    static constexpr std::size_t kMaxAttributes = 64;

    explicit XmlReader(TextArena& arena) : arena_(arena) {}
    void open(std::string_view fragment) noexcept;
    [[nodiscard]] XmlToken next();

    /// Local name of the element started or ended.
    [[nodiscard]] std::string_view name() const { return name_; }
    /// Value of an attribute of the element just started; "" when absent.
    [[nodiscard]] std::string_view attribute(std::string_view name) const;
    [[nodiscard]] bool has_attribute(std::string_view name) const;
    struct Attribute {
        std::string_view name, value;
    };
    /// Of the element just started, by local name; namespace declarations are left out.
    [[nodiscard]] std::span<const Attribute> attributes() const { return attributes_; }
    /// Text between tags or of a CDATA section; blank text comes too.
    [[nodiscard]] std::string_view text() const { return text_; }
    /// Open elements, the one just started included.
    [[nodiscard]] std::size_t depth() const { return open_.size(); }
    /// What is wrong, and where.
    [[nodiscard]] const char* error() const { return error_; }
    [[nodiscard]] std::size_t position() const { return at_; }

private:
    XmlToken damaged(const char* why) noexcept;
    XmlToken read_start();
    XmlToken read_end();
    bool read_name(std::string_view& name) noexcept;
    bool read_attribute();
    bool skip_past(std::string_view mark) noexcept;
    void skip_blanks() noexcept;
    bool decoded(std::string_view raw, std::string_view& out);

    TextArena& arena_;
    std::string_view xml_;
    std::size_t at_ = 0;
    std::string_view name_, text_;
    std::vector<Attribute> attributes_;
    std::vector<std::string_view> open_;  // full names
    bool close_at_once_ = false;          // <x/>: the end comes with the next call
    const char* error_ = nullptr;
};

}  // namespace trocar
