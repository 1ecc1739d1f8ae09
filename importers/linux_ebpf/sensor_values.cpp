#include "importers/linux_audit/audit_event.h"
#include "importers/linux_audit/audit_names.h"
#include "importers/linux_ebpf/sensor_event.h"
#include "importers/linux_json/dom_values.h"

#include <algorithm>

namespace trocar {

namespace dom = simdjson::dom;

std::string_view name(EbpfSensor sensor) noexcept {
    switch (sensor) {
        case EbpfSensor::tracee: return "Tracee";
        case EbpfSensor::falco: return "Falco";
        case EbpfSensor::tetragon: return "Tetragon";
        case EbpfSensor::none: break;
    }
    return {};
}

namespace {

/// Of several flags those that are known: sensors add some of their own (Falco: O_F_CREATED, FD_UPPER_LAYER).
std::optional<std::uint64_t> known_flags(std::string_view text) {
    std::optional<std::uint64_t> sum;
    std::uint64_t one = 0;
    if (text.find('|') == std::string_view::npos) {
        return sum;
    }
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('|', at), text.size());
        if (interpreted_number(text.substr(at, end - at), one)) {
            sum = sum.value_or(0) | one;
        }
        at = end + 1;
    }
    return sum;
}

bool has(dom::object object, std::string_view member) {
    return object.at_key(member).error() == simdjson::SUCCESS;
}

bool is_tetragon(dom::object record) {
    for (const auto& member : record) {
        dom::object body;
        if (member.key.starts_with("process_") && member.value.get(body) == simdjson::SUCCESS &&
            has(body, "process")) {
            return true;
        }
    }
    return false;
}

}  // namespace

EbpfSensor sensor_of(dom::object record) {
    if (has(record, "output_fields") && (has(record, "rule") || has(record, "priority"))) {
        return EbpfSensor::falco;
    }
    const bool classic = has(record, "eventName") &&
                         (has(record, "args") || has(record, "processorId") || has(record, "eventId"));
    const bool protobuf = has(record, "workload") && has(record, "name");
    if (classic || protobuf) {
        return EbpfSensor::tracee;
    }
    return is_tetragon(record) ? EbpfSensor::tetragon : EbpfSensor::none;
}

std::optional<std::uint64_t> sensor_number(std::string_view text) {
    std::int64_t negative = 0;
    if (text.starts_with('-')) {
        return whole_number(text, negative) ? std::optional(static_cast<std::uint64_t>(negative))
                                            : std::nullopt;
    }
    const std::size_t name = text.find('(');  // Falco: "1234(sshd)"
    std::uint64_t number = 0;
    if (interpreted_number(text.substr(0, name), number)) {
        return number;
    }
    return known_flags(text);
}

std::optional<std::uint64_t> sensor_number(dom::element element) {
    std::uint64_t large = 0;
    std::int64_t number = 0;
    std::string_view text;
    dom::object wrapped;
    dom::element inner;
    if (element.get(large) == simdjson::SUCCESS) {
        return large;
    }
    if (element.get(number) == simdjson::SUCCESS) {
        return static_cast<std::uint64_t>(number);
    }
    if (element.get(text) == simdjson::SUCCESS) {
        return sensor_number(text);
    }
    if (element.get(wrapped) == simdjson::SUCCESS &&
        wrapped.at_key("value").get(inner) == simdjson::SUCCESS && !inner.is_object()) {
        return sensor_number(inner);
    }
    return std::nullopt;
}

std::optional<std::uint32_t> sensor_id(dom::object object, std::initializer_list<std::string_view> path) {
    dom::element element;
    if (!element_at(object, path, element)) {
        return std::nullopt;
    }
    const std::optional<std::uint64_t> number = sensor_number(element);
    return number.has_value() && *number <= 0xffffffffU ? std::optional(static_cast<std::uint32_t>(*number))
                                                        : std::nullopt;
}

void strings_of(dom::element element, std::vector<std::string_view>& out) {
    dom::array array;
    std::string_view text;
    if (element.get(array) != simdjson::SUCCESS) {
        return;
    }
    for (const dom::element one : array) {
        if (one.get(text) == simdjson::SUCCESS) {
            out.push_back(text);
        }
    }
}

std::uint32_t namespace_of_container(std::string_view container) {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : container) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash == 0 ? 1 : hash;
}

std::string_view preload_among(dom::element environment) {
    std::vector<std::string_view> variables;
    strings_of(environment, variables);
    for (const std::string_view variable : variables) {
        for (const std::string_view wanted : {"LD_PRELOAD=", "LD_AUDIT="}) {
            if (variable.starts_with(wanted) && variable.size() > wanted.size()) {
                return variable;
            }
        }
    }
    return {};
}

}  // namespace trocar
