#pragma once

#include <cstdint>
#include <vector>

#include "core/base/byte_cursor.h"
#include "importers/readers/evtx/value.h"

namespace trocar::evtx {

/// Why BinXML could not be read: static text, and the place in the chunk.
struct Damage {
    const char* what = nullptr;
    std::uint32_t offset = 0;
};

/// How much may still be looked at: hostile templates can be small and expand without end.
struct Budget {
    std::uint32_t record_left = kMaxRecordTokens;
    std::uint32_t chunk_left = kMaxChunkTokens;
    [[nodiscard]] bool take(std::uint32_t tokens) noexcept {
        if (tokens > record_left || tokens > chunk_left) {
            record_left = 0;
            return false;
        }
        record_left -= tokens;
        chunk_left -= tokens;
        return true;
    }
};
inline constexpr const char* kOtherTemplate = "template overwritten by another one";
inline constexpr const char* kBudgetSpent = "BinXML that expands beyond the limit for one record or chunk";

// All offsets below are from the start of the chunk: BinXML refers to names and templates so.

/// A name, UTF-16; `end` is behind its structure when it lies inline.
struct NameRef {
    Bytes utf16;
    std::uint32_t end = 0;
};
[[nodiscard]] bool read_name(Bytes chunk, std::uint32_t offset, NameRef& out) noexcept;
/// A four-byte name offset at `at`, the name behind it when it stands there for the first time. `next` is behind both.
[[nodiscard]] bool read_name_reference(Bytes chunk, std::uint32_t at, std::uint32_t end, NameRef& out,
                                       std::uint32_t& next) noexcept;

/// An open-element token: [MS-EVEN6] gives it a dependency id, values of type BinXml leave it out. The likelier form is
/// tried first and dropped when its sizes and name make no sense.
struct OpenElement {
    NameRef name;
    std::uint16_t dependency = kNoDependency;
    bool attributes = false;
    std::uint32_t next = 0;
};
[[nodiscard]] bool read_open_element(Bytes chunk, std::uint32_t at, std::uint32_t end, bool expect_dependency,
                                     OpenElement& out) noexcept;

/// A template instance: which definition, and where its values are.
struct TemplateInstance {
    std::uint32_t id = 0;          ///< should equal the first four bytes of the definition's GUID
    std::uint32_t definition = 0;  ///< offset of the definition's header
    std::uint32_t count = 0;       ///< of values
    std::uint32_t descriptors = 0;
    std::uint32_t end = 0;         ///< behind the values
};
/// Reads the instance whose token is at `at` and appends its values.
[[nodiscard]] bool read_instance(Bytes chunk, std::uint32_t at, std::uint32_t end, TemplateInstance& out,
                                 std::vector<ValueRef>& values, Damage& damage);

struct TemplateDefinition {
    std::uint32_t offset = 0;
    std::uint32_t id = 0;
    std::uint32_t at = 0;  ///< of its fragment
    std::uint32_t end = 0;
};
[[nodiscard]] bool read_definition(Bytes chunk, std::uint32_t offset, TemplateDefinition& out) noexcept;

/// The definitions that a chunk's header leads to, by identity. A record in slack refers by offset to a definition that
/// newer records may have overwritten; often the same definition lies elsewhere in the chunk.
class DefinitionIndex {
public:
    void begin_chunk(Bytes chunk);
    /// The definition that `instance` means, read; false when it is neither where it says nor anywhere else.
    [[nodiscard]] bool resolve(const TemplateInstance& instance, TemplateDefinition& out);

private:
    struct Entry {
        std::uint32_t id = 0;
        std::uint32_t offset = 0;
    };
    void build();

    Bytes chunk_;
    bool built_ = false;
    std::vector<Entry> entries_;
};

}  // namespace trocar::evtx
