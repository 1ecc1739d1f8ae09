#include "importers/readers/etl/record.h"

#include "importers/readers/etl/extended.h"
#include "importers/readers/etl/format.h"

#include <array>

namespace trocar::etl {
namespace {

/// What the header type says of a record's header.
struct Shape {
    RecordKind kind;
    std::uint8_t header;  ///< bytes
    bool size_first;      ///< the size is the marker's low word, else the word at 4
    std::string_view name;
};
constexpr std::array kShapes{
    Shape{RecordKind::system32, 0x20, false, "SYSTEM32"},
    Shape{RecordKind::system64, 0x20, false, "SYSTEM64"},
    Shape{RecordKind::compact32, 0x18, false, "COMPACT32"},
    Shape{RecordKind::compact64, 0x18, false, "COMPACT64"},
    Shape{RecordKind::perfinfo32, 0x10, false, "PERFINFO32"},
    Shape{RecordKind::perfinfo64, 0x10, false, "PERFINFO64"},
    Shape{RecordKind::event32, 0x50, true, "EVENT_HEADER32"},
    Shape{RecordKind::event64, 0x50, true, "EVENT_HEADER64"},
    Shape{RecordKind::full32, 0x30, true, "FULL_HEADER32"},
    Shape{RecordKind::full64, 0x30, true, "FULL_HEADER64"},
    Shape{RecordKind::instance32, 0x38, true, "INSTANCE32"},
    Shape{RecordKind::instance64, 0x38, true, "INSTANCE64"},
    Shape{RecordKind::message, 0x08, true, "MESSAGE"},
};

// TRACE_MESSAGE_* (evntrace.h): which parts follow the header of a message, in this order.
constexpr std::uint16_t kMessageSequence = 0x01;
constexpr std::uint16_t kMessageGuid = 0x02;
constexpr std::uint16_t kMessageComponent = 0x04;
constexpr std::uint16_t kMessageTime = 0x08;
constexpr std::uint16_t kMessageSystem = 0x20;
constexpr std::uint16_t kMessagePointer32 = 0x40;

const Shape* shape_of(std::uint32_t marker) noexcept {
    const auto flags = static_cast<std::uint8_t>(marker >> 24U);
    const auto type = static_cast<std::uint8_t>(marker >> 16U);
    for (const Shape& shape : kShapes) {
        const bool message = shape.kind == RecordKind::message;
        if (message ? flags == kMarkerMessage
                    : flags == kMarkerRecord && type == static_cast<std::uint8_t>(shape.kind)) {
            return &shape;
        }
    }
    return nullptr;
}

bool is_wide(RecordKind kind) noexcept {
    return kind == RecordKind::system64 || kind == RecordKind::compact64 || kind == RecordKind::perfinfo64 ||
           kind == RecordKind::event64 || kind == RecordKind::full64 || kind == RecordKind::instance64;
}

Guid guid_at(const std::byte* p) noexcept {
    return guid_from_bytes(reinterpret_cast<const unsigned char*>(p));
}

void read_who_and_when(const std::byte* p, Record& out) noexcept {
    out.tid = load_le<std::uint32_t>(p + 8);
    out.pid = load_le<std::uint32_t>(p + 12);
    out.ticks = load_le<std::uint64_t>(p + 16);
    out.has_ticks = true;
}

/// Some kernel records carry more header: 8 bytes with bit 15 of the version, and 8 for each of bits 8 to 10
/// (dissect.etl).
std::size_t kernel_header(const std::byte* p, std::size_t plain, Record& out) noexcept {
    const auto low = load_le<std::uint16_t>(p);
    out.version = low & 0xffU;
    out.opcode = std::to_integer<std::uint8_t>(p[6]);
    out.id = static_cast<std::uint16_t>(std::to_integer<unsigned>(p[7]) << 8U | out.opcode);
    if (plain == 0x10) {
        out.ticks = load_le<std::uint64_t>(p + 8);
        out.has_ticks = true;
    } else {
        read_who_and_when(p, out);
    }
    return plain + ((low & 0x8000U) != 0 ? 8 : 0) + std::size_t{8} * (low >> 8U & 7U);
}

std::size_t classic_header(const std::byte* p, std::size_t plain, Record& out) noexcept {
    read_who_and_when(p, out);
    out.opcode = std::to_integer<std::uint8_t>(p[4]);
    out.level = std::to_integer<std::uint8_t>(p[5]);
    out.version = load_le<std::uint16_t>(p + 6);
    if (plain == 0x30) {
        out.provider = guid_at(p + 24);
    }
    out.id = out.opcode;
    return plain;
}

/// Size of an EVENT_HEADER with its extended items; 0 when those do not fit.
std::size_t event_header(Bytes bytes, Record& out) noexcept {
    const std::byte* p = bytes.data();
    const auto flags = load_le<std::uint16_t>(p + 4);
    read_who_and_when(p, out);
    out.provider = guid_at(p + 0x18);
    out.id = load_le<std::uint16_t>(p + 0x28);
    out.version = std::to_integer<std::uint8_t>(p[0x2a]);
    out.level = std::to_integer<std::uint8_t>(p[0x2c]);
    out.opcode = std::to_integer<std::uint8_t>(p[0x2d]);
    out.task = load_le<std::uint16_t>(p + 0x2e);
    out.keyword = load_le<std::uint64_t>(p + 0x30);
    out.activity = guid_at(p + 0x40);
    if ((flags & (kEvent32Bit | kEvent64Bit)) != 0) {
        out.wide = (flags & kEvent64Bit) != 0;
    }
    if ((flags & kEventExtended) == 0) {
        return 0x50;
    }
    const std::size_t items = extended_size(bytes.subspan(0x50));
    out.extended = bytes.subspan(0x50, items);
    return items == 0 ? 0 : 0x50 + items;
}

/// Size of a message's header; 0 when its parts do not fit.
std::size_t message_header(Bytes bytes, Record& out) noexcept {
    ByteCursor cursor(bytes);
    cursor.skip(4, "marker");
    out.id = cursor.u16("message number");
    const std::uint16_t flags = cursor.u16("message flags");
    out.wide = (flags & kMessagePointer32) == 0;
    cursor.skip((flags & kMessageSequence) != 0 ? 4 : 0, "sequence");
    if ((flags & kMessageGuid) != 0) {
        if (const Bytes guid = cursor.bytes(16, "message guid"); !cursor.failed()) {
            out.provider = guid_at(guid.data());
        }
    } else if ((flags & kMessageComponent) != 0) {
        cursor.skip(4, "component");
    }
    if ((flags & kMessageTime) != 0) {
        out.ticks = cursor.u64("time");
        out.has_ticks = true;
    }
    if ((flags & kMessageSystem) != 0) {
        out.tid = cursor.u32("thread");
        out.pid = cursor.u32("process");
    }
    return cursor.failed() ? 0 : cursor.position();
}

std::size_t read_header(const Shape& shape, Bytes bytes, Record& out) noexcept {
    switch (shape.kind) {
        case RecordKind::event32:
        case RecordKind::event64: return event_header(bytes, out);
        case RecordKind::message: return message_header(bytes, out);
        case RecordKind::full32:
        case RecordKind::full64:
        case RecordKind::instance32:
        case RecordKind::instance64: return classic_header(bytes.data(), shape.header, out);
        default: return kernel_header(bytes.data(), shape.header, out);
    }
}

}  // namespace

bool Record::kernel() const {
    switch (kind) {
        case RecordKind::system32:
        case RecordKind::system64:
        case RecordKind::compact32:
        case RecordKind::compact64:
        case RecordKind::perfinfo32:
        case RecordKind::perfinfo64: return true;
        default: return false;
    }
}

RecordState read_record(Bytes buffer, std::size_t offset, Record& out) noexcept {
    if (offset > buffer.size() || buffer.size() - offset < 8) {
        return RecordState::end;
    }
    const Bytes rest = buffer.subspan(offset);
    const auto marker = load_le<std::uint32_t>(rest.data());
    if (marker == kEndOfRecords) {
        return RecordState::end;
    }
    const Shape* shape = shape_of(marker);
    out = {};
    out.offset = static_cast<std::uint32_t>(offset);
    if (shape == nullptr) {
        return RecordState::bad;
    }
    out.kind = shape->kind;
    out.wide = is_wide(shape->kind);
    out.size = shape->size_first ? marker & 0xffffU : load_le<std::uint16_t>(rest.data() + 4);
    if (out.size < shape->header) {
        return RecordState::bad;
    }
    if (out.size > rest.size()) {
        return RecordState::cut_off;
    }
    const Bytes bytes = rest.first(out.size);
    const std::size_t header = read_header(*shape, bytes, out);
    if (header == 0 || header > bytes.size()) {
        return RecordState::bad;
    }
    out.payload = bytes.subspan(header);
    return RecordState::record;
}

std::size_t next_record(const Record& record) noexcept {
    return (record.offset + std::size_t{record.size} + kRecordAlignment - 1) / kRecordAlignment *
           kRecordAlignment;
}

std::string_view name(RecordKind kind) noexcept {
    for (const Shape& shape : kShapes) {
        if (shape.kind == kind) {
            return shape.name;
        }
    }
    return "?";
}

}  // namespace trocar::etl
