#include "importers/readers/etl/payload.h"

#include "importers/readers/etl/layouts.h"

#include <array>

namespace trocar::etl {
namespace {

using evtx::Type;

/// The types of Layout::fields with a width of their own.
struct Fixed {
    std::string_view name;
    std::size_t size;
    Type type;
};
constexpr std::array kFixed{
    Fixed{"u32", 4, Type::uint32}, Fixed{"u8", 1, Type::uint8},   Fixed{"time", 8, Type::file_time},
    Fixed{"u64", 8, Type::uint64}, Fixed{"u16", 2, Type::uint16}, Fixed{"x32", 4, Type::hex32},
    Fixed{"x64", 8, Type::hex64},  Fixed{"guid", 16, Type::guid}, Fixed{"bool", 4, Type::boolean},
};

bool read_field(PayloadCursor& cursor, std::string_view type, FieldValue& out) {
    for (const Fixed& fixed : kFixed) {
        if (fixed.name == type) {
            return cursor.fixed(fixed.size, fixed.type, out);
        }
    }
    if (type == "ptr") {
        return cursor.fixed(cursor.pointer(), Type::size, out);
    }
    if (type == "x16") {
        const bool fits = cursor.fixed(2, Type::uint16, out);
        out.kind = ValueKind::hex;
        return fits;
    }
    if (type == "ansi") {
        return cursor.text8(out);
    }
    if (type == "sid") {
        return cursor.sid(out);
    }
    return type == "user" ? cursor.user(out) : cursor.text16(out);
}

}  // namespace

bool PayloadCursor::fixed(std::size_t size, Type type, FieldValue& out) {
    if (size > rest_.size() ||
        evtx::read_value(rest_.first(size), type, text_, out) == evtx::ValueState::no_room) {
        return false;
    }
    rest_ = rest_.subspan(size);
    return true;
}

bool PayloadCursor::text16(FieldValue& out) {
    std::size_t size = 0;
    while (rest_.size() - size >= 2 && load_le<std::uint16_t>(rest_.data() + size) != 0) {
        size += 2;
    }
    if (rest_.size() - size < 2 || !fixed(size, Type::string, out)) {
        return false;
    }
    rest_ = rest_.subspan(2);
    return true;
}

bool PayloadCursor::text8(FieldValue& out) {
    const std::size_t size = as_text(rest_).find('\0');
    if (size == std::string_view::npos || !fixed(size, Type::ansi_string, out)) {
        return false;
    }
    rest_ = rest_.subspan(1);
    return true;
}

bool PayloadCursor::sid(FieldValue& out) {
    // [MS-DTYP] 2.4.2.2: revision, count of 4-byte parts, 6 bytes of authority.
    return rest_.size() >= 8 && fixed(8 + 4 * std::to_integer<std::size_t>(rest_[1]), Type::sid, out);
}

bool PayloadCursor::user(FieldValue& out) {
    if (rest_.size() >= 4 && load_le<std::uint32_t>(rest_.data()) == 0) {
        rest_ = rest_.subspan(4);
        out = {};
        return true;
    }
    const std::size_t token = 2 * pointer();
    if (rest_.size() < token) {
        return false;
    }
    rest_ = rest_.subspan(token);
    return sid(out);
}

bool PayloadCursor::number16(std::uint16_t& out) {
    if (rest_.size() < 2) {
        return false;
    }
    out = load_le<std::uint16_t>(rest_.data());
    rest_ = rest_.subspan(2);
    return true;
}

PayloadState read_payload(const Record& record, evtx::TextBuffer& text, std::vector<EventField>& out) {
    if (!record.kernel() && record.provider.none()) {
        return PayloadState::unknown;
    }
    Layout layout;
    switch (find_layout(record.provider, record.id, record.version, layout)) {
        case LayoutMatch::unknown: return PayloadState::unknown;
        case LayoutMatch::unknown_version: return PayloadState::unknown_version;
        case LayoutMatch::exact: break;
    }
    const std::size_t before = out.size();
    PayloadCursor cursor(record.payload, record.wide, text);
    LayoutField field;
    bool fits = true;
    while (fits && next_field(layout.fields, field)) {
        if (field.type == "opt" && cursor.left() == 0) {
            break;
        }
        EventField read{field.name, {}};
        fits = read_field(cursor, field.type, read.value);
        out.push_back(read);
    }
    if (fits && cursor.left() == 0) {
        return PayloadState::read;
    }
    out.resize(before);
    return PayloadState::misfit;
}

}  // namespace trocar::etl
