#include "importers/linux_json/json_fields.h"

#include <algorithm>
#include <cstring>

namespace trocar {
namespace dom = simdjson::dom;

void JsonFields::begin() {
    fields_.clear();
    arena_.reset();
    name_.clear();
    cut_ = 0;
}

void JsonFields::members(dom::object object, int depth) {
    for (const auto& member : object) {
        if (std::find(left_out_.begin(), left_out_.end(), member.key) == left_out_.end()) {
            named(member.key, member.value, depth);
        }
    }
}

void JsonFields::named(std::string_view key, dom::element element, int depth) {
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

void JsonFields::value(dom::element element, int depth) {
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

void JsonFields::scalar(dom::element element) {
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

FieldId JsonFields::id() {
    if (const auto known = names_.find(name_); known != names_.end()) {
        return known->second;
    }
    if (names_.size() == kMaxNames) {
        return {};
    }
    return names_[name_] = sink_.field(name_);
}

std::string_view JsonFields::kept(const std::string& text) {
    char* at = arena_.take(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
}

}  // namespace trocar
