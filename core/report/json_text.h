#pragma once

#include <string>
#include <string_view>

#include "core/base/escape.h"
#include "core/base/time.h"

#include <nlohmann/json.hpp>

namespace trocar {

using OrderedJson = nlohmann::ordered_json;

/// Pure ASCII, never throws: bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] inline std::string dumped(const OrderedJson& value, int indent = -1) {
    return value.dump(indent, ' ', true, OrderedJson::error_handler_t::replace);
}

/// A time, or null when not known.
[[nodiscard]] inline OrderedJson json_time(UtcNanos time) {
    return time.none() ? OrderedJson(nullptr) : OrderedJson(format_iso_time(time));
}

}  // namespace trocar
