#include "importers/windows_event_json/json_probe.h"

#include "importers/readers/json/json_text.h"
#include "importers/readers/text/text_window.h"
#include "importers/windows_event_json/json_event.h"

#include <string>

namespace trocar {
namespace {

constexpr std::size_t kRecordsLookedAt = 16;

// A probe wants no field ids and keeps nothing.
class NoSink : public EventSink {
public:
    FieldId field(std::string_view) override { return {}; }
    void raw_block(Bytes, std::uint64_t) override {}
    void event(const RawEvent&) override {}
    void lost(const LossKind&, const LossPlace&, RawPlace) override {}
    bool progress(std::uint64_t) override { return true; }
};

// JSON telemetry of others, by names that only theirs have: said so that the analyst knows what the file is.
struct Other {
    std::string_view first, second, what;
};
constexpr Other kOthers[] = {
    {"\"audit_token\"", "\"event_type\"", "macOS Endpoint Security (eslogger) JSON, no Windows event"},
    {"\"machTimestamp\"", "\"senderImagePath\"", "macOS unified log JSON, no Windows event"},
    {"\"instigator\"", "\"pidversion\"", "macOS Santa JSON, no Windows event"},
    {"\"initiating_process", "\"sensor_id\"", "macOS mac-monitor JSON, no Windows event"},
    {"\"auditd\"", "\"sequence\"", "Linux audit JSON, no Windows event"},
    {"\"process_kprobe\"", "\"node_name\"", "Linux Tetragon JSON, no Windows event"},
    {"\"behavior\"", "\"signatures\"", "a sandbox report, no Windows event log"},
    {"\"XmlEventData\"", "\"ProviderGuid\"", "ETW events as JSON, no Windows event log"},
};

std::string_view other_kind(std::string_view text) {
    for (const Other& other : kOthers) {
        if (text.find(other.first) != std::string_view::npos &&
            text.find(other.second) != std::string_view::npos) {
            return other.what;
        }
    }
    return {};
}

// The first record is longer than the head: go by names alone.
Probe by_names(std::string_view text) {
    constexpr std::string_view kNames[] = {"\"EventID\"", "\"event_id\"",   "\"Channel\"",     "\"log_name\"",
                                           "\"winlog\"",  "\"SourceName\"", "\"ProviderGuid\""};
    int found = 0;
    for (const std::string_view name : kNames) {
        found += text.find(name) != std::string_view::npos ? 1 : 0;
    }
    if (found >= 2) {
        return {50, "JSON with names of a Windows event; its first record is longer than what a probe reads"};
    }
    return {0, "JSON, but no whole record in the first 64 KiB and no names of a Windows event"};
}

}  // namespace

Probe probe_windows_event_json(Bytes head) {
    std::string padded = head_as_utf8(head);
    const std::size_t size = padded.size();
    padded.resize(size + TextWindow::kPadding, ' ');
    std::string_view text(padded.data(), size);

    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {0, "empty"};
    }
    if (text[first] != '{' && text[first] != '[') {
        return {0, "does not begin with a JSON object or array"};
    }
    NoSink sink;
    TextArena arena;
    JsonKeyTable keys(sink);
    JsonRecordReader reader(keys);
    JsonEventBuilder builder(sink, keys, reader, arena, {});
    JsonRecord record;
    WindowsEvent event;
    std::size_t looked = 0, events = 0, sysmon = 0;
    JsonShape shape = JsonShape::none;
    while (looked < kRecordsLookedAt) {
        const std::size_t begin = text.find('{');
        std::size_t end = 0;
        if (begin == std::string_view::npos) {
            break;
        }
        text.remove_prefix(begin);
        const auto found = JsonValueEnd().scan(text, end);
        if (found == JsonValueEnd::Found::more) {
            break;
        }
        ++looked;
        arena.reset();
        if (found == JsonValueEnd::Found::end &&
            reader.read(text.substr(0, end), record, arena) == JsonOutcome::read &&
            builder.build(record, 1, event)) {
            ++events;
            sysmon += event.provider == "Microsoft-Windows-Sysmon" ? 1U : 0U;
            shape = shape == JsonShape::none ? builder.shape() : shape;
        }
        text.remove_prefix(end);
    }
    const std::string_view all(padded.data(), size);
    if (events == 0) {
        if (const std::string_view other = other_kind(all); !other.empty()) {
            return {0, std::string(other)};
        }
        if (looked == 0) {
            return by_names(all);
        }
        return {0, "JSON, but its first records have no event id with a provider or channel"};
    }
    const std::string counted = std::to_string(events) + " of the first " + std::to_string(looked) +
                                " records are Windows events, " + std::string(name(shape)) + " shape";
    if (sysmon != 0) {
        return {95, counted + ", " + std::to_string(sysmon) + " by Sysmon"};
    }
    return {events == looked ? 90 : 60, counted};
}

}  // namespace trocar
