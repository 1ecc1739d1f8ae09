#include "importers/windows_event_json/json_render.h"

#include "importers/readers/json/json_text.h"

#include <simdjson.h>

#include <string>

namespace trocar {
namespace {

namespace od = simdjson::ondemand;

constexpr std::size_t kShownFields = 4096;
constexpr std::size_t kShownText = 4U << 20U;
constexpr int kShownDepth = 32;

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string scalar_text(std::string_view raw) {
    while (!raw.empty() &&
           (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r' || raw.back() == '\t')) {
        raw.remove_suffix(1);
    }
    if (raw.size() < 2 || raw.front() != '"') {
        return std::string(raw);
    }
    raw = raw.substr(1, raw.size() - 2);
    std::string out(raw.size() + 8, '\0');
    out.resize(unescape_json(raw, out.data()));
    return out;
}

void collect(od::value value, const std::string& name, int depth, Fields& out) {
    od::json_type type{};
    if (depth > kShownDepth || out.size() >= kShownFields || value.type().get(type) != simdjson::SUCCESS) {
        return;
    }
    if (type == od::json_type::object) {
        od::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) {
            return;
        }
        for (auto result : object) {
            od::field field;
            std::string_view key;
            if (std::move(result).get(field) != simdjson::SUCCESS ||
                field.unescaped_key().get(key) != simdjson::SUCCESS) {
                return;
            }
            collect(field.value(), name.empty() ? std::string(key) : name + "." + std::string(key), depth + 1,
                    out);
        }
    } else if (type == od::json_type::array) {
        od::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) {
            return;
        }
        for (auto result : array) {
            od::value element;
            if (std::move(result).get(element) != simdjson::SUCCESS) {
                return;
            }
            collect(element, name, depth + 1, out);
        }
    } else {
        out.emplace_back(name, scalar_text(value.raw_json_token()));
    }
}

void collect_text(std::string_view json, Fields& out) {
    std::string padded = repaired_json(json);
    const std::size_t size = padded.size();
    padded.resize(size + simdjson::SIMDJSON_PADDING, ' ');
    od::parser parser;
    od::document document;
    od::value value;
    if (parser.iterate(padded.data(), size, padded.size()).get(document) == simdjson::SUCCESS &&
        document.get_value().get(value) == simdjson::SUCCESS) {
        collect(value, {}, 0, out);
    }
}

}  // namespace

RenderedRecord render_json_record(std::string_view record) {
    RenderedRecord out;
    out.notation = "json";
    collect_text(record, out.fields);
    // Event data that is JSON text within the record, shown opened.
    for (std::size_t i = 0; i < out.fields.size() && i < kShownFields; ++i) {
        if (out.fields[i].first != "EventData" || !out.fields[i].second.starts_with('{')) {
            continue;
        }
        Fields inner;
        collect_text(out.fields[i].second, inner);
        for (auto& [name, text] : inner) {
            out.fields.emplace_back("EventData." + name, std::move(text));
        }
        break;
    }
    out.text = indented_json(record, kShownText);
    return out;
}

}  // namespace trocar
