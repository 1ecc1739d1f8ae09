#include "importers/readers/evtx/binxml.h"

namespace trocar::evtx {
namespace {

constexpr std::size_t kNameHeader = 8;         // next name, hash, count; [EVTX] "Name"
constexpr std::size_t kInstanceHeader = 10;    // token, version, id, definition offset; [EVTX] "Template definition"
constexpr std::size_t kDefinitionHeader = 24;  // next definition, GUID, size
constexpr std::size_t kDescriptor = 4;         // size, type, unused; [EVTX] "Template instance data"

bool holds(std::uint32_t at, std::uint32_t end, std::size_t count) noexcept {
    return at <= end && count <= static_cast<std::size_t>(end) - at;
}

bool read_element_form(Bytes chunk, std::uint32_t at, std::uint32_t end, bool dependency, OpenElement& out) noexcept {
    std::uint32_t p = at + 1;
    out.dependency = kNoDependency;
    if (dependency) {
        if (!holds(p, end, 2)) {
            return false;
        }
        out.dependency = load_le<std::uint16_t>(chunk.data() + p);
        p += 2;
    }
    if (!holds(p, end, 4)) {
        return false;
    }
    const auto size = load_le<std::uint32_t>(chunk.data() + p);
    p += 4;
    return size <= end - p && read_name_reference(chunk, p, end, out.name, out.next) && !out.name.utf16.empty();
}

}  // namespace

bool read_name(Bytes chunk, std::uint32_t offset, NameRef& out) noexcept {
    const auto limit = static_cast<std::uint32_t>(chunk.size());
    if (!holds(offset, limit, kNameHeader)) {
        return false;
    }
    const std::size_t size = load_le<std::uint16_t>(chunk.data() + offset + 6) * std::size_t{2};
    if (!holds(offset + static_cast<std::uint32_t>(kNameHeader), limit, size)) {
        return false;
    }
    out.utf16 = chunk.subspan(offset + kNameHeader, size);
    out.end = offset + static_cast<std::uint32_t>(kNameHeader + size + 2);  // an end-of-string character follows
    return true;
}

bool read_name_reference(Bytes chunk, std::uint32_t at, std::uint32_t end, NameRef& out, std::uint32_t& next) noexcept {
    if (!holds(at, end, 4)) {
        return false;
    }
    const auto offset = load_le<std::uint32_t>(chunk.data() + at);
    next = at + 4;
    if (!read_name(chunk, offset, out)) {
        return false;
    }
    if (offset == next) {
        next = out.end;
    }
    return next <= end;
}

bool read_open_element(Bytes chunk, std::uint32_t at, std::uint32_t end, bool expect_dependency,
                       OpenElement& out) noexcept {
    if (!holds(at, end, 1)) {
        return false;
    }
    out.attributes = (std::to_integer<std::uint8_t>(chunk[at]) & kTokenMore) != 0;
    if (!read_element_form(chunk, at, end, expect_dependency, out) &&
        !read_element_form(chunk, at, end, !expect_dependency, out)) {
        return false;
    }
    if (out.attributes) {
        // Size of the attribute list: not needed, attributes end with the start tag.
        if (!holds(out.next, end, 4)) {
            return false;
        }
        out.next += 4;
    }
    return true;
}

bool read_instance(Bytes chunk, std::uint32_t at, std::uint32_t end, TemplateInstance& out,
                   std::vector<ValueRef>& values, Damage& damage) {
    if (!holds(at, end, kInstanceHeader)) {
        damage = {"template instance cut short", at};
        return false;
    }
    const std::byte* p = chunk.data() + at;
    out.id = load_le<std::uint32_t>(p + 2);
    out.definition = load_le<std::uint32_t>(p + 6);
    std::uint32_t next = at + static_cast<std::uint32_t>(kInstanceHeader);
    if (out.definition == next) {  // defined here, for the first time in this chunk
        TemplateDefinition definition;
        if (!read_definition(chunk, out.definition, definition) || definition.end > end) {
            damage = {"template definition cut short", next};
            return false;
        }
        next = definition.end;
    }
    if (!holds(next, end, 4)) {
        damage = {"template values cut short", next};
        return false;
    }
    out.count = load_le<std::uint32_t>(chunk.data() + next);
    out.descriptors = next + 4;
    if (out.count > (end - out.descriptors) / kDescriptor) {
        damage = {"template instance with more values than fit", next};
        return false;
    }
    std::uint32_t data = out.descriptors + out.count * static_cast<std::uint32_t>(kDescriptor);
    const std::size_t first = values.size();
    values.resize(first + out.count);
    const std::byte* descriptor = chunk.data() + out.descriptors;
    for (std::uint32_t i = 0; i < out.count; ++i, descriptor += kDescriptor) {
        const auto size = load_le<std::uint16_t>(descriptor);
        values[first + i] = {data, size, std::to_integer<std::uint8_t>(descriptor[2])};
        data += size;
    }
    // Sizes are 16 bits and there are less than 2^14 of them: the sum cannot wrap.
    if (data > end) {
        damage = {"template values longer than their record", out.descriptors};
        return false;
    }
    out.end = data;
    return true;
}

bool read_definition(Bytes chunk, std::uint32_t offset, TemplateDefinition& out) noexcept {
    const auto limit = static_cast<std::uint32_t>(chunk.size());
    if (!holds(offset, limit, kDefinitionHeader)) {
        return false;
    }
    out.offset = offset;
    out.id = load_le<std::uint32_t>(chunk.data() + offset + 4);
    const auto size = load_le<std::uint32_t>(chunk.data() + offset + 20);
    out.at = offset + static_cast<std::uint32_t>(kDefinitionHeader);
    if (!holds(out.at, limit, size)) {
        return false;
    }
    out.end = out.at + size;
    return true;
}

void DefinitionIndex::begin_chunk(Bytes chunk) {
    chunk_ = chunk;
    built_ = false;
    entries_.clear();
}

void DefinitionIndex::build() {
    // [EVTX] "Chunk header": 32 lists of definitions, linked by their first field.
    constexpr std::size_t kLists = 384, kListCount = 32, kLongest = 1024;
    built_ = true;
    if (chunk_.size() < kChunkHeaderSize) {
        return;
    }
    for (std::size_t i = 0; i < kListCount; ++i) {
        auto offset = load_le<std::uint32_t>(chunk_.data() + kLists + 4 * i);
        TemplateDefinition definition;
        for (std::size_t steps = 0; offset != 0 && steps < kLongest; ++steps) {
            if (!read_definition(chunk_, offset, definition)) {
                break;
            }
            entries_.push_back({definition.id, offset});
            offset = load_le<std::uint32_t>(chunk_.data() + offset);
        }
    }
}

bool DefinitionIndex::resolve(const TemplateInstance& instance, TemplateDefinition& out) {
    if (read_definition(chunk_, instance.definition, out) && out.id == instance.id) {
        return true;
    }
    if (!built_) {
        build();
    }
    for (const Entry& entry : entries_) {
        if (entry.id == instance.id) {
            return read_definition(chunk_, entry.offset, out);
        }
    }
    return false;
}

}  // namespace trocar::evtx
