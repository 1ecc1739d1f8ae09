#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trocar::test {

/// "text" as UTF-16 little-endian; input is ASCII.
[[nodiscard]] std::string utf16(std::string_view ascii);
template <class T>
[[nodiscard]] std::string little_endian(T value) {
    return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

/// A value of a template instance, as bytes.
struct EvtxValue {
    std::uint8_t type = 0;
    std::string bytes;
};
[[nodiscard]] inline EvtxValue null_value() { return {}; }
[[nodiscard]] inline EvtxValue text_value(std::string_view ascii) { return {0x01, utf16(ascii)}; }
template <class T>
[[nodiscard]] EvtxValue number_value(std::uint8_t type, T number) {
    return {type, little_endian(number)};
}

/// Lays one chunk out byte by byte, so that tests can also lay out what no writer would. Sizes of elements are patched
/// when they close; everything else is written as told. Names are inline at first use, as Windows writes them.
class EvtxChunk {
public:
    using Content = std::function<void(EvtxChunk&)>;

    EvtxChunk();

    void u8(unsigned value) { put(static_cast<std::uint8_t>(value)); }
    void u16(unsigned value) { put(static_cast<std::uint16_t>(value)); }
    void u32(std::uint32_t value) { put(value); }
    void u64(std::uint64_t value) { put(value); }
    void raw(std::string_view text) { bytes_ += text; }
    [[nodiscard]] std::uint32_t at() const { return static_cast<std::uint32_t>(bytes_.size()); }
    /// Overwrites bytes laid out before.
    void patch(std::size_t offset, std::string_view with) { bytes_.replace(offset, with.size(), with); }

    // BinXML tokens.
    void fragment_header() { raw(std::string_view("\x0f\x01\x01\x00", 4)); }
    void name(std::string_view text);
    /// `dependencies` false: the form without dependency id, as in values of type BinXml.
    void open(std::string_view element, bool attributes = false, unsigned dependency = 0xffff, bool dependencies = true);
    void attribute(std::string_view attribute_name, bool more = false);
    void text(std::string_view ascii);
    void substitution(unsigned index, unsigned type, bool optional = false);
    void end_start() { u8(0x02); }
    void end_empty();
    void end();
    /// <element>%index</element>
    void leaf(std::string_view element, unsigned index, unsigned type, bool optional = false);
    /// <Data Name="name">%index</Data>
    void data(std::string_view name_text, unsigned index, unsigned type, bool optional = false);
    /// A template instance; the definition is laid out inline when `id` is new, referred to otherwise.
    void instance(std::uint32_t id, const Content& definition, const std::vector<EvtxValue>& values);
    void values(const std::vector<EvtxValue>& list);

    /// A record with this content; returns its offset. Ids count from 1 unless given.
    std::uint32_t record(const Content& content, std::uint64_t id = 0);
    /// The records end here: what follows is slack.
    void end_of_records() { free_offset_ = at(); }

    /// Offset of a template's definition.
    [[nodiscard]] std::uint32_t definition(std::uint32_t id) const { return definitions_.at(id); }

    /// The chunk with header and checksums. `padded`: to 64 KiB. `flags`: 4 = without checksums.
    [[nodiscard]] std::string finish(bool padded = true, std::uint32_t flags = 0) const;

private:
    template <class T>
    void put(T value) {
        bytes_ += little_endian(value);
    }
    std::string bytes_;
    std::map<std::string, std::uint32_t, std::less<>> names_;
    std::map<std::uint32_t, std::uint32_t> definitions_;
    std::vector<std::uint32_t> open_;  ///< where the data size of each open element stands
    std::uint64_t next_id_ = 1;
    std::uint64_t first_id_ = 0;
    std::uint32_t last_record_ = 512;
    std::uint32_t free_offset_ = 0;
};

/// Recomputes a chunk's checksums after a test has changed its bytes.
void seal_chunk(std::string& chunk);
/// A file header for that many chunks. `flags`: 1 dirty, 4 without checksums.
[[nodiscard]] std::string evtx_file_header(unsigned chunks, std::uint32_t flags = 0, std::uint64_t next_record = 1);
[[nodiscard]] std::string evtx_file(const std::vector<std::string>& chunks, std::uint32_t flags = 0);

// Ready-made content, the shapes that Windows writes.

/// <Event><System>...</System>%8</Event>: provider "Made-Provider", channel and computer as values.
void event_template(EvtxChunk& chunk);
/// Values for event_template.
[[nodiscard]] std::vector<EvtxValue> event_values(unsigned event_id, std::uint64_t record, EvtxValue data);
/// A record of event_template with this BinXML as event data. The data is laid out at its final place.
std::uint32_t event_record(EvtxChunk& chunk, unsigned event_id, const EvtxChunk::Content& data);
/// EventData from a template with these named values.
struct NamedValue {
    std::string name;
    EvtxValue value;
};
std::uint32_t event_record(EvtxChunk& chunk, unsigned event_id, std::uint32_t template_id,
                           const std::vector<NamedValue>& values);

}  // namespace trocar::test
