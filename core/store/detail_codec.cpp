#include "core/store/detail_codec.h"

#include "core/base/text.h"

namespace trocar {
namespace {

bool digits_at(std::string_view text, std::initializer_list<std::size_t> places) {
    for (const std::size_t i : places) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return true;
}

/// "YYYY-MM-DD?HH:MM:SS.mmm" with nothing that another spelling of the same instant could share.
bool is_plain_stamp(std::string_view text, char between) {
    // Nanoseconds of a 64-bit stamp reach from 1677 to 2262.
    const bool in_range = (text[0] == '1' && text[1] >= '7') || (text[0] == '2' && text[1] < '2');
    return in_range && text[4] == '-' && text[7] == '-' && text[10] == between && text[13] == ':' && text[16] == ':' &&
           text[19] == '.' && text[17] < '6' &&
           digits_at(text, {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22});
}

std::string iso_milliseconds(UtcNanos t) {
    std::string text = format_time(t, 3);
    if (text.size() > 10) {
        text[10] = 'T';
    }
    return text + 'Z';
}

}  // namespace

DetailHead read_detail_head(VarintReader& reader) {
    DetailHead head;
    const std::uint64_t layout = reader.next();
    const std::uint64_t block = reader.next();
    const std::uint64_t offset = reader.next();
    const std::uint64_t length = reader.next();
    constexpr std::uint64_t kMost = 0xffffffffULL;
    if (reader.failed() || layout > kMost || block > kMost || offset > kMost || length > kMost) {
        return head;
    }
    head.layout = static_cast<std::uint32_t>(layout);
    head.raw_block = block == 0 ? RawBlockId::kNone : static_cast<std::uint32_t>(block - 1);
    head.raw = {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
    head.ok = true;
    return head;
}

std::string shown_value(const DetailValue& value) {
    const UtcNanos time{static_cast<std::int64_t>(value.number)};
    switch (value.field.form) {
        case ValueForm::text:
        case ValueForm::guid:
        case ValueForm::in_block: return {};
        case ValueForm::number:
        case ValueForm::decimal_text: return std::to_string(value.number);
        case ValueForm::hex:
        case ValueForm::hex_text: return hex(value.number);
        case ValueForm::time: return format_iso_time(time);
        case ValueForm::time_text: return format_time(time, 3);
        case ValueForm::iso_text: return iso_milliseconds(time);
    }
    return {};
}

TextForm compact_form(std::string_view text) {
    constexpr std::size_t kStampLength = 23;
    if (text.empty() || text[0] < '0' || text[0] > '9' || text.size() > kStampLength + 1) {
        return {};
    }
    if (text.size() >= kStampLength) {
        const bool iso = text.size() == kStampLength + 1;
        if (is_plain_stamp(text, iso ? 'T' : ' ') && (!iso || text.back() == 'Z')) {
            if (const auto time = parse_iso_time(text); time && !time->none()) {
                return {iso ? ValueForm::iso_text : ValueForm::time_text, static_cast<std::uint64_t>(time->count)};
            }
        }
        return {};
    }
    if (text.size() > 2 && text[0] == '0' && text[1] == 'x' && text.size() <= 18) {
        if (text[2] == '0' && text.size() > 3) {
            return {};
        }
        std::uint64_t value = 0;
        for (const char c : text.substr(2)) {
            if (c >= '0' && c <= '9') {
                value = value << 4 | static_cast<std::uint64_t>(c - '0');
            } else if (c >= 'a' && c <= 'f') {
                value = value << 4 | static_cast<std::uint64_t>(c - 'a' + 10);
            } else {
                return {};
            }
        }
        return {ValueForm::hex_text, value};
    }
    if (text.size() > 19 || (text[0] == '0' && text.size() > 1)) {
        return {};
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return {};
        }
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return {ValueForm::decimal_text, value};
}

std::vector<std::byte> encode_layout(const Layout& layout) {
    std::vector<std::byte> out;
    for (const LayoutField& field : layout) {
        put_varint(out, field.field);
        put_varint(out, static_cast<std::uint64_t>(field.form));
    }
    return out;
}

bool decode_layout(Bytes bytes, Layout& out) {
    VarintReader reader(bytes);
    std::size_t ends = 0;  // bytes that end a varint: two of them make a field
    for (const std::byte b : bytes) {
        ends += b < std::byte{0x80} ? 1U : 0U;
    }
    if (ends % 2 != 0 || ends / 2 > kMaxFieldsPerEvent) {
        return false;
    }
    out.clear();
    for (std::size_t i = 0; i < ends / 2; ++i) {
        const std::uint64_t field = reader.next();
        const std::uint64_t form = reader.next();
        if (reader.failed() || field > 0xffff || form >= kValueFormCount) {
            return false;
        }
        out.push_back({static_cast<std::uint16_t>(field), static_cast<ValueForm>(form)});
    }
    return true;
}

}  // namespace trocar
