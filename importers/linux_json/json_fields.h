#pragma once

#include "core/ingest/event_sink.h"
#include "importers/readers/text/text_arena.h"

#include <simdjson.h>

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trocar {

/// Values of a JSON record as fields with dotted names: "process.signing_id"; elements of an array have the
/// array's name, null is left out. Thread safety: one thread.
class JsonFields {
public:
    static constexpr std::size_t kMaxValues =
        3900;  ///< of one record; a case holds 4096 fields an event, some are derived
    static constexpr int kMaxDepth = 12;

    /// `left_out`: member names, anywhere in the record, that stay in the raw record alone.
    explicit JsonFields(EventSink& sink, std::initializer_list<std::string_view> left_out = {})
        : sink_(sink), left_out_(left_out) {}

    void begin();
    void members(simdjson::dom::object object, int depth = 1);
    void named(std::string_view key, simdjson::dom::element element, int depth = 1);
    /// Views are good until begin(), as long as the parsed record lives.
    [[nodiscard]] std::span<const FieldValue> fields() const { return fields_; }
    /// Values that the limits left out since begin().
    [[nodiscard]] std::size_t cut() const { return cut_; }

private:
    static constexpr std::size_t kMaxNames = 4096;  // distinct ones; a sensor has some hundred
    static constexpr std::size_t kMaxNameLength = 160;

    void value(simdjson::dom::element element, int depth);
    void scalar(simdjson::dom::element element);
    [[nodiscard]] FieldId id();
    [[nodiscard]] std::string_view kept(const std::string& text);

    EventSink& sink_;
    std::vector<std::string_view> left_out_;
    std::unordered_map<std::string, FieldId> names_;
    std::string name_;
    TextArena arena_;
    std::vector<FieldValue> fields_;
    std::size_t cut_ = 0;
};

}  // namespace trocar
