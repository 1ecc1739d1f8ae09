#include "importers/readers/bson/bson_elements.h"

namespace trocar {
namespace {

constexpr std::size_t kLength = 4;

}  // namespace

std::int64_t BsonElement::number() const {
    switch (type) {
        case BsonType::int32: return load_le<std::int32_t>(bytes.data());
        case BsonType::int64: return load_le<std::int64_t>(bytes.data());
        case BsonType::truth: return bytes[0] == std::byte{0} ? 0 : 1;
        default: return 0;
    }
}

std::string_view BsonElement::text() const {
    return type == BsonType::text ? as_text(bytes) : std::string_view{};
}

BsonElements::BsonElements(Bytes document) {
    const std::size_t length = document.size() < kSmallest ? 0 : load_le<std::uint32_t>(document.data());
    damaged_ = length < kSmallest || length > document.size() || document[length - 1] != std::byte{0};
    if (!damaged_) {
        rest_ = document.subspan(kLength, length - kSmallest);
    }
}

bool BsonElements::take(std::size_t count, Bytes& out) {
    if (count > rest_.size()) {
        return false;
    }
    out = rest_.first(count);
    rest_ = rest_.subspan(count);
    return true;
}

bool BsonElements::take_name(std::string_view& out) {
    const std::size_t end = as_text(rest_).find('\0');
    if (end == std::string_view::npos) {
        return false;
    }
    out = as_text(rest_.first(end));
    rest_ = rest_.subspan(end + 1);
    return true;
}

/// A length, `head` bytes that it does not count, and as many bytes as it says.
bool BsonElements::take_sized(std::size_t head, BsonElement& element) {
    Bytes length, skipped;
    return take(kLength, length) && take(head, skipped) && take(load_le<std::uint32_t>(length.data()), element.bytes);
}

bool BsonElements::value(BsonElement& element) {
    switch (element.type) {
        case BsonType::number:
        case BsonType::time:
        case BsonType::timestamp:
        case BsonType::int64: return take(8, element.bytes);
        case BsonType::int32: return take(4, element.bytes);
        case BsonType::truth: return take(1, element.bytes);
        case BsonType::null: return true;
        case BsonType::binary: return take_sized(1, element);
        case BsonType::text:
            if (!take_sized(0, element) || element.bytes.empty() || element.bytes.back() != std::byte{0}) {
                return false;
            }
            element.bytes = element.bytes.first(element.bytes.size() - 1);
            return true;
        case BsonType::document:
        case BsonType::array: {
            const std::size_t length = rest_.size() < kLength ? 0 : load_le<std::uint32_t>(rest_.data());
            return length >= kSmallest && take(length, element.bytes);
        }
    }
    return false;  // a type that no monitor writes
}

bool BsonElements::next(BsonElement& element) {
    if (damaged_ || rest_.empty()) {
        return false;
    }
    element = {};
    element.type = static_cast<BsonType>(rest_.front());
    rest_ = rest_.subspan(1);
    damaged_ = !take_name(element.name) || !value(element);
    return !damaged_;
}

}  // namespace trocar
