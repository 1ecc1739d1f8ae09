#include "importers/readers/etl/trace_logging.h"

#include "core/base/escape.h"
#include "importers/readers/etl/format.h"

#include <algorithm>
#include <optional>
#include <string>

namespace trocar::etl {
namespace {

using evtx::Type;

// TlgIn_t and the flags of its byte (TraceLoggingProvider.h).
constexpr std::uint8_t kTypeMask = 0x1f;
constexpr std::uint8_t kCountMask = 0x60;
constexpr std::uint8_t kConstantCount = 0x20;
constexpr std::uint8_t kVariableCount = 0x40;
constexpr std::uint8_t kChain = 0x80;
constexpr std::uint8_t kUnicodeString = 1;
constexpr std::uint8_t kAnsiString = 2;
constexpr std::uint8_t kBinary = 14;
constexpr std::uint8_t kSid = 19;
constexpr std::uint8_t kCountedString = 22;
constexpr std::uint8_t kCountedAnsiString = 23;
constexpr std::uint8_t kStructure = 24;
constexpr std::uint8_t kCountedBinary = 25;
constexpr std::uint8_t kCharacter8 = 4;  // UINT8 and UINT16, whose arrays are text ...
constexpr std::uint8_t kCharacter16 = 6;
constexpr std::uint8_t kOutString = 2;  // ... where TlgOutSTRING says so
constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxShown = 64;  // elements of an array

struct Simple {
    std::size_t size = 0;
    Type type{};
};
Simple simple_type(std::uint8_t type, std::size_t pointer) {
    switch (type) {
        case 3: return {1, Type::int8};
        case 4: return {1, Type::uint8};
        case 5: return {2, Type::int16};
        case 6: return {2, Type::uint16};
        case 7: return {4, Type::int32};
        case 8: return {4, Type::uint32};
        case 9: return {8, Type::int64};
        case 10: return {8, Type::uint64};
        case 11: return {4, Type::real32};
        case 12: return {8, Type::real64};
        case 13: return {4, Type::boolean};
        case 15: return {16, Type::guid};
        case 16: return {pointer, Type::size};
        case 17: return {8, Type::file_time};
        case 18: return {16, Type::system_time};
        case 20: return {4, Type::hex32};
        case 21: return {8, Type::hex64};
        default: return {};
    }
}

/// Names are UTF-8 by the format's own word, which is checked.
std::optional<std::string_view> kept(std::string_view name, evtx::TextBuffer& text) {
    const std::string valid = valid_utf8(name);
    char* const room = text.room(valid.size() + 1);
    if (room == nullptr) {
        return std::nullopt;
    }
    return text.keep(std::copy(valid.begin(), valid.end(), room));
}

struct FieldHead {
    std::string_view name;
    std::uint8_t type = 0;
    std::uint8_t out_type = 0;
    std::uint16_t count = 1;  ///< of a constant array
};

/// The schema, cut off the front.
class Schema {
public:
    explicit Schema(Bytes bytes) : rest_(bytes) {
        const std::size_t size = rest_.size() < 2 ? 0 : load_le<std::uint16_t>(rest_.data());
        rest_ = size < 2 || size > rest_.size() ? Bytes{} : rest_.subspan(2, size - 2);
    }
    [[nodiscard]] bool empty() const { return rest_.empty(); }
    [[nodiscard]] bool byte(std::uint8_t& out) {
        if (rest_.empty()) {
            return false;
        }
        out = std::to_integer<std::uint8_t>(rest_[0]);
        rest_ = rest_.subspan(1);
        return true;
    }
    /// Bytes each of which says whether another follows.
    [[nodiscard]] bool skip_chain() {
        std::uint8_t at = kChain;
        while ((at & kChain) != 0) {
            if (!byte(at)) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] bool name(std::string_view& out) {
        const std::size_t size = as_text(rest_).find('\0');
        if (size == std::string_view::npos) {
            return false;
        }
        out = as_text(rest_.first(size));
        rest_ = rest_.subspan(size + 1);
        return true;
    }
    [[nodiscard]] bool field(FieldHead& out) {
        out = {};
        if (!name(out.name) || !byte(out.type)) {
            return false;
        }
        if ((out.type & kChain) != 0 &&
            (!byte(out.out_type) || ((out.out_type & kChain) != 0 && !skip_chain()))) {
            return false;
        }
        const std::uint8_t counted = out.type & kCountMask;
        if (counted != kConstantCount) {
            return counted != kCountMask;  // a type of the provider's own: its values cannot be read
        }
        std::uint8_t low = 0;
        std::uint8_t high = 0;
        const bool whole = byte(low) && byte(high);
        out.count = static_cast<std::uint16_t>(low | high << 8U);
        return whole;
    }

private:
    Bytes rest_;
};

class Reading {
public:
    Reading(Schema schema, Bytes payload, bool wide, evtx::TextBuffer& text, std::vector<EventField>& out)
        : schema_(schema), payload_(payload, wide, text), text_(text), out_(out) {}

    bool run() {
        while (!schema_.empty()) {
            if (!field("", 0)) {
                return false;
            }
        }
        return payload_.left() == 0;
    }

private:
    bool value(std::uint8_t type, FieldValue& out) {
        std::uint16_t size = 0;
        switch (type) {
            case kUnicodeString: return payload_.text16(out);
            case kAnsiString: return payload_.text8(out);
            case kSid: return payload_.sid(out);
            case kCountedString: return payload_.number16(size) && payload_.fixed(size, Type::string, out);
            case kCountedAnsiString:
                return payload_.number16(size) && payload_.fixed(size, Type::ansi_string, out);
            case kBinary:
            case kCountedBinary: return payload_.number16(size) && payload_.fixed(size, Type::binary, out);
            default: break;
        }
        const Simple simple = simple_type(type, payload_.pointer());
        return simple.size != 0 && payload_.fixed(simple.size, simple.type, out);
    }

    bool array(const FieldHead& head, FieldValue& out) {
        const std::uint8_t type = head.type & kTypeMask;
        const std::size_t count = head.count;
        if (head.out_type == kOutString && type == kCharacter16) {
            return payload_.fixed(2 * count, Type::string, out);
        }
        if (head.out_type == kOutString && type == kCharacter8) {
            return payload_.fixed(count, Type::ansi_string, out);
        }
        std::string joined;
        for (std::size_t i = 0; i < count; ++i) {
            FieldValue item;
            if (!value(type, item)) {
                return false;
            }
            if (i < kMaxShown) {
                joined += (i == 0 ? "" : ", ") + evtx::display_text(item);
            } else if (i == kMaxShown) {
                joined += ", ...";
            }
        }
        const auto text = kept(joined, text_);
        out = {{}, ValueKind::text, 0, 0, text.value_or(std::string_view{})};
        return text.has_value();
    }

    bool field(const std::string& prefix, int depth) {
        FieldHead head;
        if (!schema_.field(head) || out_.size() >= kMaxEventFields) {
            return false;
        }
        const std::uint8_t type = head.type & kTypeMask;
        const bool is_array = (head.type & kCountMask) != 0;
        if (type == kStructure) {
            return !is_array && depth < kMaxDepth && structure(prefix, head, depth);
        }
        const auto name = kept(prefix + std::string(head.name), text_);
        if ((head.type & kCountMask) == kVariableCount && !payload_.number16(head.count)) {
            return false;
        }
        EventField read;
        if (!name || !(is_array ? array(head, read.value) : value(type, read.value))) {
            return false;
        }
        read.name = *name;
        out_.push_back(read);
        return true;
    }

    bool structure(const std::string& prefix, const FieldHead& head, int depth) {
        const std::string inner = prefix + std::string(head.name) + '.';
        for (int i = 0; i < (head.out_type & ~kChain); ++i) {
            if (!field(inner, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    Schema schema_;
    PayloadCursor payload_;
    evtx::TextBuffer& text_;
    std::vector<EventField>& out_;
};

}  // namespace

SelfDescription read_trace_logging(Bytes schema, Bytes payload, bool wide, evtx::TextBuffer& text,
                                   std::vector<EventField>& out) {
    Schema reading(schema);
    SelfDescription description;
    std::string_view name;
    if (!reading.skip_chain() || !reading.name(name)) {
        return description;
    }
    description.name = kept(name, text).value_or(std::string_view{});
    description.whole = Reading(reading, payload, wide, text, out).run();
    return description;
}

std::string_view provider_name(Bytes traits, evtx::TextBuffer& text) {
    const std::size_t size = traits.size() < 2 ? 0 : load_le<std::uint16_t>(traits.data());
    if (size < 3 || size > traits.size()) {
        return {};
    }
    const std::string_view name = as_text(traits.subspan(2, size - 2));
    return kept(name.substr(0, name.find('\0')), text).value_or(std::string_view{});
}

}  // namespace trocar::etl
