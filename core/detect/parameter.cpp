#include <algorithm>

#include "core/base/text.h"
#include "core/detect/analytic.h"
#include "core/detect/parameter.h"

namespace trocar {
namespace {

constexpr std::size_t kMaxNames = 1000;       // of one list
constexpr std::size_t kMaxNameLength = 1024;  // bytes of one image name or glob

Error refused(const ParameterSpec& spec, std::string_view text, std::string accepted) {
    return {ErrorKind::usage,
            std::string(spec.name) + " cannot be \"" + std::string(text.substr(0, kMaxNameLength)) + "\"",
            "Accepted: " + std::move(accepted)};
}

Result<ParameterValue> parse_nanos(const ParameterSpec& spec, std::string_view text) {
    const auto low = std::get<Nanos>(spec.minimum), high = std::get<Nanos>(spec.maximum);
    const auto read = parse_duration(trimmed(text));
    if (!read || *read < low || *read > high) {
        return refused(spec, text, "a duration from " + format_duration(low) + " to " + format_duration(high) +
                                       ", for instance 10s, 250ms, 1.5h");
    }
    return ParameterValue{*read};
}

Result<ParameterValue> parse_mask(const ParameterSpec& spec, std::string_view text) {
    MaskValue mask;
    std::string_view number = trimmed(text);
    if (starts_ignoring_case(number, "any:")) {
        mask.all = false;
        number.remove_prefix(4);
    } else if (starts_ignoring_case(number, "all:")) {
        number.remove_prefix(4);
    }
    const auto bits = parse_number(trimmed(number));
    const std::uint32_t most = std::get<MaskValue>(spec.maximum).bits;
    if (!bits || *bits > most || (*bits & ~std::uint64_t{most}) != 0) {
        return refused(spec, text, "all:BITS or any:BITS with BITS from 0 to " + hex(most) + ", for instance all:0x28");
    }
    mask.bits = static_cast<std::uint32_t>(*bits);
    return ParameterValue{mask};
}

/// Names parted by commas; a backslash before a comma makes it part of the name.
Result<ParameterValue> parse_names(const ParameterSpec& spec, std::string_view text) {
    NameListValue list;
    std::string_view rest = text;
    if (starts_ignoring_case(rest, "only:")) {
        list.only = true;
        rest.remove_prefix(5);
    } else if (starts_ignoring_case(rest, "raise:")) {
        rest.remove_prefix(6);
    }
    std::string name;
    const auto take = [&] {
        const std::string_view trimmed_name = trimmed(name);
        if (!trimmed_name.empty()) {
            list.names.emplace_back(trimmed_name);
        }
        name.clear();
    };
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (rest[i] == '\\' && i + 1 < rest.size() && rest[i + 1] == ',') {
            name += ',';
            ++i;
        } else if (rest[i] == ',') {
            take();
        } else {
            name += rest[i];
        }
        if (name.size() > kMaxNameLength || list.names.size() > kMaxNames) {
            return refused(spec, text.substr(0, 40),
                           "at most " + std::to_string(kMaxNames) + " names of " + std::to_string(kMaxNameLength) +
                               " bytes");
        }
    }
    take();
    return ParameterValue{std::move(list)};
}

Result<ParameterValue> parse_measure(const ParameterSpec& spec, std::string_view text) {
    if (equal_ignoring_case(trimmed(text), "span")) {
        return ParameterValue{WindowMeasure::span};
    }
    if (equal_ignoring_case(trimmed(text), "gap")) {
        return ParameterValue{WindowMeasure::gap};
    }
    return refused(spec, text, "span or gap");
}

Result<ParameterValue> parse_count(const ParameterSpec& spec, std::string_view text) {
    const auto low = std::get<std::uint64_t>(spec.minimum), high = std::get<std::uint64_t>(spec.maximum);
    const auto read = parse_number(trimmed(text));
    if (!read || *read < low || *read > high) {
        return refused(spec, text, "a number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    return ParameterValue{*read};
}

std::string format_names(const NameListValue& list) {
    std::string out = list.only ? "only:" : "raise:";
    for (std::size_t i = 0; i < list.names.size(); ++i) {
        out += i == 0 ? "" : ",";
        for (const char c : list.names[i]) {
            out += c == ',' ? "\\," : std::string(1, c);
        }
    }
    return out;
}

}  // namespace

Result<ParameterValue> parse_parameter(const ParameterSpec& spec, std::string_view text) {
    switch (spec.initial.index()) {
        case 0: return parse_nanos(spec, text);
        case 1: return parse_mask(spec, text);
        case 2: return parse_names(spec, text);
        case 3: return parse_measure(spec, text);
        default: return parse_count(spec, text);
    }
}

std::string format_parameter(const ParameterValue& value) {
    if (const auto* d = std::get_if<Nanos>(&value)) {
        return format_duration(*d);
    }
    if (const auto* m = std::get_if<MaskValue>(&value)) {
        return (m->all ? "all:" : "any:") + hex(m->bits);
    }
    if (const auto* l = std::get_if<NameListValue>(&value)) {
        return format_names(*l);
    }
    if (const auto* w = std::get_if<WindowMeasure>(&value)) {
        return *w == WindowMeasure::gap ? "gap" : "span";
    }
    return std::to_string(std::get<std::uint64_t>(value));
}

const ParameterValue& ParameterSet::get(const ParameterSpec& spec) const {
    const auto found = values_.find(spec.name);
    return found != values_.end() && found->second.index() == spec.initial.index() ? found->second : spec.initial;
}

void ParameterSet::set(const ParameterSpec& spec, ParameterValue value) {
    values_.insert_or_assign(std::string(spec.name), std::move(value));
}

const ParameterSpec* Analytic::parameter(std::string_view name) const {
    const auto found =
        std::find_if(parameters.begin(), parameters.end(), [&](const ParameterSpec& p) { return p.name == name; });
    return found == parameters.end() ? nullptr : &*found;
}

}  // namespace trocar
