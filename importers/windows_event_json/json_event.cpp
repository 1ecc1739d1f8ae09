#include "importers/windows_event_json/json_event.h"

#include "core/base/text.h"

#include <array>
#include <cstring>

namespace trocar {
namespace {

constexpr std::int64_t kNanosPerMinute = 60'000'000'000;

// nxlog takes the data out of the event's XML with the five entities left in. It does so in every text but
// the message, also to a lone '&' (measured: no unescaped '&', '<' or '>' in 94,000 such records), so that
// undoing it is exact. Works in place.
std::string_view without_entities(std::string_view text, TextArena& arena) {
    if (text.empty() || std::memchr(text.data(), '&', text.size()) == nullptr) {
        return text;
    }
    struct Entity {
        std::string_view written;
        char meant;
    };
    constexpr std::array<Entity, 5> kFive{
        {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}}};
    char* const begin = arena.take(text.size());
    char* to = begin;
    for (std::size_t i = 0; i < text.size();) {
        bool found = false;
        if (text[i] == '&') {
            for (const Entity& e : kFive) {
                if (text.substr(i, e.written.size()) == e.written) {
                    *to++ = e.meant;
                    i += e.written.size();
                    found = true;
                    break;
                }
            }
        }
        if (!found) {
            *to++ = text[i++];
        }
    }
    return {begin, static_cast<std::size_t>(to - begin)};
}

// Texts with a zone are what they say; the zone told by the analyst is for the others.
bool has_zone(std::string_view text) noexcept {
    return text.ends_with('Z') || text.ends_with('z') || text.find('+', 10) != std::string_view::npos ||
           text.find('-', 10) != std::string_view::npos;
}

UtcNanos read_time(std::string_view text, std::int64_t zone_minutes) noexcept {
    const auto time = parse_iso_time(trimmed(text));
    if (!time) {
        return kNoTime;
    }
    return has_zone(text) ? *time : shifted(*time, {-zone_minutes * kNanosPerMinute});
}

}  // namespace

std::string_view name(JsonShape shape) noexcept {
    switch (shape) {
        case JsonShape::none: return "no Windows event";
        case JsonShape::nxlog: return "nxlog";
        case JsonShape::flat: return "flat";
        case JsonShape::winlogbeat6: return "winlogbeat 6";
        case JsonShape::winlogbeat7: return "winlogbeat 7 or later";
        case JsonShape::evtx_dump: return "evtx_dump";
        case JsonShape::log_analytics: return "Log Analytics";
    }
    return "?";
}

JsonEventBuilder::JsonEventBuilder(EventSink& sink, JsonKeyTable& keys, JsonRecordReader& reader,
                                   TextArena& arena, const ImportHints& hints)
    : keys_(keys),
      reader_(reader),
      arena_(arena),
      xml_(sink, arena),
      zone_minutes_(hints.zone_minutes),
      host_(hints.host),
      event_type_(keys.find_or_add("EventType")) {}

JsonShape JsonEventBuilder::shape_of(const JsonRecord& r, bool has_text_data) {
    if (!r.event_id.present()) {
        return JsonShape::none;
    }
    if (r.evtx_dump) {
        return JsonShape::evtx_dump;
    }
    if (r.winlogbeat7) {
        return JsonShape::winlogbeat7;
    }
    if (!r.provider.present() && !r.provider_other.present() && !r.channel.present()) {
        return JsonShape::none;  // an id alone makes no Windows event
    }
    if (r.winlogbeat6) {
        return JsonShape::winlogbeat6;
    }
    if (r.nxlog) {
        return JsonShape::nxlog;
    }
    return has_text_data || r.cloud ? JsonShape::log_analytics : JsonShape::flat;
}

UtcNanos JsonEventBuilder::log_time(const JsonRecord& r) {
    if (shape_ == JsonShape::nxlog && r.time_log.present()) {
        // EventTime is the shipper's local time without its zone. The same clock stamped EventReceivedTime,
        // and
        // @timestamp tells that moment in UTC: their difference, to the quarter of an hour, is the zone.
        std::int64_t zone = zone_minutes_;
        if (zone == 0 && r.time_received.present() && r.time_shipped.present()) {
            const UtcNanos received = read_time(text(r.time_received), 0);
            const UtcNanos shipped = read_time(text(r.time_shipped), 0);
            if (!received.none() && !shipped.none()) {
                constexpr std::int64_t kQuarter = 15 * kNanosPerMinute;
                const std::int64_t apart = difference(received, shipped).count;
                const std::int64_t quarters = (apart + (apart < 0 ? -kQuarter / 2 : kQuarter / 2)) / kQuarter;
                const std::int64_t rest = apart - quarters * kQuarter;
                constexpr std::int64_t kWidestZone = 14 * 4;  // quarters of an hour
                if (quarters >= -kWidestZone && quarters <= kWidestZone && rest > -2 * kNanosPerMinute &&
                    rest < 2 * kNanosPerMinute) {
                    zone = quarters * 15;
                }
            }
        }
        if (const UtcNanos t = read_time(text(r.time_log), zone); !t.none()) {
            return t;
        }
    }
    for (const JsonToken token : {r.time_log, r.time_shipped, r.time_stored}) {
        if (!token.present()) {
            continue;
        }
        if (const UtcNanos t = read_time(text(token), zone_minutes_); !t.none()) {
            return t;
        }
    }
    return kNoTime;
}

void JsonEventBuilder::read_text_data(JsonRecord& record) {
    const std::string_view data = trimmed(text(record.event_data_text));
    if (data.empty()) {
        return;
    }
    if (data.front() == '{') {
        // The parser reads up to 64 bytes past the end: a copy in the arena has them.
        char* const padded = arena_.take(data.size());
        data.copy(padded, data.size());
        if (reader_.read_event_data({padded, data.size()}, record, arena_) != JsonOutcome::read) {
            data_error_ = reader_.error();
        }
    } else if (data.front() == '<') {
        if (!xml_.read_data(data, fields_)) {
            data_error_ = xml_.error();
        }
    } else {
        data_error_ = "event data is neither JSON nor XML";
    }
}

void JsonEventBuilder::add_fields(const std::vector<JsonPair>& pairs, const JsonRecord& record) {
    for (const JsonPair& pair : pairs) {
        if (pair.key == event_type_ && shape_ == JsonShape::nxlog && !record.event_type_moved) {
            continue;  // "INFO", "AUDIT_SUCCESS": the log's word, not the event's
        }
        const FieldId id = keys_.field_of(*pair.key);
        if (id.none()) {
            continue;
        }
        FieldValue& value = fields_.emplace_back();
        value.field = id;
        const std::string_view shown = text(pair.value);
        if (!pair.value.is_string() && !shown.empty() && shown.front() >= '0' && shown.front() <= '9') {
            if (const auto number = parse_number(shown)) {
                value.kind = ValueKind::number;
                value.number = *number;
                continue;
            }
        }
        value.text = shape_ == JsonShape::nxlog ? without_entities(shown, arena_) : shown;
    }
}

bool JsonEventBuilder::build(JsonRecord& record, std::uint64_t ordinal, WindowsEvent& out) {
    data_error_ = {};
    fields_.clear();
    out = WindowsEvent{};
    shape_ = shape_of(record, record.event_data_text.present());
    if (shape_ == JsonShape::none) {
        return false;
    }
    const auto id = parse_number(trimmed(text(record.event_id)));
    if (!id || *id > 0xffff'ffffULL) {
        shape_ = JsonShape::none;
        return false;
    }
    out.event_id = static_cast<std::uint32_t>(*id);
    const JsonToken other =
        record.provider_other.present() || !record.cloud ? record.provider_other : record.source;
    out.provider = text(record.provider.present() ? record.provider : other);
    out.channel = text(record.channel);
    out.computer = text(record.host);
    if (out.computer.empty()) {
        out.computer = host_;
    }
    out.record = parse_number(trimmed(text(record.record))).value_or(ordinal);
    out.emitter_pid = static_cast<std::uint32_t>(parse_number(trimmed(text(record.emitter_pid))).value_or(0));
    out.log_time = log_time(record);

    if (record.event_data_text.present()) {
        read_text_data(record);
    }
    add_fields(record.data, record);
    // In the flat shapes the event's own fields stand beside the envelope. Log Analytics' SecurityEvent table
    // is flat too; its other tables have all of the event in EventData.
    const bool flat = shape_ == JsonShape::flat || shape_ == JsonShape::nxlog ||
                      (shape_ == JsonShape::log_analytics && fields_.empty());
    if (flat) {
        add_fields(record.loose, record);
    }
    const bool security = equal_ignoring_case(out.provider, "Microsoft-Windows-Security-Auditing");
    const bool told_by_its_data =
        !fields_.empty() && (equal_ignoring_case(out.provider, "Microsoft-Windows-Sysmon") ||
                             (security && (id == 4688U || id == 4689U)));
    if (!told_by_its_data) {
        add_fields(record.metadata, record);
        if (!flat) {
            add_fields(record.loose, record);
        }
    }
    out.fields = fields_;
    return true;
}

}  // namespace trocar
