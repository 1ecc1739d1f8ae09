#pragma once

#include <simdjson.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace trocar {

/// The value at a path of member names, also where one member has the whole path as its dotted name. False: absent.
[[nodiscard]] inline bool element_at(simdjson::dom::object object, std::initializer_list<std::string_view> path,
                                     simdjson::dom::element& out) {
    simdjson::dom::object at = object;
    std::size_t left = path.size();
    for (const std::string_view name : path) {
        simdjson::dom::element value;
        if (at.at_key(name).get(value) != simdjson::SUCCESS) {
            break;
        }
        if (--left == 0) {
            out = value;
            return true;
        }
        if (value.get(at) != simdjson::SUCCESS) {
            break;
        }
    }
    if (path.size() < 2) {
        return false;
    }
    std::string dotted;
    for (const std::string_view name : path) {
        dotted += dotted.empty() ? "" : ".";
        dotted += name;
    }
    return object.at_key(dotted).get(out) == simdjson::SUCCESS;
}

/// "" for what is no string.
[[nodiscard]] inline std::string_view string_of(simdjson::dom::element element) {
    std::string_view text;
    return element.get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

[[nodiscard]] inline std::string_view string_at(simdjson::dom::object object, std::initializer_list<std::string_view> path) {
    simdjson::dom::element element;
    return element_at(object, path, element) ? string_of(element) : std::string_view{};
}

/// A scalar as text; numbers are written into `scratch`.
[[nodiscard]] inline std::string_view scalar_text(simdjson::dom::element element, std::string& scratch) {
    std::string_view text;
    std::int64_t number = 0;
    std::uint64_t large = 0;
    bool truth = false;
    double real = 0;
    if (element.get(text) == simdjson::SUCCESS) {
        return text;
    }
    if (element.get(number) == simdjson::SUCCESS) {
        scratch = std::to_string(number);
    } else if (element.get(large) == simdjson::SUCCESS) {
        scratch = std::to_string(large);
    } else if (element.get(truth) == simdjson::SUCCESS) {
        scratch = truth ? "true" : "false";
    } else if (element.get(real) == simdjson::SUCCESS) {
        scratch = std::to_string(real);
    }
    return scratch;
}

}  // namespace trocar
