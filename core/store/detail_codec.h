#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/byte_cursor.h"
#include "core/base/id.h"
#include "core/base/time.h"
#include "core/model/event.h"

namespace trocar {

// event.detail: varints (LEB128): layout, raw block + 1 (0: none), offset and length in it, then one value for each
// field of the layout. A layout is the list of (field, form) pairs; most events share a handful of layouts.

/// How a value lies in event.detail. Stored in cases: append only.
enum class ValueForm : std::uint8_t {
    text = 0,          ///< id of an interned string
    number = 1,
    hex = 2,
    guid = 3,          ///< id of the interned lower-case text
    time = 4,          ///< zigzag difference to the event's time, ns
    decimal_text = 5,  ///< text that is exactly the decimal form of a number
    hex_text = 6,      ///< text that is exactly 0x and the lower-case form of a number
    time_text = 7,     ///< text "YYYY-MM-DD HH:MM:SS.mmm", zigzag difference to the event's time
    iso_text = 8,      ///< text "YYYY-MM-DDTHH:MM:SS.mmmZ", likewise
    in_block = 9,      ///< a long text: text block, offset and length in it
};
inline constexpr std::uint8_t kValueFormCount = 10;

struct LayoutField {
    std::uint16_t field = 0;  ///< the case's own field id
    ValueForm form = ValueForm::text;
    friend bool operator==(const LayoutField&, const LayoutField&) = default;
};
using Layout = std::vector<LayoutField>;

/// Most named values kept of one event.
inline constexpr std::size_t kMaxFieldsPerEvent = 4096;

inline void put_varint(std::vector<std::byte>& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::byte>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::byte>(value));
}
inline std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

/// Reads varints of hostile origin; a cut or over-long one gives zero and latches `failed`.
class VarintReader {
public:
    explicit VarintReader(Bytes bytes) : bytes_(bytes) {}
    [[nodiscard]] std::uint64_t next() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
            const auto byte = static_cast<std::uint64_t>(bytes_[at_++]);
            value |= (byte & 0x7f) << shift;
            if (byte < 0x80) {
                return value;
            }
        }
        failed_ = true;
        return 0;
    }
    [[nodiscard]] bool failed() const { return failed_; }

private:
    Bytes bytes_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

struct DetailHead {
    std::uint32_t layout = 0;
    std::uint32_t raw_block = RawBlockId::kNone;
    RawPlace raw;
    bool ok = false;
};
[[nodiscard]] DetailHead read_detail_head(VarintReader& reader);

/// One value as stored: `number` is a string id for text and guid, the number itself for numbers, UtcNanos for times.
struct DetailValue {
    LayoutField field;
    std::uint64_t number = 0;               ///< in_block: the text block
    std::uint64_t offset = 0, length = 0;   ///< in_block
};
/// Calls `visit(DetailValue)` for each value; false: the detail is damaged.
template <class Visit>
[[nodiscard]] bool visit_detail(Bytes detail, UtcNanos time, const std::vector<Layout>& layouts, Visit visit) {
    VarintReader reader(detail);
    const DetailHead head = read_detail_head(reader);
    if (!head.ok || head.layout >= layouts.size()) {
        return false;
    }
    const std::uint64_t base = time.none() ? 0 : static_cast<std::uint64_t>(time.count);
    for (const LayoutField& field : layouts[head.layout]) {
        DetailValue value{field, reader.next()};
        if (field.form == ValueForm::in_block) {
            value.offset = reader.next();
            value.length = reader.next();
        } else {
            if (field.form == ValueForm::time || field.form == ValueForm::time_text || field.form == ValueForm::iso_text) {
                value.number = base + static_cast<std::uint64_t>(unzigzag(value.number));
            }
        }
        if (reader.failed()) {
            return false;
        }
        visit(value);
    }
    return true;
}

/// The value as people read it; empty for texts, which are elsewhere (see text_of in text_blocks.h).
[[nodiscard]] std::string shown_value(const DetailValue& value);
[[nodiscard]] inline bool is_string(ValueForm form) { return form == ValueForm::text || form == ValueForm::guid; }

/// The most compact form that gives the text back byte for byte, and its number (absolute UtcNanos for times).
struct TextForm {
    ValueForm form = ValueForm::text;
    std::uint64_t number = 0;
};
[[nodiscard]] TextForm compact_form(std::string_view text);

[[nodiscard]] std::vector<std::byte> encode_layout(const Layout& layout);
/// False: damaged.
[[nodiscard]] bool decode_layout(Bytes bytes, Layout& out);

}  // namespace trocar
