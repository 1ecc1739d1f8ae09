#pragma once

#include "importers/windows_event_json/json_steps.h"

#include <simdjson.h>

#include <string_view>

namespace trocar {

/// The walk of one value: every member to its place in the JsonRecord. Private to json_record.cpp; header
/// only, so that the walk is compiled as one.
struct JsonWalk : JsonSteps {
    std::uint32_t unnamed = 0;

    // evtx_dump writes <Data> without a name as "Data": Data1, Data2, ... as the EVTX importer calls them.
    JsonKey* data_key(std::string_view name) {
        if (name != "Data" || !out.evtx_dump) {
            return keys.find_or_add(name);
        }
        return keys.find_or_add("Data" + std::to_string(++unnamed));
    }

    // One <Data> as XML-to-JSON converters write it: {"#attributes": {"Name": ...}, "#text": ...}, {"@Name":
    // ...}.
    Code data_item(std::string_view outer, simdjson::ondemand::value value, int depth) {
        JsonToken name, content;
        bool item = false;
        const Code code = members(
            value, depth,
            [&](std::string_view inner, simdjson::ondemand::value v,
                simdjson::ondemand::json_type t) -> Code {
                if (inner == "#attributes" && t == simdjson::ondemand::json_type::object) {
                    item = true;
                    return members(v, depth + 1,
                                   [&](std::string_view attribute, simdjson::ondemand::value av,
                                       simdjson::ondemand::json_type at) -> Code {
                                       JsonToken token;
                                       if (attribute != "Name" || !is_scalar_type(at)) {
                                           return simdjson::SUCCESS;
                                       }
                                       const Code inner_code = scalar(av, at, token);
                                       name = token;
                                       return inner_code;
                                   });
                }
                if (inner == "#text" && t == simdjson::ondemand::json_type::array) {
                    item = true;
                    simdjson::ondemand::array array;
                    if (const Code array_code = v.get_array().get(array)) {
                        return array_code;
                    }
                    return elements(
                        array, [&](simdjson::ondemand::value e, simdjson::ondemand::json_type et) -> Code {
                            JsonToken token;
                            if (!is_scalar_type(et)) {
                                return simdjson::SUCCESS;
                            }
                            const Code element_code = scalar(e, et, token);
                            add(out.data, data_key(outer), token);
                            return element_code;
                        });
                }
                if (is_scalar_type(t) && (inner == "#text" || inner == "@Name" || inner == "Name")) {
                    item = true;
                    return scalar(v, t, inner == "#text" ? content : name);
                }
                const std::size_t had = prefix.size();
                prefix += outer;
                prefix += '/';
                separator = '/';
                const Code flat = flatten(out.data, inner, v, t, depth + 1);
                separator = '.';
                prefix.resize(had);
                return flat;
            });
        if (code != simdjson::SUCCESS || !item) {
            return code;
        }
        if (name.present() || content.present()) {
            add(out.data, name.is_string() ? keys.find_or_add(text_of(name, arena)) : data_key(outer),
                content.present() ? content : JsonToken{"\"\""});
        }
        return simdjson::SUCCESS;
    }

    Code event_data(simdjson::ondemand::value value, int depth) {
        return members(
            value, depth,
            [&](std::string_view name, simdjson::ondemand::value v, simdjson::ondemand::json_type t) {
                return event_data_member(name, v, t, depth + 1);
            });
    }

    Code event_data_member(std::string_view name, simdjson::ondemand::value value,
                           simdjson::ondemand::json_type type, int depth) {
        if (is_scalar_type(type)) {
            JsonKey* key = data_key(name);
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
        if (type == simdjson::ondemand::json_type::object) {
            return data_item(name, value, depth);
        }
        simdjson::ondemand::array array;
        if (const Code code = value.get_array().get(array)) {
            return code;
        }
        return elements(
            array,
            [&](simdjson::ondemand::value element, simdjson::ondemand::json_type element_type) -> Code {
                if (element_type == simdjson::ondemand::json_type::object) {
                    return data_item(name, element, depth + 1);
                }
                JsonToken token;
                if (!is_scalar_type(element_type)) {
                    return flatten(out.data, name, element, element_type, depth + 1);
                }
                const Code code = scalar(element, element_type, token);
                add(out.data, data_key(name), token);
                return code;
            });
    }

    // <UserData> holds one element of any name, which says nothing; its children are the data.
    Code user_data(simdjson::ondemand::value value, int depth) {
        return members(
            value, depth,
            [&](std::string_view name, simdjson::ondemand::value v, simdjson::ondemand::json_type t) -> Code {
                if (name == "#attributes") {
                    return simdjson::SUCCESS;
                }
                return t == simdjson::ondemand::json_type::object ? event_data(v, depth + 1)
                                                                  : event_data_member(name, v, t, depth + 1);
            });
    }

    // evtx_dump: Event.System, either with "#attributes" objects or, separated, with "Provider_attributes"
    // members.
    Code system(simdjson::ondemand::value value, int depth) {
        return members(
            value, depth,
            [&](std::string_view name, simdjson::ondemand::value v, simdjson::ondemand::json_type t) -> Code {
                if (is_scalar_type(t)) {
                    JsonToken token;
                    const Code code = scalar(v, t, token);
                    system_value(name, {}, token);
                    return code;
                }
                return t == simdjson::ondemand::json_type::object ? system_attributes(name, v, depth + 1)
                                                                  : simdjson::SUCCESS;
            });
    }

    Code system_attributes(std::string_view element, simdjson::ondemand::value value, int depth) {
        constexpr std::string_view kSeparated = "_attributes";
        if (element.ends_with(kSeparated)) {
            element.remove_suffix(kSeparated.size());
        }
        return members(
            value, depth,
            [&](std::string_view name, simdjson::ondemand::value v, simdjson::ondemand::json_type t) -> Code {
                if (t == simdjson::ondemand::json_type::object) {
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

    Code event_root(simdjson::ondemand::value value, int depth) {
        return members(
            value, depth,
            [&](std::string_view name, simdjson::ondemand::value v, simdjson::ondemand::json_type t) -> Code {
                if (t != simdjson::ondemand::json_type::object) {
                    return simdjson::SUCCESS;  // "EventData": null
                }
                if (name == "System") {
                    out.evtx_dump = true;
                    return system(v, depth + 1);
                }
                if (name == "EventData") {
                    return event_data(v, depth + 1);
                }
                return name == "UserData" || name == "ProcessingErrorData" ? user_data(v, depth + 1)
                                                                           : simdjson::SUCCESS;
            });
    }

    Code member(Scope scope, std::string_view name, simdjson::ondemand::value value,
                simdjson::ondemand::json_type type, int depth) {
        JsonKey* key = keys.find_or_add(name);
        note_seen(key, scope);
        const KeyRole role = key != nullptr ? key->role[static_cast<std::size_t>(scope)] : KeyRole::plain;
        return is_scalar_type(type) ? scalar_member(key, role, value, type)
                                    : nested_member(role, name, value, type, depth);
    }

    Code nested_member(KeyRole role, std::string_view name, simdjson::ondemand::value value,
                       simdjson::ondemand::json_type type, int depth) {
        if (type == simdjson::ondemand::json_type::object) {
            switch (role) {
                case KeyRole::in_winlog:
                    out.winlogbeat7 = true;
                    return scope_of(Scope::winlog, value, depth + 1);
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

    Code scope_of(Scope scope, simdjson::ondemand::value value, int depth) {
        return members(value, depth,
                       [&](std::string_view name, simdjson::ondemand::value v,
                           simdjson::ondemand::json_type t) { return member(scope, name, v, t, depth); });
    }

    Code process_pid(simdjson::ondemand::value value, int depth) {
        return members(
            value, depth,
            [&](std::string_view name, simdjson::ondemand::value v, simdjson::ondemand::json_type t) -> Code {
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
    Code attribute_of(JsonToken& slot, simdjson::ondemand::value value, int depth) {
        return members(
            value, depth,
            [&](std::string_view name, simdjson::ondemand::value v, simdjson::ondemand::json_type t) -> Code {
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

    Code scalar_member(JsonKey* key, KeyRole role, simdjson::ondemand::value value,
                       simdjson::ondemand::json_type type) {
        JsonToken token;
        if (const Code code = scalar(value, type, token)) {
            return code;
        }
        const bool number = type == simdjson::ondemand::json_type::number;
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
                if (type == simdjson::ondemand::json_type::string && token.raw.size() > 2) {
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

}  // namespace trocar
