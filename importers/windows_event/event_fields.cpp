#include "importers/windows_event/event_fields.h"

#include "core/base/text.h"

#include <algorithm>
#include <charconv>

namespace trocar {

void EventFields::reset(std::span<const FieldValue> fields) noexcept {
    at_.fill(kAbsent);
    fields_ = fields;
    scratch_used_ = 0;
    const std::size_t count = std::min<std::size_t>(fields.size(), kAbsent);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t id = fields[i].field.value;
        if (id < kKnownFieldCount && at_[id] == kAbsent) {
            at_[id] = static_cast<std::uint16_t>(i);
        }
    }
}

std::string& EventFields::scratch() {
    if (scratch_used_ == scratch_.size()) {
        scratch_.emplace_back();
    }
    std::string& s = scratch_[scratch_used_++];
    s.clear();
    return s;
}

std::string_view EventFields::text(Field field) {
    const FieldValue* v = find(field);
    if (v == nullptr) {
        return {};
    }
    if (v->kind == ValueKind::text) {
        return v->text;
    }
    std::string& out = scratch();
    switch (v->kind) {
        case ValueKind::text: break;
        case ValueKind::number: out = std::to_string(v->number); break;
        case ValueKind::hex: out = hex(v->number); break;
        case ValueKind::guid: out = format_guid({v->number, v->low}); break;
        case ValueKind::time: out = format_iso_time({static_cast<std::int64_t>(v->number)}); break;
    }
    return out;
}

std::optional<std::uint64_t> EventFields::number(Field field) const noexcept {
    const FieldValue* v = find(field);
    if (v == nullptr) {
        return std::nullopt;
    }
    switch (v->kind) {
        case ValueKind::text: return parse_number(trimmed(v->text));
        case ValueKind::number:
        case ValueKind::hex: return v->number;
        default: return std::nullopt;
    }
}

std::optional<Guid> EventFields::guid(Field field) const noexcept {
    const FieldValue* v = find(field);
    if (v == nullptr) {
        return std::nullopt;
    }
    if (v->kind == ValueKind::guid) {
        return Guid{v->number, v->low};
    }
    return v->kind == ValueKind::text ? parse_guid(v->text) : std::nullopt;
}

std::optional<UtcNanos> EventFields::time(Field field) const noexcept {
    const FieldValue* v = find(field);
    if (v == nullptr) {
        return std::nullopt;
    }
    if (v->kind == ValueKind::time) {
        const UtcNanos t{static_cast<std::int64_t>(v->number)};
        return t.none() ? std::nullopt : std::optional(t);
    }
    return v->kind == ValueKind::text ? parse_iso_time(trimmed(v->text)) : std::nullopt;
}

}  // namespace trocar
