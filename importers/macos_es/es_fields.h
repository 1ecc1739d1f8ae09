#pragma once

#include "core/ingest/event_sink.h"
#include "importers/readers/text/text_arena.h"

#include <simdjson.h>

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trocar {

/// Every value of a message as a field with its dotted name: "process.signing_id"; of the event's own part
/// without "event.<type>.": "target.executable.path", "env". Elements of an array have the array's name. Left
/// to the raw line: null, `stat` (17 values a file) and `fds`. Thread safety: one thread.
class EsFields {
public:
    static constexpr std::size_t kMaxValues = 4000;  ///< of one message
    static constexpr int kMaxDepth = 12;

    explicit EsFields(EventSink& sink) : sink_(sink) {}
    /// Views are good until the next call, as long as the parsed message lives.
    [[nodiscard]] std::span<const FieldValue> of(simdjson::dom::object message);
    /// Values that the limits left out of the last message.
    [[nodiscard]] std::size_t cut() const { return cut_; }

private:
    static constexpr std::size_t kMaxNames = 4096;  // distinct names: Endpoint Security has some hundred
    static constexpr std::size_t kMaxNameLength = 160;

    void members(simdjson::dom::object object, int depth);
    void value(simdjson::dom::element element, int depth);
    void named(std::string_view key, simdjson::dom::element element, int depth);
    void scalar(simdjson::dom::element element);
    [[nodiscard]] FieldId id();
    [[nodiscard]] std::string_view kept(const std::string& text);

    EventSink& sink_;
    std::unordered_map<std::string, FieldId> names_;
    std::string name_;
    TextArena arena_;
    std::vector<FieldValue> fields_;
    std::size_t cut_ = 0;
};

}  // namespace trocar
