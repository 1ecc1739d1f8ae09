#pragma once

#include "importers/readers/text/text_arena.h"
#include "importers/windows_event_json/json_keys.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// A scalar as it stands in the text: with its quotes when it is a string. Empty: absent.
struct JsonToken {
    std::string_view raw;
    [[nodiscard]] bool present() const { return !raw.empty(); }
    [[nodiscard]] bool is_string() const { return !raw.empty() && raw.front() == '"'; }
};

struct JsonPair {
    JsonKey* key = nullptr;
    JsonToken value;
};

/// One record, cut into what a Windows event is made of. Nothing is unescaped yet.
struct JsonRecord {
    JsonToken event_id, provider, provider_other, source, channel, host, record, emitter_pid;
    JsonToken time_log, time_shipped, time_stored, time_received, event_type, event_data_text;
    std::vector<JsonPair> data;      ///< named data of the event
    std::vector<JsonPair> loose;     ///< members of the record that are nothing else: data in the flat shapes
    std::vector<JsonPair> metadata;  ///< known members that tell a generic event's reader something
    bool nxlog = false, winlogbeat6 = false, winlogbeat7 = false, evtx_dump = false, cloud = false;
    bool event_type_moved = false;  ///< EventType is the event's own
    std::uint32_t duplicate_keys = 0, fields_cut = 0, too_deep = 0;
    void clear();
};

enum class JsonOutcome : std::uint8_t {
    read,
    trailing,        ///< more text follows the value
    bad_characters,  ///< no UTF-8, or control characters: repair and try again
    broken,
};

/// Cuts one JSON value into a JsonRecord. Wraps simdjson's on-demand parser. Thread safety: one thread.
/// Limits: kMaxDepth levels of nesting are looked into, kMaxFields members kept; the rest is counted.
class JsonRecordReader {
public:
    static constexpr int kMaxDepth = 32;
    static constexpr std::size_t kMaxFields = 4096;

    explicit JsonRecordReader(JsonKeyTable& keys);
    ~JsonRecordReader();
    JsonRecordReader(const JsonRecordReader&) = delete;
    JsonRecordReader& operator=(const JsonRecordReader&) = delete;

    /// `text` must have 64 readable bytes behind it. Tokens point into it, and into `arena` for odd keys.
    [[nodiscard]] JsonOutcome read(std::string_view text, JsonRecord& out, TextArena& arena);
    /// Adds the members of an object, event data written as JSON text, to out.data.
    [[nodiscard]] JsonOutcome read_event_data(std::string_view text, JsonRecord& out, TextArena& arena);
    /// Why the last read() was not `read`.
    [[nodiscard]] std::string_view error() const { return error_; }

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
    JsonKeyTable& keys_;
    std::uint64_t generation_ = 0;
    std::string error_;
};

/// Text of a token: the string without quotes and escapes, or the number or word as written.
[[nodiscard]] std::string_view text_of(JsonToken token, TextArena& arena);

}  // namespace trocar
