#include "importers/macos_es/es_fields.h"

#include <cstring>

namespace trocar {
namespace dom = simdjson::dom;

std::span<const FieldValue> EsFields::of(dom::object message) {
    fields_.clear();
    arena_.reset();
    name_.clear();
    cut_ = 0;
    for (const auto& member : message) {
        dom::object event, body;
        if (member.key != "event" || member.value.get(event) != simdjson::SUCCESS) {
            named(member.key, member.value, 1);
            continue;
        }
        for (const auto& type : event) {
            if (type.value.get(body) == simdjson::SUCCESS) {
                members(body, 1);
            } else {
                named(type.key, type.value, 1);
            }
        }
    }
    return fields_;
}

void EsFields::members(dom::object object, int depth) {
    for (const auto& member : object) {
        if (member.key != "stat" && member.key != "fds") {
            named(member.key, member.value, depth);
        }
    }
}

void EsFields::named(std::string_view key, dom::element element, int depth) {
    const std::size_t before = name_.size();
    if (before + key.size() >= kMaxNameLength) {
        ++cut_;
        return;
    }
    name_ += before == 0 ? "" : ".";
    name_ += key;
    value(element, depth);
    name_.resize(before);
}

void EsFields::value(dom::element element, int depth) {
    dom::object object;
    dom::array array;
    if (depth > kMaxDepth || fields_.size() >= kMaxValues) {
        ++cut_;
    } else if (element.get(object) == simdjson::SUCCESS) {
        members(object, depth + 1);
    } else if (element.get(array) == simdjson::SUCCESS) {
        for (const dom::element one : array) {
            value(one, depth + 1);
        }
    } else if (!element.is_null()) {
        scalar(element);
    }
}

void EsFields::scalar(dom::element element) {
    FieldValue out;
    out.field = id();
    if (out.field.none()) {
        ++cut_;
        return;
    }
    std::int64_t number = 0;
    double real = 0;
    bool truth = false;
    if (element.get(out.text) == simdjson::SUCCESS) {
        out.kind = ValueKind::text;
    } else if (element.get(out.number) == simdjson::SUCCESS) {
        out.kind = ValueKind::number;
    } else if (element.get(number) == simdjson::SUCCESS) {
        out.text = kept(std::to_string(number));
    } else if (element.get(truth) == simdjson::SUCCESS) {
        out.text = truth ? "true" : "false";
    } else if (element.get(real) == simdjson::SUCCESS) {
        out.text = kept(std::to_string(real));
    }
    fields_.push_back(out);
}

FieldId EsFields::id() {
    if (const auto known = names_.find(name_); known != names_.end()) {
        return known->second;
    }
    if (names_.size() == kMaxNames) {
        return {};
    }
    return names_[name_] = sink_.field(name_);
}

std::string_view EsFields::kept(const std::string& text) {
    char* at = arena_.take(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
}

}  // namespace trocar
