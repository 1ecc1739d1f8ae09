#include "importers/sandbox_bson/api_table.h"

#include "core/base/escape.h"

namespace trocar {
namespace {

using Words = std::vector<std::pair<std::uint32_t, std::string>>;

constexpr std::size_t kMaxArguments = 256;

/// An argument is its name, or a list of name and notation: "p", "h" and "x" are shown in hexadecimal.
ApiInfo::Argument read_argument(const BsonElement& element) {
    ApiInfo::Argument out;
    if (element.type != BsonType::array) {
        out.name = valid_utf8(element.text());
        return out;
    }
    BsonElements pair(element.bytes);
    BsonElement part;
    if (pair.next(part)) {
        out.name = valid_utf8(part.text());
    }
    if (pair.next(part)) {
        out.pointer = part.text() == "p" || part.text() == "h" || part.text() == "x";
    }
    return out;
}

/// [[4, "PAGE_READWRITE"], ...]
Words read_words(Bytes list) {
    Words out;
    BsonElements rows(list);
    BsonElement row;
    while (rows.next(row)) {
        if (!row.is_nested()) {
            continue;
        }
        BsonElements pair(row.bytes);
        BsonElement number, word;
        if (pair.next(number) && pair.next(word) && number.is_number() && !word.text().empty()) {
            out.emplace_back(static_cast<std::uint32_t>(number.number()), valid_utf8(word.text()));
        }
    }
    return out;
}

void read_flags(Bytes document, ApiInfo& info, Words ApiInfo::Argument::*words) {
    BsonElements members(document);
    BsonElement member;
    while (members.next(member)) {
        for (ApiInfo::Argument& argument : info.arguments) {
            if (member.is_nested() && argument.name == member.name) {
                argument.*words = read_words(member.bytes);
            }
        }
    }
}

bool read_info(Bytes document, ApiInfo& info, std::int64_t& index) {
    Bytes values, bits;
    bool has_index = false, has_arguments = false;
    BsonElements elements(document);
    BsonElement element;
    while (elements.next(element)) {
        if (element.name == "I" && element.is_number()) {
            index = element.number();
            has_index = true;
        } else if (element.name == "name") {
            info.api = valid_utf8(element.text());
        } else if (element.name == "category") {
            info.category = valid_utf8(element.text());
        } else if (element.name == "args" && element.is_nested()) {
            has_arguments = true;
            BsonElements arguments(element.bytes);
            while (arguments.next(element) && info.arguments.size() < kMaxArguments) {
                info.arguments.push_back(read_argument(element));
            }
        } else if (element.name == "flags_value" && element.is_nested()) {
            values = element.bytes;
        } else if (element.name == "flags_bitmask" && element.is_nested()) {
            bits = element.bytes;
        }
    }
    read_flags(values, info, &ApiInfo::Argument::values);
    read_flags(bits, info, &ApiInfo::Argument::bits);
    return has_index && has_arguments && !info.api.empty();
}

}  // namespace

std::string ApiInfo::words(const Argument& argument, std::uint64_t number) {
    for (const auto& [value, word] : argument.values) {
        if (value == number) {
            return word;
        }
    }
    std::string out;
    for (const auto& [mask, word] : argument.bits) {
        if (mask != 0 && (number & mask) == mask) {
            out += (out.empty() ? "" : "|") + word;
        }
    }
    return out;
}

ApiTable::Outcome ApiTable::add(Bytes document) {
    if (document.size() > kMaxBytes) {
        return Outcome::too_many;
    }
    ApiInfo info;
    std::int64_t index = 0;
    if (!read_info(document, info, index)) {
        return Outcome::broken;
    }
    info.cost = document.size();
    const auto known = infos_.find(static_cast<std::uint64_t>(index));
    const std::size_t freed = known == infos_.end() ? 0 : known->second.cost;
    if (bytes_ - freed + info.cost > kMaxBytes) {
        return Outcome::too_many;
    }
    bytes_ = bytes_ - freed + info.cost;
    infos_.insert_or_assign(static_cast<std::uint64_t>(index), std::move(info));
    return Outcome::added;
}

const ApiInfo* ApiTable::find(std::int64_t index) const {
    const auto known = infos_.find(static_cast<std::uint64_t>(index));
    return known == infos_.end() ? nullptr : &known->second;
}

}  // namespace trocar
