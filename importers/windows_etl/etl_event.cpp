#include "importers/windows_etl/etl_event.h"

#include "core/base/text.h"
#include "importers/readers/etl/extended.h"
#include "importers/readers/etl/trace_logging.h"

#include <algorithm>

namespace trocar {
namespace {

using namespace etl;

constexpr std::size_t kShownPayload = 1024;  // bytes of a payload that nothing describes

std::string hex_bytes(Bytes bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const std::byte byte : bytes.first(std::min(bytes.size(), kShownPayload))) {
        out += kDigits[std::to_integer<std::size_t>(byte) >> 4U];
        out += kDigits[std::to_integer<std::size_t>(byte) & 15U];
    }
    return bytes.size() > kShownPayload ? out + "..." : out;
}

/// A stack item: the id that matches it with others, then the addresses, innermost first.
std::string stack_text(Bytes data, std::size_t width) {
    std::string out;
    std::size_t shown = 0;
    for (std::size_t at = 8; at + width <= data.size() && shown < kMaxStack; at += width, ++shown) {
        const std::byte* p = data.data() + at;
        out +=
            (shown == 0 ? "" : " ") + hex(width == 8 ? load_le<std::uint64_t>(p) : load_le<std::uint32_t>(p));
    }
    return out;
}

}  // namespace

std::string etl_provider_name(const Record& record) {
    if (record.kernel()) {
        return std::string(etw_provider_name(EtwProvider::nt_kernel_logger));
    }
    const EtwProvider known = record.provider.none() ? EtwProvider::other : etw_provider(record.provider, {});
    if (known != EtwProvider::other) {
        return std::string(etw_provider_name(known));
    }
    return record.provider.none() ? std::string(name(record.kind)) : '{' + format_guid(record.provider) + '}';
}

std::string_view EtlEventReader::keep(std::string_view text) {
    char* const room = text_.room(text.size() + 1);
    return room == nullptr ? std::string_view{} : text_.keep(std::copy(text.begin(), text.end(), room));
}

void EtlEventReader::add(std::string_view name, std::uint64_t number, ValueKind kind) {
    event_.fields.push_back({name, kind, number, 0, {}});
}

void EtlEventReader::add_text(std::string_view name, std::string_view text) {
    event_.fields.push_back({name, ValueKind::text, 0, 0, keep(text)});
}

void EtlEventReader::add_guid(std::string_view name, const Guid& guid) {
    event_.fields.push_back({name, ValueKind::guid, guid.high, guid.low, {}});
}

void EtlEventReader::begin(const Record& record, const Clock& clock) {
    text_.clear();
    fields_.clear();
    event_.fields.clear();
    event_.provider = record.kernel()          ? EtwProvider::nt_kernel_logger
                      : record.provider.none() ? EtwProvider::other
                                               : etw_provider(record.provider, {});
    event_.provider_name = keep(etl_provider_name(record));
    event_.id = record.id;
    event_.version = record.version;
    event_.time = record.has_ticks ? clock.at(record.ticks) : kNoTime;
    event_.pid = record.pid;
    event_.tid = record.tid;
    event_.image = {};
    event_.task = {};
}

EtlPayload EtlEventReader::read(const Record& record, const Clock& clock) {
    begin(record, clock);
    const EtlPayload state = payload(record);
    for (const EventField& field : fields_) {
        event_.fields.push_back(
            {field.name, field.value.kind, field.value.number, field.value.low, field.value.text});
    }
    if (state != EtlPayload::read && !record.payload.empty()) {
        add_text("Payload", hex_bytes(record.payload));
    }
    header_fields(record);
    extended_fields(record);
    return state;
}

EtlPayload EtlEventReader::payload(const Record& record) {
    if (const Bytes schema = find_extended(record.extended, Extended::schema); !schema.empty()) {
        EtlPayload state = EtlPayload::read;
        self_description(record, schema, state);
        return state;
    }
    switch (read_payload(record, text_, fields_)) {
        case PayloadState::read: return EtlPayload::read;
        case PayloadState::unknown: return EtlPayload::raw;
        case PayloadState::unknown_version: return EtlPayload::unknown_version;
        case PayloadState::misfit: break;
    }
    // Without its fields the event has no meaning to look for.
    event_.provider = EtwProvider::other;
    return EtlPayload::misfit;
}

void EtlEventReader::self_description(const Record& record, Bytes schema, EtlPayload& state) {
    const SelfDescription self = read_trace_logging(schema, record.payload, record.wide, text_, fields_);
    event_.task = self.name;
    state = self.whole ? EtlPayload::read : EtlPayload::partial;
    if (event_.provider == EtwProvider::other) {
        const std::string_view name =
            provider_name(find_extended(record.extended, Extended::provider_traits), text_);
        event_.provider_name = name.empty() ? event_.provider_name : name;
    }
}

void EtlEventReader::header_fields(const Record& record) {
    if (!record.provider.none()) {
        add_guid("ProviderGuid", record.provider);
    }
    add("Version", record.version);
    if (!record.event()) {
        return;
    }
    if (record.opcode != 0) {
        add("Opcode", record.opcode);
    }
    if (record.keyword != 0) {
        add("Keyword", record.keyword, ValueKind::hex);
    }
    if (!record.activity.none()) {
        add_guid("ActivityId", record.activity);
    }
}

void EtlEventReader::extended_fields(const Record& record) {
    Bytes items = record.extended;
    ExtendedItem item;
    while (next_extended(items, item)) {
        switch (item.type) {
            case Extended::related_activity:
                if (item.data.size() == 16) {
                    add_guid("RelatedActivityId",
                             guid_from_bytes(reinterpret_cast<const unsigned char*>(item.data.data())));
                }
                break;
            case Extended::sid: {
                PayloadCursor cursor(item.data, record.wide, text_);
                FieldValue value;
                if (cursor.sid(value)) {
                    event_.fields.push_back(
                        {"RecordUserSid", value.kind, value.number, value.low, value.text});
                }
                break;
            }
            case Extended::stack32: add_text("Stack", stack_text(item.data, 4)); break;
            case Extended::stack64: add_text("Stack", stack_text(item.data, 8)); break;
            case Extended::process_start_key:
                if (item.data.size() == 8) {
                    add("ProcessStartKey", load_le<std::uint64_t>(item.data.data()), ValueKind::hex);
                }
                break;
            default: break;
        }
    }
}

void EtlEventReader::read_header(const Record& record, const LogHeader& header) {
    begin(record, header.clock);
    event_.task = "TraceHeader";
    add_text("SessionName", header.session);
    add_text("LogFileName", header.file);
    add("StartTime", static_cast<std::uint64_t>(header.start.count), ValueKind::time);
    add("EndTime", static_cast<std::uint64_t>(header.end.count), ValueKind::time);
    add("Build", header.build);
    add("Processors", header.cpus);
    add("PointerSize", header.pointer_size);
    add("ClockType", header.clock_type);
    add("BufferSize", header.buffer_size);
    add("BuffersWritten", header.buffers_written);
    add("EventsLost", header.events_lost);
    add("BuffersLost", header.buffers_lost);
}

}  // namespace trocar
