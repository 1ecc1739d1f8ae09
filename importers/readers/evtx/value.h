#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/byte_cursor.h"
#include "core/model/event.h"
#include "importers/readers/evtx/format.h"

namespace trocar::evtx {

/// A value as it lies in the chunk: place, length, type byte (kTypeArray may be set).
struct ValueRef {
    std::uint32_t at = 0;
    std::uint16_t size = 0;
    std::uint8_t type = 0;
    [[nodiscard]] bool null() const { return type == static_cast<std::uint8_t>(Type::null); }
    [[nodiscard]] bool nested() const { return type == static_cast<std::uint8_t>(Type::bin_xml); }
    [[nodiscard]] bool array() const { return (type & kTypeArray) != 0; }
};

/// Bytes that format_value may write for a value of this type and length.
[[nodiscard]] std::size_t format_room(Type type, std::size_t size) noexcept;
/// A value as Windows writes it in event XML, as UTF-8, not escaped: "0x1fffff", "{lower-case-guid}",
/// "2019-05-18T17:16:16.1760000Z", "S-1-5-18", "true", "0A0B". `out` holds format_room() bytes. A value whose length
/// does not suit its type comes out as hexadecimal bytes. Returns the end of what was written.
[[nodiscard]] char* format_value(Bytes bytes, Type type, char* out) noexcept;
void append_value(Bytes bytes, Type type, std::string& out);

/// How many values an array holds; 0 for an empty one.
[[nodiscard]] std::size_t array_count(Bytes bytes, Type type) noexcept;
/// Cuts the next value off the front of an array; false at its end.
[[nodiscard]] bool next_of_array(Bytes& rest, Type type, Bytes& item) noexcept;

/// Text of one record, at addresses that do not move. Grows by blocks up to `limit` bytes. Thread safety: none.
class TextBuffer {
public:
    explicit TextBuffer(std::size_t limit) : limit_(limit) {}
    /// Forgets all text; the first block stays for the next.
    void clear() noexcept;
    /// Room for `size` bytes, or nullptr when that would be more than the limit.
    [[nodiscard]] char* room(std::size_t size) { return size <= left_ ? at_ : more_room(size); }
    /// Keeps what was written from room() up to `end`.
    std::string_view keep(const char* end) noexcept {
        const auto size = static_cast<std::size_t>(end - at_);
        const std::string_view text(at_, size);
        at_ += size;
        left_ -= size;
        return text;
    }

private:
    static constexpr std::size_t kBlock = 64U << 10;
    char* more_room(std::size_t size);

    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t first_size_ = 0;
    char* at_ = nullptr;
    std::size_t left_ = 0;
    std::size_t limit_;
    std::size_t reserved_ = 0;
};

enum class ValueState : std::uint8_t {
    read,
    odd_size,  ///< the length does not suit the type: given as hexadecimal bytes
    no_room,   ///< the record's text limit is reached
};
/// One value, typed as core/model/event.h has it. Not for arrays and BinXML.
[[nodiscard]] ValueState read_value(Bytes bytes, Type type, TextBuffer& text, FieldValue& out);
/// Text form of an emitted value (decimal, 0x hexadecimal, {guid}, ISO time).
[[nodiscard]] std::string display_text(const FieldValue& value);

}  // namespace trocar::evtx
