#pragma once

#include "core/base/guid.h"
#include "core/base/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trocar::test {

/// One typed BinXML value ([MS-EVEN6] 2.2.12, "Type System").
struct TypedValue {
    std::uint8_t type = 0;
    std::string bytes;

    static TypedValue none() { return {}; }
    static TypedValue text(std::string_view utf8);
    static TypedValue u8(std::uint8_t v);
    static TypedValue u16(std::uint16_t v);
    static TypedValue u32(std::uint32_t v);
    static TypedValue u64(std::uint64_t v);
    static TypedValue boolean(bool v);
    static TypedValue guid(const Guid& v);
    static TypedValue filetime(UtcNanos v);
    static TypedValue hex32(std::uint32_t v);
    static TypedValue hex64(std::uint64_t v);
    static TypedValue sid(std::uint8_t authority, const std::vector<std::uint32_t>& parts);
};

struct EvtxEvent {
    UtcNanos logged;
    std::uint16_t event_id = 0;
    std::uint8_t version = 0, level = 4;
    std::uint16_t task = 0;
    std::uint64_t keywords = 0x8000000000000000ULL;
    std::uint32_t process_id = 0, thread_id = 0;
    std::vector<std::pair<std::string, TypedValue>> data;  ///< <Data Name="...">
};

/// Writes Windows event logs as Windows does: a file header, chunks of 64 KiB with name and template tables,
/// records whose values refer to templates defined once a chunk, all checksums. For tests and the sample
/// capture. Deterministic. Thread safety: none. Limits: one event must fit into a chunk (an assertion).
/// Source: [MS-EVEN6] 2.2.12 to 2.2.17; libevtx, "Windows XML Event Log (EVTX) format".
class EvtxWriter {
public:
    EvtxWriter(std::string provider, const Guid& provider_guid, std::string channel, std::string computer);

    /// Appends one event; record identifiers count from 1.
    void add(const EvtxEvent& event);
    /// The whole file; add() may not follow.
    [[nodiscard]] std::string finish();

private:
    struct Tables {
        std::map<std::u16string, std::uint32_t> names;
        std::map<std::string, std::uint32_t> templates;
        std::map<std::uint32_t, std::uint32_t> name_heads, template_heads;
    };

    void write_record(const EvtxEvent& event, std::uint64_t record);
    void write_system(const EvtxEvent& event, std::uint64_t record);
    void write_instance(const std::string& identity, const std::string& shape,
                        const std::vector<TypedValue>& values, const EvtxEvent* nested);
    void write_definition(const std::string& guid, const std::string& shape);
    void write_shape(std::string_view& shape);
    void write_attribute(std::string_view& shape, bool more);
    void write_content(std::string_view text);
    void write_name(std::string_view name);
    void begin_chunk();
    void end_chunk();
    void put8(std::uint8_t v) { chunk_.push_back(static_cast<char>(v)); }
    void put16(std::uint16_t v);
    void put32(std::uint32_t v);
    void put64(std::uint64_t v);
    void patch32(std::size_t at, std::uint32_t v);
    [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(chunk_.size()); }

    std::string provider_, channel_, computer_;
    Guid provider_guid_;
    std::string file_, chunk_;
    Tables tables_;
    std::uint64_t next_record_ = 1, chunk_first_ = 1;
    std::uint32_t last_record_offset_ = 0;
    std::uint16_t chunks_ = 0;
};

}  // namespace trocar::test
