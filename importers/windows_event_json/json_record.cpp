#include "importers/windows_event_json/json_record.h"

#include <algorithm>
#include <cstring>
#include <simdjson.h>

#include "importers/readers/json/json_text.h"

namespace trocar {
namespace {

namespace od = simdjson::ondemand;

std::string_view without_blanks(std::string_view text) noexcept {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
        text.remove_suffix(1);
    }
    return text;
}

// RFC 8259 section 6, and the three words. On-demand parsing does not look at what nobody asks for.
bool is_scalar(std::string_view t) noexcept {
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

}  // namespace

void JsonRecord::clear() {
    // Vectors keep their memory.
    auto d = std::move(data);
    auto l = std::move(loose);
    auto m = std::move(metadata);
    *this = JsonRecord{};
    d.clear();
    l.clear();
    m.clear();
    data = std::move(d);
    loose = std::move(l);
    metadata = std::move(m);
}

std::string_view text_of(JsonToken token, TextArena& arena) {
    if (!token.is_string()) {
        return token.raw == "null" ? std::string_view{} : token.raw;
    }
    if (token.raw.size() < 2) {
        return {};
    }
    const std::string_view inner = token.raw.substr(1, token.raw.size() - 2);
    if (std::memchr(inner.data(), '\\', inner.size()) == nullptr) {
        return inner;
    }
    char* out = arena.take(inner.size() + 8);
    return {out, unescape_json(inner, out)};
}

struct JsonRecordReader::Parser {
    od::parser parser;
};

// The walk of one value. Functions return simdjson's code; anything but SUCCESS ends the record.
struct JsonRecordReader::Walk {
    JsonKeyTable& keys;
    JsonRecord& out;
    TextArena& arena;
    std::string_view text;
    std::uint64_t generation;
    std::string prefix{};  // of nested members: "user."

    using Code = simdjson::error_code;

    Code key_text(od::raw_json_string raw, std::string_view& name) {
        const char* begin = raw.raw();
        const char* end = text.data() + text.size();
        const auto* quote = static_cast<const char*>(std::memchr(begin, '"', static_cast<std::size_t>(end - begin)));
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

    Code scalar(od::value& value, od::json_type type, JsonToken& token) {
        token.raw = without_blanks(value.raw_json_token());
        if (type == od::json_type::string) {
            return token.raw.size() >= 2 && token.raw.back() == '"' ? simdjson::SUCCESS : simdjson::STRING_ERROR;
        }
        return is_scalar(token.raw) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
    }

    void add(std::vector<JsonPair>& list, JsonKey* key, JsonToken token) {
        if (key == nullptr || out.data.size() + out.loose.size() + out.metadata.size() >= kMaxFields) {
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
    Code members(od::value value, int depth, Visit&& visit) {
        if (depth > kMaxDepth) {
            ++out.too_deep;
            return simdjson::SUCCESS;
        }
        od::object object;
        if (const Code code = value.get_object().get(object)) {
            return code;
        }
        return members_of(object, visit);
    }

    template <class Visit>
    Code members_of(od::object& object, Visit&& visit) {
        for (auto result : object) {
            od::field field;
            if (const Code code = std::move(result).get(field)) {
                return code;
            }
            std::string_view name;
            if (const Code code = key_text(field.key(), name)) {
                return code;
            }
            od::value value = field.value();
            od::json_type type{};
            if (const Code code = value.type().get(type)) {
                return code;
            }
            if (const Code code = visit(name, value, type)) {
                return code;
            }
        }
        return simdjson::SUCCESS;
    }

    static bool is_scalar_type(od::json_type type) {
        return type != od::json_type::object && type != od::json_type::array;
    }

    // Members of members, with dotted names; of an array every element under the one name.
    Code flatten(std::vector<JsonPair>& list, std::string_view name, od::value value, od::json_type type, int depth) {
        if (is_scalar_type(type)) {
            JsonToken token;
            if (const Code code = scalar(value, type, token)) {
                return code;
            }
            add(list, nested_key(name), token);
            return simdjson::SUCCESS;
        }
        if (depth > kMaxDepth) {
            ++out.too_deep;
            return simdjson::SUCCESS;
        }
        if (type == od::json_type::array) {
            od::array array;
            if (const Code code = value.get_array().get(array)) {
                return code;
            }
            return elements(array, [&](od::value element, od::json_type element_type) {
                return flatten(list, name, element, element_type, depth + 1);
            });
        }
        const std::size_t had = prefix.size();
        prefix += name;
        prefix += '.';
        const Code code = members(value, depth, [&](std::string_view inner, od::value v, od::json_type t) {
            return flatten(list, inner, v, t, depth + 1);
        });
        prefix.resize(had);
        return code;
    }

    template <class Visit>
    Code elements(od::array& array, Visit&& visit) {
        for (auto result : array) {
            od::value element;
            if (const Code code = std::move(result).get(element)) {
                return code;
            }
            od::json_type type{};
            if (const Code code = element.type().get(type)) {
                return code;
            }
            if (const Code code = visit(element, type)) {
                return code;
            }
        }
        return simdjson::SUCCESS;
    }

    // One <Data> as XML-to-JSON converters write it: {"#attributes": {"Name": ...}, "#text": ...}, {"@Name": ...}.
    Code data_item(std::string_view outer, od::value value, int depth) {
        JsonToken name, content;
        bool item = false;
        const Code code = members(value, depth, [&](std::string_view inner, od::value v, od::json_type t) -> Code {
            if (inner == "#attributes" && t == od::json_type::object) {
                item = true;
                return members(v, depth + 1, [&](std::string_view attribute, od::value av, od::json_type at) -> Code {
                    JsonToken token;
                    if (attribute != "Name" || !is_scalar_type(at)) {
                        return simdjson::SUCCESS;
                    }
                    const Code inner_code = scalar(av, at, token);
                    name = token;
                    return inner_code;
                });
            }
            if (inner == "#text" && t == od::json_type::array) {
                item = true;
                od::array array;
                if (const Code array_code = v.get_array().get(array)) {
                    return array_code;
                }
                return elements(array, [&](od::value e, od::json_type et) -> Code {
                    JsonToken token;
                    if (!is_scalar_type(et)) {
                        return simdjson::SUCCESS;
                    }
                    const Code element_code = scalar(e, et, token);
                    add(out.data, keys.find_or_add(outer), token);
                    return element_code;
                });
            }
            if (is_scalar_type(t) && (inner == "#text" || inner == "@Name" || inner == "Name")) {
                item = true;
                return scalar(v, t, inner == "#text" ? content : name);
            }
            const std::size_t had = prefix.size();
            prefix += outer;
            prefix += '.';
            const Code flat = flatten(out.data, inner, v, t, depth + 1);
            prefix.resize(had);
            return flat;
        });
        if (code != simdjson::SUCCESS || !item) {
            return code;
        }
        if (name.present() || content.present()) {
            add(out.data, keys.find_or_add(name.is_string() ? text_of(name, arena) : outer),
                content.present() ? content : JsonToken{"\"\""});
        }
        return simdjson::SUCCESS;
    }

    Code event_data(od::value value, int depth) {
        return members(value, depth, [&](std::string_view name, od::value v, od::json_type t) {
            return event_data_member(name, v, t, depth + 1);
        });
    }

    Code event_data_member(std::string_view name, od::value value, od::json_type type, int depth) {
        if (is_scalar_type(type)) {
            JsonKey* key = keys.find_or_add(name);
            note_seen(key, Scope::data);
            JsonToken token;
            if (const Code code = scalar(value, type, token)) {
                return code;
            }
            add(out.data, key, token);
            return simdjson::SUCCESS;
        }
        if (name == "#attributes") {
            return simdjson::SUCCESS;
        }
        if (type == od::json_type::object) {
            return data_item(name, value, depth);
        }
        od::array array;
        if (const Code code = value.get_array().get(array)) {
            return code;
        }
        return elements(array, [&](od::value element, od::json_type element_type) -> Code {
            if (element_type == od::json_type::object) {
                return data_item(name, element, depth + 1);
            }
            return flatten(out.data, name, element, element_type, depth + 1);
        });
    }

    // <UserData> holds one element of any name, which says nothing; its children are the data.
    Code user_data(od::value value, int depth) {
        return members(value, depth, [&](std::string_view name, od::value v, od::json_type t) -> Code {
            if (name == "#attributes") {
                return simdjson::SUCCESS;
            }
            return t == od::json_type::object ? event_data(v, depth + 1) : event_data_member(name, v, t, depth + 1);
        });
    }

    // evtx_dump: Event.System, either with "#attributes" objects or, separated, with "Provider_attributes" members.
    Code system(od::value value, int depth) {
        return members(value, depth, [&](std::string_view name, od::value v, od::json_type t) -> Code {
            if (is_scalar_type(t)) {
                JsonToken token;
                const Code code = scalar(v, t, token);
                system_value(name, {}, token);
                return code;
            }
            return t == od::json_type::object ? system_attributes(name, v, depth + 1) : simdjson::SUCCESS;
        });
    }

    Code system_attributes(std::string_view element, od::value value, int depth) {
        constexpr std::string_view kSeparated = "_attributes";
        if (element.ends_with(kSeparated)) {
            element.remove_suffix(kSeparated.size());
        }
        return members(value, depth, [&](std::string_view name, od::value v, od::json_type t) -> Code {
            if (t == od::json_type::object) {
                return system_attributes(element, v, depth + 1);
            }
            if (!is_scalar_type(t)) {
                return simdjson::SUCCESS;
            }
            JsonToken token;
            const Code code = scalar(v, t, token);
            system_value(element, name.starts_with('@') ? name.substr(1) : name, token);
            return code;
        });
    }

    void system_value(std::string_view element, std::string_view attribute, JsonToken token) {
        const bool own = attribute.empty() || attribute == "#text";
        if (element == "EventID" && own) {
            first_wins(out.event_id, token);
        } else if (element == "Channel" && own) {
            first_wins(out.channel, token);
        } else if (element == "Computer" && own) {
            first_wins(out.host, token);
        } else if (element == "EventRecordID" && own) {
            first_wins(out.record, token);
        } else if (element == "Provider" && attribute == "Name") {
            first_wins(out.provider, token);
        } else if (element == "TimeCreated" && (attribute == "SystemTime" || own)) {
            first_wins(out.time_log, token);
        } else if (element == "Execution" && attribute == "ProcessID") {
            first_wins(out.emitter_pid, token);
        }
    }

    Code event_root(od::value value, int depth) {
        return members(value, depth, [&](std::string_view name, od::value v, od::json_type t) -> Code {
            if (t != od::json_type::object) {
                return simdjson::SUCCESS;  // "EventData": null
            }
            if (name == "System") {
                out.evtx_dump = true;
                return system(v, depth + 1);
            }
            if (name == "EventData") {
                return event_data(v, depth + 1);
            }
            return name == "UserData" || name == "ProcessingErrorData" ? user_data(v, depth + 1) : simdjson::SUCCESS;
        });
    }

    Code member(Scope scope, std::string_view name, od::value value, od::json_type type, int depth) {
        JsonKey* key = keys.find_or_add(name);
        note_seen(key, scope);
        const KeyRole role = key != nullptr ? key->role[static_cast<std::size_t>(scope)] : KeyRole::plain;
        return is_scalar_type(type) ? scalar_member(key, role, value, type)
                                    : nested_member(role, name, value, type, depth);
    }

    Code nested_member(KeyRole role, std::string_view name, od::value value, od::json_type type, int depth) {
        if (type == od::json_type::object) {
            switch (role) {
                case KeyRole::in_winlog: out.winlogbeat7 = true; return scope_of(Scope::winlog, value, depth + 1);
                case KeyRole::in_wrapper: return scope_of(Scope::top, value, depth + 1);
                case KeyRole::in_event: return event_root(value, depth + 1);
                case KeyRole::in_event_data:
                case KeyRole::in_event_text: return event_data(value, depth + 1);
                case KeyRole::in_user_data: return user_data(value, depth + 1);
                case KeyRole::in_process: return process_pid(value, depth + 1);
                case KeyRole::provider: return attribute_of(out.provider, value, depth + 1);
                case KeyRole::time_log: return attribute_of(out.time_log, value, depth + 1);
                default: break;
            }
        }
        if (role == KeyRole::transport || role == KeyRole::shipper || role == KeyRole::cloud) {
            return simdjson::SUCCESS;  // on-demand parsing skips what is not asked for
        }
        return flatten(role == KeyRole::metadata ? out.metadata : out.loose, name, value, type, depth);
    }

    Code scope_of(Scope scope, od::value value, int depth) {
        return members(value, depth, [&](std::string_view name, od::value v, od::json_type t) {
            return member(scope, name, v, t, depth);
        });
    }

    Code process_pid(od::value value, int depth) {
        return members(value, depth, [&](std::string_view name, od::value v, od::json_type t) -> Code {
            JsonToken token;
            if (name != "pid" || !is_scalar_type(t)) {
                return simdjson::SUCCESS;
            }
            const Code code = scalar(v, t, token);
            first_wins(out.emitter_pid, token);
            return code;
        });
    }

    // {"Name": ...} or {"SystemTime": ...} where others have the plain value.
    Code attribute_of(JsonToken& slot, od::value value, int depth) {
        return members(value, depth, [&](std::string_view name, od::value v, od::json_type t) -> Code {
            JsonToken token;
            if ((name != "Name" && name != "@Name" && name != "SystemTime" && name != "@SystemTime") ||
                !is_scalar_type(t)) {
                return simdjson::SUCCESS;
            }
            const Code code = scalar(v, t, token);
            first_wins(slot, token);
            return code;
        });
    }

    Code scalar_member(JsonKey* key, KeyRole role, od::value value, od::json_type type) {
        JsonToken token;
        if (const Code code = scalar(value, type, token)) {
            return code;
        }
        const bool number = type == od::json_type::number;
        switch (role) {
            case KeyRole::plain: add(out.loose, key, token); break;
            case KeyRole::metadata: add(out.metadata, key, token); break;
            case KeyRole::event_id: first_wins(out.event_id, token); break;
            case KeyRole::provider: first_wins(out.provider, token); break;
            case KeyRole::provider_other: first_wins(out.provider_other, token); break;
            case KeyRole::source_or_field:
                first_wins(out.source, token);
                add(out.loose, key, token);
                break;
            case KeyRole::channel: first_wins(out.channel, token); break;
            case KeyRole::host: first_wins(out.host, token); break;
            case KeyRole::record: first_wins(out.record, token); break;
            case KeyRole::emitter_pid: first_wins(out.emitter_pid, token); break;
            case KeyRole::time_log: first_wins(out.time_log, token); break;
            case KeyRole::time_shipped: first_wins(out.time_shipped, token); break;
            case KeyRole::time_stored: first_wins(out.time_stored, token); break;
            case KeyRole::time_received: first_wins(out.time_received, token); break;
            case KeyRole::emitter_pid_or_field:
                if (number) {
                    first_wins(out.emitter_pid, token);
                } else {
                    add(out.loose, key, token);
                }
                break;
            case KeyRole::version_or_field:
                if (!number) {
                    add(out.loose, key, token);
                }
                break;
            case KeyRole::event_type:
                first_wins(out.event_type, token);
                add(out.loose, key, token);
                break;
            case KeyRole::event_type_moved: out.event_type_moved = true; break;
            case KeyRole::shipper: out.nxlog = true; break;
            case KeyRole::cloud: out.cloud = true; break;
            case KeyRole::in_event_text:
            case KeyRole::in_user_data:
            case KeyRole::in_event_data:
                if (type == od::json_type::string && token.raw.size() > 2) {
                    out.event_data_text = token;
                }
                break;
            default: break;
        }
        if (role == KeyRole::event_id && key->name == "event_id" && !out.winlogbeat7) {
            out.winlogbeat6 = true;
        }
        return simdjson::SUCCESS;
    }
};

JsonRecordReader::JsonRecordReader(JsonKeyTable& keys) : parser_(std::make_unique<Parser>()), keys_(keys) {}
JsonRecordReader::~JsonRecordReader() = default;

JsonOutcome JsonRecordReader::read(std::string_view text, JsonRecord& out, TextArena& arena) {
    out.clear();
    ++generation_;
    od::document document;
    od::object object;
    simdjson::error_code code =
        parser_->parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document);
    if (code == simdjson::SUCCESS) {
        code = document.get_object().get(object);
    }
    if (code == simdjson::SUCCESS) {
        Walk walk{keys_, out, arena, text, generation_};
        code = walk.members_of(object, [&](std::string_view name, od::value value, od::json_type type) {
            return walk.member(Scope::top, name, value, type, 1);
        });
    }
    if (code == simdjson::SUCCESS) {
        return document.current_location().error() == simdjson::OUT_OF_BOUNDS ? JsonOutcome::read
                                                                              : JsonOutcome::trailing;
    }
    error_ = simdjson::error_message(code);
    return code == simdjson::UTF8_ERROR || code == simdjson::UNESCAPED_CHARS ? JsonOutcome::bad_characters
                                                                            : JsonOutcome::broken;
}

JsonOutcome JsonRecordReader::read_event_data(std::string_view text, JsonRecord& out, TextArena& arena) {
    ++generation_;
    od::document document;
    od::object object;
    simdjson::error_code code =
        parser_->parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document);
    if (code == simdjson::SUCCESS) {
        code = document.get_object().get(object);
    }
    if (code == simdjson::SUCCESS) {
        Walk walk{keys_, out, arena, text, generation_};
        code = walk.members_of(object, [&](std::string_view name, od::value value, od::json_type type) {
            return walk.event_data_member(name, value, type, 2);
        });
    }
    if (code == simdjson::SUCCESS) {
        return JsonOutcome::read;
    }
    error_ = simdjson::error_message(code);
    return JsonOutcome::broken;
}

}  // namespace trocar
