#include "importers/etw_text/etw_values.h"
#include "importers/etw_text/json_shapes.h"
#include "importers/linux_json/dom_values.h"
#include "importers/linux_json/json_objects.h"
#include "importers/readers/json/json_text.h"

#include <algorithm>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

/// Elasticsearch hands events out within _source.
dom::object unwrapped(dom::object object) {
    dom::object source;
    return object.at_key("_source").get(source) == simdjson::SUCCESS ? source : object;
}

class EtwJson final : public EtwNotation {
public:
    std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) override {
        return next_json_object(pieces, text, at, whole);
    }
    std::string_view skipped() const override { return kBetweenJsonObjects; }

    Outcome read(std::string_view record, TextArena&, EtwRecord& out) override {
        texts_.clear();
        dom::object object;
        if (parser_.parse(record.data(), record.size(), false).get(object) != simdjson::SUCCESS) {
            return Outcome::damaged;
        }
        object = unwrapped(object);
        switch (etw_json_shape(object)) {
            case EtwJsonShape::silketw: read_silketw(object, texts_, out); return Outcome::event;
            case EtwJsonShape::sealighter: read_sealighter(object, texts_, out); return Outcome::event;
            case EtwJsonShape::elastic: read_elastic_api(object, texts_, out); return Outcome::event;
            case EtwJsonShape::rededr: return read_rededr(object, texts_, out);
            case EtwJsonShape::none: break;
        }
        return Outcome::damaged;
    }

private:
    dom::parser parser_;
    JsonTexts texts_;
};

/// The first complete object of `rest`, which is moved behind it; "" when there is none.
std::string_view first_object(std::string_view& rest) {
    const std::size_t begin = rest.find('{');
    std::size_t end = 0;
    if (begin == std::string_view::npos) {
        return {};
    }
    rest.remove_prefix(begin);
    if (JsonValueEnd().scan(rest, end) != JsonValueEnd::Found::end) {
        return {};
    }
    const std::string_view object = rest.substr(0, end);
    rest.remove_prefix(end);
    return object;
}

Probe probe_json(std::string_view head) {
    constexpr int kLooked = 16;
    std::string_view rest = head;
    dom::parser parser;
    for (int i = 0; i < kLooked; ++i) {
        const std::string_view text = first_object(rest);
        dom::object object;
        if (text.empty()) {
            break;
        }
        if (parser.parse(text.data(), text.size(), true).get(object) != simdjson::SUCCESS) {
            continue;
        }
        if (const EtwJsonShape shape = etw_json_shape(unwrapped(object)); shape != EtwJsonShape::none) {
            return {96, "trace events as JSON of " + std::string(name(shape))};
        }
    }
    return {0, "JSON, but not of SilkETW, Sealighter, RedEdr or Elastic Defend's API events"};
}

}  // namespace

std::string_view name(EtwJsonShape shape) noexcept {
    switch (shape) {
        case EtwJsonShape::none: break;
        case EtwJsonShape::silketw: return "SilkETW";
        case EtwJsonShape::sealighter: return "Sealighter";
        case EtwJsonShape::rededr: return "RedEdr";
        case EtwJsonShape::elastic: return "Elastic Defend's API events";
    }
    return "not known";
}

EtwJsonShape etw_json_shape(dom::object object) noexcept {
    dom::element found;
    const auto has = [&](std::initializer_list<std::string_view> path) { return element_at(object, path, found); };
    if (has({"XmlEventData"}) && has({"ProviderName"})) {
        return EtwJsonShape::silketw;
    }
    if (has({"header", "provider_name"}) && has({"properties"})) {
        return EtwJsonShape::sealighter;
    }
    if (has({"process", "Ext", "api", "name"})) {
        return EtwJsonShape::elastic;
    }
    if (has({"etw_event_id"}) || (has({"trace_id"}) && has({"type"}) && has({"func"}))) {
        return EtwJsonShape::rededr;
    }
    return EtwJsonShape::none;
}

EtwField json_field(std::string_view name, dom::element value, JsonTexts& texts) {
    if (value.is_array() || value.is_object()) {
        return {name, ValueKind::text, 0, 0, texts.emplace_back(simdjson::minify(value))};
    }
    return etw_field(name, scalar_text(value, texts.emplace_back()));
}

std::uint64_t json_number(dom::object object, std::initializer_list<std::string_view> path, std::uint64_t otherwise) {
    dom::element value;
    std::string scratch;
    return element_at(object, path, value) ? etw_number(scalar_text(value, scratch)).value_or(otherwise) : otherwise;
}

EtwTextFormat etw_json_format() {
    return {
        "JSON of SilkETW, Sealighter, RedEdr, Elastic Defend", probe_json,
        [](const ImportHints&, const Input&) -> std::unique_ptr<EtwNotation> { return std::make_unique<EtwJson>(); }};
}

}  // namespace trocar
