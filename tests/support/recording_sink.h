#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/ingest/event_sink.h"
#include "core/model/field.h"

namespace trocar::test {

/// A ProcessHint that owns its text.
struct RecordedProcess {
    Guid guid;
    std::uint32_t pid = 0;
    bool has_pid = false;
    std::string image;
    [[nodiscard]] bool present() const { return has_pid || !guid.none(); }
};

/// A RawEvent that owns its text, with the fields rendered as text in order.
struct RecordedEvent {
    UtcNanos time;
    TimeOrigin time_origin = TimeOrigin::none;
    std::uint64_t record = 0;
    std::string raw;  ///< bytes that RawPlace names
    RawPlace place;
    std::size_t block = 0;
    std::string host, provider, channel, text;
    std::uint32_t event_id = 0;
    Operation operation = Operation::generic;
    RecordedProcess actor, target, parent;
    std::string command_line, user, integrity, parent_image;
    std::uint64_t value = 0;
    std::uint32_t flags = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    [[nodiscard]] std::string field(std::string_view name) const {
        for (const auto& [key, value_text] : fields) {
            if (key == name) {
                return value_text;
            }
        }
        return "(absent)";
    }
};

/// Keeps everything an importer says, and checks the sink's contract: raw places lie inside the block last announced.
class RecordingSink : public EventSink {
public:
    FieldId field(std::string_view name) override {
        if (const FieldId known = known_field(name); !known.none()) {
            return known;
        }
        const auto [at, added] = dynamic_.emplace(std::string(name), 0);
        if (added) {
            at->second = static_cast<std::uint16_t>(kFirstDynamicField + names_.size());
            names_.push_back(at->first);
        }
        return {at->second};
    }
    void raw_block(Bytes bytes, std::uint64_t source_offset) override {
        blocks.emplace_back(as_text(bytes));
        block_offsets.push_back(source_offset);
    }
    void event(const RawEvent& e) override {
        RecordedEvent r;
        r.time = e.time;
        r.time_origin = e.time_origin;
        r.record = e.record;
        r.place = e.raw;
        r.raw = bytes_of(e.raw);
        r.block = blocks.size();
        r.host = e.host;
        r.provider = e.provider;
        r.channel = e.channel;
        r.text = e.text;
        r.event_id = e.event_id;
        r.operation = e.operation;
        r.actor = own(e.actor);
        r.target = own(e.target);
        r.parent = own(e.life.parent);
        r.command_line = e.life.command_line;
        r.user = e.life.user;
        r.integrity = e.life.integrity;
        r.parent_image = e.life.parent_image;
        r.value = e.value;
        r.flags = e.flags;
        for (const FieldValue& f : e.fields) {
            r.fields.emplace_back(name_of(f.field), text_of(f));
        }
        events.push_back(std::move(r));
    }
    void lost(const LossKind& kind, const LossPlace& place, RawPlace raw) override {
        ++losses[kind.name];
        places.emplace_back(kind.name, place);
        lost_raw.push_back(bytes_of(raw));
    }
    bool progress(std::uint64_t bytes_done) override {
        done = bytes_done;
        return !stop_at_progress;
    }
    [[nodiscard]] std::uint64_t lost_count(const std::string& name) const {
        const auto found = losses.find(name);
        return found == losses.end() ? 0 : found->second;
    }

    std::vector<std::string> blocks;
    std::vector<std::uint64_t> block_offsets;
    std::vector<RecordedEvent> events;
    std::map<std::string, std::uint64_t> losses;
    std::vector<std::pair<std::string, LossPlace>> places;
    std::vector<std::string> lost_raw;
    std::uint64_t done = 0;
    std::uint64_t bad_places = 0;  ///< raw places outside their block: must stay 0
    bool stop_at_progress = false;

private:
    static RecordedProcess own(const ProcessHint& h) { return {h.guid, h.pid, h.has_pid, std::string(h.image)}; }
    std::string bytes_of(RawPlace place) {
        if (place.length == 0) {
            return {};
        }
        if (blocks.empty() || std::uint64_t{place.offset} + place.length > blocks.back().size()) {
            ++bad_places;
            return {};
        }
        return blocks.back().substr(place.offset, place.length);
    }
    std::string name_of(FieldId id) const {
        if (id.value >= kFirstDynamicField) {
            const std::size_t at = static_cast<std::size_t>(id.value) - kFirstDynamicField;
            return at < names_.size() ? names_[at] : "?";
        }
        return std::string(known_field_name(id));
    }
    static std::string text_of(const FieldValue& f) {
        switch (f.kind) {
            case ValueKind::text: return std::string(f.text);
            case ValueKind::number: return std::to_string(f.number);
            case ValueKind::hex: return hex(f.number);
            case ValueKind::guid: return format_guid({f.number, f.low});
            case ValueKind::time: return format_iso_time({static_cast<std::int64_t>(f.number)});
        }
        return {};
    }

    std::map<std::string, std::uint16_t> dynamic_;
    std::vector<std::string> names_;
};

}  // namespace trocar::test
