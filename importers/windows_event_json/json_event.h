#pragma once

#include "core/ingest/importer.h"
#include "importers/windows_event/event_xml.h"
#include "importers/windows_event/windows_event.h"
#include "importers/windows_event_json/json_record.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace trocar {

/// Who wrote the record (docs/formats/windows-json.md).
enum class JsonShape : std::uint8_t {
    none,  ///< no Windows event
    nxlog,
    flat,  ///< Get-WinEvent style, and OTRF 2.0
    winlogbeat6,
    winlogbeat7,
    evtx_dump,
    log_analytics,
};
[[nodiscard]] std::string_view name(JsonShape shape) noexcept;

/// Turns a JsonRecord into a WindowsEvent, whatever its shape; decided for each record anew, since files mix
/// them. Thread safety: one thread. Views of the event are good until the arena's reset.
class JsonEventBuilder {
public:
    JsonEventBuilder(EventSink& sink, JsonKeyTable& keys, JsonRecordReader& reader, TextArena& arena,
                     const ImportHints& hints);

    /// False: no Windows event. `ordinal` stands in for a record number.
    [[nodiscard]] bool build(JsonRecord& record, std::uint64_t ordinal, WindowsEvent& out);
    [[nodiscard]] JsonShape shape() const { return shape_; }
    /// What could not be read of event data written as text within the record; "" when all was.
    [[nodiscard]] std::string_view data_error() const { return data_error_; }

private:
    [[nodiscard]] static JsonShape shape_of(const JsonRecord& record, bool has_text_data);
    [[nodiscard]] UtcNanos log_time(const JsonRecord& record);
    void read_text_data(JsonRecord& record);
    void add_fields(const std::vector<JsonPair>& pairs, const JsonRecord& record);
    [[nodiscard]] std::string_view text(JsonToken token) { return text_of(token, arena_); }

    JsonKeyTable& keys_;
    JsonRecordReader& reader_;
    TextArena& arena_;
    EventXmlReader xml_;
    std::int64_t zone_minutes_;
    std::string host_;
    JsonKey* event_type_;
    std::vector<FieldValue> fields_;
    JsonShape shape_ = JsonShape::none;
    std::string_view data_error_;
};

}  // namespace trocar
