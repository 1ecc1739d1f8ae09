#pragma once

#include "importers/readers/json/json_text.h"
#include "importers/windows_event_json/json_record.h"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

inline std::string_view without_trailing_blanks(std::string_view text) noexcept {
    while (!text.empty() &&
           (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
        text.remove_suffix(1);
    }
    return text;
}

/// RFC 8259 section 6, and the three words. On-demand parsing does not look at what nobody asks for.
inline bool is_json_scalar(std::string_view t) noexcept {
    if (t == "true" || t == "false" || t == "null") {
        return true;
    }
    std::size_t i = 0;
    const auto digit = [&] { return i < t.size() && t[i] >= '0' && t[i] <= '9'; };
    i += i < t.size() && t[i] == '-' ? 1U : 0U;
    if (!digit()) {
        return false;
    }
    if (t[i] == '0') {
        ++i;
    } else {
        while (digit()) {
            ++i;
        }
    }
    if (i < t.size() && t[i] == '.') {
        ++i;
        if (!digit()) {
            return false;
        }
        while (digit()) {
            ++i;
        }
    }
    if (i < t.size() && (t[i] == 'e' || t[i] == 'E')) {
        ++i;
        i += i < t.size() && (t[i] == '+' || t[i] == '-') ? 1U : 0U;
        if (!digit()) {
            return false;
        }
        while (digit()) {
            ++i;
        }
    }
    return i == t.size();
}

/// The steps of a walk that know JSON but no event. Functions return simdjson's code; anything but SUCCESS
/// ends the record.
struct JsonSteps {
    JsonKeyTable& keys;
    JsonRecord& out;
    TextArena& arena;
    std::string_view text;
    std::uint64_t generation;
    std::string prefix{};  // of nested members: "user."
    char separator = '.';

    using Code = simdjson::error_code;

    Code key_text(simdjson::ondemand::raw_json_string raw, std::string_view& name) {
        const char* begin = raw.raw();
        const char* end = text.data() + text.size();
        const auto* quote =
            static_cast<const char*>(std::memchr(begin, '"', static_cast<std::size_t>(end - begin)));
        if (quote == nullptr) {
            return simdjson::STRING_ERROR;
        }
        name = {begin, static_cast<std::size_t>(quote - begin)};
        if (std::memchr(begin, '\\', name.size()) == nullptr) {
            return simdjson::SUCCESS;
        }
        const char* at = begin;
        while (at < end && *at != '"') {
            at += *at == '\\' && at + 1 < end ? 2 : 1;
        }
        name = {begin, static_cast<std::size_t>(std::min(at, end) - begin)};
        char* unescaped = arena.take(name.size() + 8);
        name = {unescaped, unescape_json(name, unescaped)};
        return simdjson::SUCCESS;
    }

    Code scalar(simdjson::ondemand::value& value, simdjson::ondemand::json_type type, JsonToken& token) {
        token.raw = without_trailing_blanks(value.raw_json_token());
        if (type == simdjson::ondemand::json_type::string) {
            return token.raw.size() >= 2 && token.raw.back() == '"' ? simdjson::SUCCESS
                                                                    : simdjson::STRING_ERROR;
        }
        return is_json_scalar(token.raw) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
    }

    void add(std::vector<JsonPair>& list, JsonKey* key, JsonToken token) {
        if (key == nullptr ||
            out.data.size() + out.loose.size() + out.metadata.size() >= JsonRecordReader::kMaxFields) {
            ++out.fields_cut;
            return;
        }
        list.push_back({key, token});
    }

    void note_seen(JsonKey* key, Scope scope) {
        if (key == nullptr) {
            return;
        }
        std::uint64_t& seen = key->seen[static_cast<std::size_t>(scope)];
        out.duplicate_keys += seen == generation ? 1U : 0U;
        seen = generation;
    }

    JsonKey* nested_key(std::string_view name) {
        if (prefix.empty()) {
            return keys.find_or_add(name);
        }
        const std::size_t had = prefix.size();
        prefix += name;
        JsonKey* key = keys.find_or_add(prefix);
        prefix.resize(had);
        return key;
    }

    static void first_wins(JsonToken& slot, JsonToken token) {
        if (!slot.present() && token.raw != "null") {
            slot = token;
        }
    }

    // Calls visit(name, value, type) for each member.
    template <class Visit>
    Code members(simdjson::ondemand::value value, int depth, Visit&& visit) {
        if (depth > JsonRecordReader::kMaxDepth) {
            ++out.too_deep;
            return simdjson::SUCCESS;
        }
        simdjson::ondemand::object object;
        if (const Code code = value.get_object().get(object)) {
            return code;
        }
        return members_of(object, visit);
    }

    template <class Visit>
    Code members_of(simdjson::ondemand::object& object, Visit&& visit) {
        for (auto result : object) {
            simdjson::ondemand::field field;
            if (const Code code = std::move(result).get(field)) {
                return code;
            }
            std::string_view name;
            if (const Code code = key_text(field.key(), name)) {
                return code;
            }
            simdjson::ondemand::value value = field.value();
            simdjson::ondemand::json_type type{};
            if (const Code code = value.type().get(type)) {
                return code;
            }
            if (const Code code = visit(name, value, type)) {
                return code;
            }
        }
        return simdjson::SUCCESS;
    }

    static bool is_scalar_type(simdjson::ondemand::json_type type) {
        return type != simdjson::ondemand::json_type::object && type != simdjson::ondemand::json_type::array;
    }

    // Members of members, with dotted names; of an array every element under the one name.
    Code flatten(std::vector<JsonPair>& list, std::string_view name, simdjson::ondemand::value value,
                 simdjson::ondemand::json_type type, int depth) {
        if (is_scalar_type(type)) {
            JsonToken token;
            if (const Code code = scalar(value, type, token)) {
                return code;
            }
            add(list, nested_key(name), token);
            return simdjson::SUCCESS;
        }
        if (depth > JsonRecordReader::kMaxDepth) {
            ++out.too_deep;
            return simdjson::SUCCESS;
        }
        if (type == simdjson::ondemand::json_type::array) {
            simdjson::ondemand::array array;
            if (const Code code = value.get_array().get(array)) {
                return code;
            }
            return elements(
                array, [&](simdjson::ondemand::value element, simdjson::ondemand::json_type element_type) {
                    return flatten(list, name, element, element_type, depth + 1);
                });
        }
        const std::size_t had = prefix.size();
        prefix += name;
        prefix += separator;
        const Code code =
            members(value, depth,
                    [&](std::string_view inner, simdjson::ondemand::value v,
                        simdjson::ondemand::json_type t) { return flatten(list, inner, v, t, depth + 1); });
        prefix.resize(had);
        return code;
    }

    template <class Visit>
    Code elements(simdjson::ondemand::array& array, Visit&& visit) {
        for (auto result : array) {
            simdjson::ondemand::value element;
            if (const Code code = std::move(result).get(element)) {
                return code;
            }
            simdjson::ondemand::json_type type{};
            if (const Code code = element.type().get(type)) {
                return code;
            }
            if (const Code code = visit(element, type)) {
                return code;
            }
        }
        return simdjson::SUCCESS;
    }
};

}  // namespace trocar
