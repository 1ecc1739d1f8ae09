#include "importers/sandbox_cape/api_call.h"

#include <algorithm>

#include "core/base/text.h"
#include "importers/linux_json/dom_values.h"

namespace trocar {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// "ProcessHandle" and "process_handle" are one name.
bool same_name(std::string_view a, std::string_view b) {
    std::size_t i = 0, j = 0;
    while (true) {
        while (i < a.size() && a[i] == '_') {
            ++i;
        }
        while (j < b.size() && b[j] == '_') {
            ++j;
        }
        if (i == a.size() || j == b.size()) {
            return i == a.size() && j == b.size();
        }
        if (lower(a[i++]) != lower(b[j++])) {
            return false;
        }
    }
}

}  // namespace

std::string_view ApiCall::argument(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
        for (const Argument& a : arguments) {
            if (same_name(a.name, name)) {
                return a.value;
            }
        }
    }
    return {};
}

std::uint64_t ApiCall::number(std::initializer_list<std::string_view> names) const {
    return parse_number(argument(names)).value_or(0);
}

std::string_view ApiCallReader::text_at(simdjson::dom::object object, std::string_view name) {
    simdjson::dom::element element;
    if (object.at_key(name).get(element) != simdjson::SUCCESS) {
        return {};
    }
    return scalar_text(element, scratch_.emplace_back());
}

void ApiCallReader::add(std::string_view name, simdjson::dom::element value, std::string_view pretty, ApiCall& call) {
    if (call.arguments.size() == kMaxArguments) {
        call.arguments_cut = true;
        return;
    }
    std::string& scratch = scratch_.emplace_back();
    std::string_view text = scalar_text(value, scratch);
    if (value.is_array() || value.is_object()) {
        scratch = simdjson::minify(value);
        text = scratch;
    }
    call.arguments.push_back({name, text, pretty});
}

void ApiCallReader::read_arguments(simdjson::dom::object object, ApiCall& call) {
    simdjson::dom::array list;
    simdjson::dom::object map;
    if (object.at_key("arguments").get(list) == simdjson::SUCCESS) {
        for (const simdjson::dom::element element : list) {
            simdjson::dom::object argument;
            simdjson::dom::element value;
            if (element.get(argument) == simdjson::SUCCESS &&
                argument.at_key("value").get(value) == simdjson::SUCCESS) {
                add(string_at(argument, {"name"}), value, string_at(argument, {"pretty_value"}), call);
            }
        }
    } else if (object.at_key("arguments").get(map) == simdjson::SUCCESS) {
        simdjson::dom::object words;
        const bool has_words = object.at_key("flags").get(words) == simdjson::SUCCESS;
        for (const auto& [name, value] : map) {
            add(name, value, has_words ? string_at(words, {name}) : std::string_view{}, call);
        }
    }
}

ApiCallReader::Outcome ApiCallReader::read(std::string_view text, ApiCall& call) {
    call = {};
    scratch_.clear();
    simdjson::dom::object object;
    if (parser_.parse(text.data(), text.size(), false).get(object) != simdjson::SUCCESS) {
        return Outcome::broken;
    }
    call.api = string_at(object, {"api"});
    if (call.api.empty()) {
        return Outcome::no_api;
    }
    call.category = string_at(object, {"category"});
    const bool cuckoo2 = !text_at(object, "time").empty();
    call.timestamp = text_at(object, cuckoo2 ? "time" : "timestamp");
    call.thread = text_at(object, cuckoo2 ? "tid" : "thread_id");
    call.returned = text_at(object, cuckoo2 ? "return_value" : "return");
    call.returned_pretty = string_at(object, {"pretty_return"});
    call.caller = text_at(object, "caller");
    const std::string_view status = text_at(object, "status");
    call.succeeded = equal_ignoring_case(status, "true") || equal_ignoring_case(status, "success") || status == "1";
    call.repeated = parse_number(text_at(object, "repeated")).value_or(0);
    read_arguments(object, call);
    return Outcome::read;
}

}  // namespace trocar
