#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/byte_cursor.h"

namespace trocar {

/// Element types of BSON 1.1 (bsonspec.org); a document with any other counts as damaged.
enum class BsonType : std::uint8_t {
    number = 0x01,  ///< binary64
    text = 0x02,
    document = 0x03,
    array = 0x04,
    binary = 0x05,
    truth = 0x08,
    time = 0x09,
    null = 0x0a,
    int32 = 0x10,
    timestamp = 0x11,
    int64 = 0x12,
};

/// One element. Views are into the document's bytes.
struct BsonElement {
    BsonType type{};
    std::string_view name;  ///< as written; of an array its number
    Bytes bytes;            ///< the value: text without its zero, binary without its head, a document with its length

    [[nodiscard]] bool is_number() const { return type == BsonType::int32 || type == BsonType::int64; }
    /// int32 (its sign kept), int64, truth; 0 for all else.
    [[nodiscard]] std::int64_t number() const;
    /// Of a text; empty for all else. Not necessarily UTF-8.
    [[nodiscard]] std::string_view text() const;
    /// A document or an array: BsonElements reads it.
    [[nodiscard]] bool is_nested() const { return type == BsonType::document || type == BsonType::array; }
};

/// Walks the elements of one document of hostile origin; never recursive, allocates nothing. Thread safety: a value.
class BsonElements {
public:
    static constexpr std::size_t kSmallest = 5;  ///< a length and the closing zero

    /// `document` begins with its length; bytes behind it are not looked at.
    explicit BsonElements(Bytes document);

    /// False at the end, and where the document is damaged.
    [[nodiscard]] bool next(BsonElement& element);
    /// It does not hold what its lengths and types say.
    [[nodiscard]] bool damaged() const { return damaged_; }

private:
    [[nodiscard]] bool value(BsonElement& element);
    [[nodiscard]] bool take(std::size_t count, Bytes& out);
    [[nodiscard]] bool take_name(std::string_view& out);
    [[nodiscard]] bool take_sized(std::size_t head, BsonElement& element);

    Bytes rest_;  // up to the closing zero
    bool damaged_ = false;
};

}  // namespace trocar
