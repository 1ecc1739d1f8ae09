#include "tests/support/evtx_writer.h"

#include "core/base/byte_cursor.h"
#include "core/base/sha256.h"

#include <zlib.h>

#include <cassert>
#include <cstring>

namespace trocar::test {
namespace {

constexpr std::size_t kChunkBytes = 65536;
// A record may not end exactly with its chunk: libevtx 20181227 passes over it.
constexpr std::size_t kChunkRoom = kChunkBytes - 8;
constexpr std::uint32_t kFirstRecord = 512;
constexpr std::size_t kNameTable = 128, kTemplateTable = 384;
constexpr std::uint32_t kNameBuckets = 64, kTemplateBuckets = 32;
constexpr std::string_view kNamespace = "http://schemas.microsoft.com/win/2004/08/events/event";

// [MS-EVEN6] 2.2.12: value types and tokens.
constexpr std::uint8_t kString = 0x01, kUInt8 = 0x04, kUInt16 = 0x06, kUInt32 = 0x08, kUInt64 = 0x0a,
                       kBool = 0x0d, kGuid = 0x0f, kFileTime = 0x11, kSid = 0x13, kHex32 = 0x14,
                       kHex64 = 0x15, kBinXml = 0x21;
constexpr std::uint8_t kEnd = 0x00, kOpen = 0x01, kOpenWithAttributes = 0x41, kCloseStart = 0x02,
                       kCloseEmpty = 0x03, kEndElement = 0x04, kText = 0x05, kLastAttribute = 0x06,
                       kAttribute = 0x46, kTemplateInstance = 0x0c, kOptionalSubstitution = 0x0e,
                       kFragment = 0x0f;
constexpr std::uint16_t kNoDependency = 0xffff;

template <class T>
std::string raw(T v) {
    std::string out(sizeof(T), '\0');
    std::memcpy(out.data(), &v, sizeof(T));
    return out;
}

/// Code points up to U+FFFF: all that the captures made here hold.
std::u16string utf16(std::string_view text) {
    std::u16string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : 3;
        unsigned code = n == 1 ? lead : n == 2 ? lead & 0x1fU : lead & 0x0fU;
        for (std::size_t k = 1; k < n && i + k < text.size(); ++k) {
            code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
        }
        out.push_back(static_cast<char16_t>(code));
        i += n;
    }
    return out;
}

std::string raw16(const std::u16string& text) {
    return {reinterpret_cast<const char*>(text.data()), text.size() * 2};
}

std::uint64_t to_filetime(UtcNanos t) {
    return static_cast<std::uint64_t>(t.count / 100 + 116'444'736'000'000'000);
}

/// libevtx, "Name": the sum over the characters of hash * 65599 + character, low 16 bits.
std::uint16_t name_hash(const std::u16string& name) {
    std::uint32_t hash = 0;
    for (const char16_t c : name) {
        hash = hash * 65599U + c;
    }
    return static_cast<std::uint16_t>(hash);
}

std::string bytes_of(const Guid& g) {
    std::string out;
    out += raw(static_cast<std::uint32_t>(g.high >> 32));
    out += raw(static_cast<std::uint16_t>(g.high >> 16));
    out += raw(static_cast<std::uint16_t>(g.high));
    for (int shift = 56; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(g.low >> shift));
    }
    return out;
}

std::uint32_t crc(std::uint32_t before, std::string_view bytes) {
    return static_cast<std::uint32_t>(
        ::crc32(before, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// A template is written from its shape, a notation of ours: "<name attribute=content ...|content or
// children>", where content is text, or %index:type for a value. A "<name ...>" without "|" is an empty
// element.
constexpr std::string_view kSystemShape =
    "<Event xmlns=@|<System|<Provider Name=%14:1 Guid=%15:15><EventID "
    "Qualifiers=%4:6|%3:6><Version|%11:4><Level|%0:4>"
    "<Task|%2:6><Opcode|%1:4><Keywords|%5:21><TimeCreated SystemTime=%6:17><EventRecordID|%10:10>"
    "<Correlation ActivityID=%7:15 RelatedActivityID=%13:15><Execution ProcessID=%8:8 "
    "ThreadID=%9:8><Channel|%16:1>"
    "<Computer|%17:1><Security UserID=%12:19>>%18:33>";

std::string data_shape(const EvtxEvent& event) {
    std::string shape = "<EventData|";
    for (std::size_t i = 0; i < event.data.size(); ++i) {
        shape += "<Data Name=" + event.data[i].first + "|%" + std::to_string(i) + ":" +
                 std::to_string(event.data[i].second.type) + ">";
    }
    return shape + ">";
}

}  // namespace

TypedValue TypedValue::text(std::string_view utf8) {
    return {kString, raw16(utf16(utf8))};
}
TypedValue TypedValue::u8(std::uint8_t v) {
    return {kUInt8, raw(v)};
}
TypedValue TypedValue::u16(std::uint16_t v) {
    return {kUInt16, raw(v)};
}
TypedValue TypedValue::u32(std::uint32_t v) {
    return {kUInt32, raw(v)};
}
TypedValue TypedValue::u64(std::uint64_t v) {
    return {kUInt64, raw(v)};
}
TypedValue TypedValue::boolean(bool v) {
    return {kBool, raw(std::uint32_t{v ? 1U : 0U})};
}
TypedValue TypedValue::guid(const Guid& v) {
    return {kGuid, bytes_of(v)};
}
TypedValue TypedValue::filetime(UtcNanos v) {
    return {kFileTime, raw(to_filetime(v))};
}
TypedValue TypedValue::hex32(std::uint32_t v) {
    return {kHex32, raw(v)};
}
TypedValue TypedValue::hex64(std::uint64_t v) {
    return {kHex64, raw(v)};
}
TypedValue TypedValue::sid(std::uint8_t authority, const std::vector<std::uint32_t>& parts) {
    std::string bytes{'\x01', static_cast<char>(parts.size()), 0, 0, 0, 0, 0, static_cast<char>(authority)};
    for (const std::uint32_t part : parts) {
        bytes += raw(part);
    }
    return {kSid, bytes};
}

EvtxWriter::EvtxWriter(std::string provider, const Guid& provider_guid, std::string channel,
                       std::string computer)
    : provider_(std::move(provider)),
      channel_(std::move(channel)),
      computer_(std::move(computer)),
      provider_guid_(provider_guid) {
    begin_chunk();
}

void EvtxWriter::put16(std::uint16_t v) {
    chunk_ += raw(v);
}
void EvtxWriter::put32(std::uint32_t v) {
    chunk_ += raw(v);
}
void EvtxWriter::put64(std::uint64_t v) {
    chunk_ += raw(v);
}
void EvtxWriter::patch32(std::size_t at, std::uint32_t v) {
    std::memcpy(chunk_.data() + at, &v, sizeof(v));
}

void EvtxWriter::begin_chunk() {
    chunk_.assign(kFirstRecord, '\0');
    tables_ = {};
    chunk_first_ = next_record_;
}

void EvtxWriter::add(const EvtxEvent& event) {
    const std::size_t before = chunk_.size();
    const Tables tables = tables_;
    write_record(event, next_record_);
    if (chunk_.size() > kChunkRoom) {
        // Does not fit: this chunk ends before it, and the names and templates it brought are written anew.
        chunk_.resize(before);
        tables_ = tables;
        end_chunk();
        begin_chunk();
        write_record(event, next_record_);
        assert(chunk_.size() <= kChunkRoom);
    }
    ++next_record_;
}

void EvtxWriter::write_record(const EvtxEvent& event, std::uint64_t record) {
    const std::uint32_t start = here();
    const std::uint32_t last_before = last_record_offset_;
    put32(0x00002a2a);
    put32(0);  // size, below
    put64(record);
    put64(to_filetime(event.logged));
    write_system(event, record);
    put8(kEnd);
    while ((here() + 4) % 8 != 0) {
        put8(0);
    }
    const std::uint32_t size = here() + 4 - start;
    put32(size);
    patch32(start + 4, size);
    last_record_offset_ = chunk_.size() > kChunkRoom ? last_before : start;
}

void EvtxWriter::write_system(const EvtxEvent& event, std::uint64_t record) {
    std::vector<TypedValue> values(18);
    values[0] = TypedValue::u8(event.level);
    values[1] = TypedValue::u8(0);
    values[2] = TypedValue::u16(event.task);
    values[3] = TypedValue::u16(event.event_id);
    values[5] = TypedValue::hex64(event.keywords);
    values[6] = TypedValue::filetime(event.logged);
    values[8] = TypedValue::u32(event.process_id);
    values[9] = TypedValue::u32(event.thread_id);
    values[10] = TypedValue::u64(record);
    values[11] = TypedValue::u8(event.version);
    values[12] = TypedValue::sid(5, {18});
    values[14] = TypedValue::text(provider_);
    values[15] = TypedValue::guid(provider_guid_);
    values[16] = TypedValue::text(channel_);
    values[17] = TypedValue::text(computer_);
    write_instance("system", std::string(kSystemShape), values, &event);
}

void EvtxWriter::write_instance(const std::string& identity, const std::string& shape,
                                const std::vector<TypedValue>& values, const EvtxEvent* nested) {
    put8(kFragment);
    put8(1);
    put8(1);
    put8(0);
    put8(kTemplateInstance);
    put8(1);
    // The GUID of a template stands for its content; made here from the content's hash.
    const Sha256Digest digest = sha256(as_bytes(identity + shape));
    const std::string guid(reinterpret_cast<const char*>(digest.data()), 16);
    put32(load_le<std::uint32_t>(as_bytes(guid).data()));
    const auto known = tables_.templates.find(guid);
    if (known != tables_.templates.end()) {
        put32(known->second);
    } else {
        const std::uint32_t at = here() + 4;
        put32(at);
        tables_.templates[guid] = at;
        write_definition(guid, shape);
    }
    const auto count = static_cast<std::uint32_t>(values.size() + (nested != nullptr ? 1 : 0));
    put32(count);
    for (const TypedValue& v : values) {
        put16(static_cast<std::uint16_t>(v.bytes.size()));
        put8(v.type);
        put8(0);
    }
    const std::uint32_t nested_size_at = here();
    if (nested != nullptr) {
        put16(0);
        put8(kBinXml);
        put8(0);
    }
    for (const TypedValue& v : values) {
        chunk_ += v.bytes;
    }
    if (nested != nullptr) {
        const std::uint32_t start = here();
        std::vector<TypedValue> inner;
        for (const auto& [name, value] : nested->data) {
            inner.push_back(value);
        }
        write_instance("data " + std::to_string(nested->event_id), data_shape(*nested), inner, nullptr);
        put8(kEnd);
        const std::uint32_t size = here() - start;
        chunk_[nested_size_at] = static_cast<char>(size & 0xff);
        chunk_[nested_size_at + 1] = static_cast<char>(size >> 8);
    }
}

void EvtxWriter::write_definition(const std::string& guid, const std::string& shape) {
    const std::uint32_t start = here();
    const std::uint32_t bucket = load_le<std::uint32_t>(as_bytes(guid).data()) % kTemplateBuckets;
    put32(tables_.template_heads[bucket]);  // the template before it in the same bucket, 0 for none
    tables_.template_heads[bucket] = start;
    chunk_ += guid;
    const std::uint32_t size_at = here();
    put32(0);
    put8(kFragment);
    put8(1);
    put8(1);
    put8(0);
    std::string_view left = shape;
    write_shape(left);
    put8(kEnd);
    patch32(size_at, here() - size_at - 4);
}

void EvtxWriter::write_shape(std::string_view& shape) {
    shape.remove_prefix(1);  // '<'
    const std::size_t name_end = shape.find_first_of(" |>");
    const bool attributes = shape[name_end] == ' ';
    put8(attributes ? kOpenWithAttributes : kOpen);
    put16(kNoDependency);
    const std::uint32_t size_at = here();
    put32(0);
    write_name(shape.substr(0, name_end));
    shape.remove_prefix(name_end);
    if (attributes) {
        const std::uint32_t list_at = here();
        put32(0);
        while (shape.front() == ' ') {
            shape.remove_prefix(1);
            const std::size_t end = shape.find_first_of(" |>");
            write_attribute(shape, shape[end] == ' ');
        }
        patch32(list_at, here() - list_at - 4);
    }
    if (shape.front() == '>') {
        shape.remove_prefix(1);
        put8(kCloseEmpty);
    } else {
        shape.remove_prefix(1);  // '|'
        put8(kCloseStart);
        while (shape.front() != '>') {
            if (shape.front() == '<') {
                write_shape(shape);
            } else {
                const std::size_t end = shape.find_first_of("<>");
                write_content(shape.substr(0, end));
                shape.remove_prefix(end);
            }
        }
        shape.remove_prefix(1);
        put8(kEndElement);
    }
    patch32(size_at, here() - size_at - 4);
}

void EvtxWriter::write_attribute(std::string_view& shape, bool more) {
    put8(more ? kAttribute : kLastAttribute);
    const std::size_t equals = shape.find('=');
    const std::size_t end = shape.find_first_of(" |>");
    write_name(shape.substr(0, equals));
    const std::string_view content = shape.substr(equals + 1, end - equals - 1);
    write_content(content == "@" ? kNamespace : content);
    shape.remove_prefix(end);
}

void EvtxWriter::write_content(std::string_view text) {
    if (text.front() == '%') {
        const std::size_t colon = text.find(':');
        put8(kOptionalSubstitution);
        put16(static_cast<std::uint16_t>(std::stoi(std::string(text.substr(1, colon - 1)))));
        put8(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(colon + 1)))));
        return;
    }
    const std::u16string wide = utf16(text);
    put8(kText);
    put8(kString);
    put16(static_cast<std::uint16_t>(wide.size()));
    chunk_ += raw16(wide);
}

void EvtxWriter::write_name(std::string_view name) {
    const std::u16string wide = utf16(name);
    const auto known = tables_.names.find(wide);
    if (known != tables_.names.end()) {
        put32(known->second);
        return;
    }
    const std::uint32_t at = here() + 4;
    put32(at);
    const std::uint16_t hash = name_hash(wide);
    put32(tables_.name_heads[hash % kNameBuckets]);
    put16(hash);
    put16(static_cast<std::uint16_t>(wide.size()));
    chunk_ += raw16(wide);
    put16(0);
    tables_.names[wide] = at;
    tables_.name_heads[hash % kNameBuckets] = at;
}

void EvtxWriter::end_chunk() {
    std::string head;
    head += std::string("ElfChnk\0", 8);
    head += raw(chunk_first_) + raw(next_record_ - 1) + raw(chunk_first_) + raw(next_record_ - 1);
    head += raw(std::uint32_t{128}) + raw(last_record_offset_) + raw(here());
    head += raw(crc(0, std::string_view(chunk_).substr(kFirstRecord)));
    chunk_.replace(0, head.size(), head);
    for (const auto& [bucket, at] : tables_.name_heads) {
        patch32(kNameTable + bucket * 4, at);
    }
    for (const auto& [bucket, at] : tables_.template_heads) {
        patch32(kTemplateTable + bucket * 4, at);
    }
    const std::string_view whole = chunk_;
    patch32(124, crc(crc(0, whole.substr(0, 120)), whole.substr(128, kFirstRecord - 128)));
    chunk_.resize(kChunkBytes, '\0');
    file_ += chunk_;
    ++chunks_;
}

std::string EvtxWriter::finish() {
    if (chunk_first_ < next_record_) {
        end_chunk();
    }
    std::string head("ElfFile\0", 8);
    head += raw(std::uint64_t{0}) + raw(static_cast<std::uint64_t>(chunks_ == 0 ? 0 : chunks_ - 1)) +
            raw(next_record_);
    head += raw(std::uint32_t{128}) + raw(std::uint16_t{1}) + raw(std::uint16_t{3}) +
            raw(std::uint16_t{4096}) + raw(chunks_);
    head.resize(4096, '\0');
    const std::uint32_t sum = crc(0, std::string_view(head).substr(0, 120));
    std::memcpy(head.data() + 124, &sum, sizeof(sum));
    return head + file_;
}

}  // namespace trocar::test
