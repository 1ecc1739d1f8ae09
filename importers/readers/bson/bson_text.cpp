#include "importers/readers/bson/bson_text.h"

#include <algorithm>
#include <utility>

#include "core/base/escape.h"
#include "core/base/text.h"

namespace trocar {
namespace {

constexpr std::string_view kLeftOut = "...";
constexpr std::string_view kHexDigits = "0123456789abcdef";

std::string number_text(const BsonElement& element) {
    const std::int64_t number = element.number();
    if (number >= 0) {
        return std::to_string(number);
    }
    const auto bits = static_cast<std::uint64_t>(number);
    return hex(element.type == BsonType::int32 ? bits & 0xffffffffU : bits);
}

std::string binary_text(Bytes bytes) {
    std::string out;
    for (const std::byte byte : bytes) {
        const auto c = std::to_integer<unsigned char>(byte);
        if (c >= ' ' && c < 0x7f) {
            out += static_cast<char>(c);
        } else {
            out += "\\x";
            out += kHexDigits[c >> 4U];
            out += kHexDigits[c & 0xfU];
        }
    }
    return out;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (u < 0x20) {
            out += "\\u00";
            out += kHexDigits[u >> 4U];
            out += kHexDigits[u & 0xfU];
        } else {
            out += c;
        }
    }
    return out + '"';
}

Bytes limited(Bytes bytes, bool& whole) {
    whole = whole && bytes.size() <= kMaxBsonText;
    return bytes.first(std::min(bytes.size(), kMaxBsonText));
}

/// Writes JSON; its depth is at most kMaxBsonDepth.
class JsonWriter {
public:
    explicit JsonWriter(bool& whole) : whole_(whole) {}

    void nested(Bytes document, bool array, int depth) {
        out_ += array ? '[' : '{';
        BsonElements elements(document);
        BsonElement element;
        bool first = true;
        while (elements.next(element)) {
            out_ += first ? "" : ", ";
            first = false;
            if (out_.size() > kMaxBsonText) {
                leave_out(array);
                break;
            }
            if (!array) {
                out_ += quoted(valid_utf8(element.name)) + ": ";
            }
            value(element, depth);
        }
        whole_ = whole_ && !elements.damaged();
        out_ += array ? ']' : '}';
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void leave_out(bool array) {
        whole_ = false;
        out_ += quoted(kLeftOut);
        out_ += array ? "" : ": null";
    }
    void value(const BsonElement& element, int depth) {
        if (!element.is_nested()) {
            const bool bare = element.type == BsonType::int32 || element.type == BsonType::truth;
            const std::string text = bson_text(element, whole_);
            out_ += bare && !text.starts_with("0x") ? text : quoted(text);
        } else if (depth >= kMaxBsonDepth) {
            leave_out(true);
        } else {
            nested(element.bytes, element.type == BsonType::array, depth + 1);
        }
    }

    std::string out_;
    bool& whole_;
};

}  // namespace

std::string bson_text(const BsonElement& element, bool& whole) {
    switch (element.type) {
        case BsonType::int32:
        case BsonType::int64:
        case BsonType::truth: return number_text(element);
        case BsonType::text: return valid_utf8(as_text(limited(element.bytes, whole)));
        case BsonType::binary: return binary_text(limited(element.bytes, whole));
        case BsonType::number: return std::to_string(load_le<double>(element.bytes.data()));
        case BsonType::time:
        case BsonType::timestamp: return std::to_string(load_le<std::int64_t>(element.bytes.data()));
        case BsonType::null: return {};
        case BsonType::document:
        case BsonType::array: {
            JsonWriter writer(whole);
            writer.nested(element.bytes, element.type == BsonType::array, 1);
            return writer.take();
        }
    }
    return {};
}

std::string bson_json(Bytes document, bool& whole) {
    JsonWriter writer(whole);
    writer.nested(document, false, 1);
    return writer.take();
}

}  // namespace trocar
