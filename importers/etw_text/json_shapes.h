#pragma once

#include "importers/etw_text/etw_notation.h"

#include <simdjson.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace trocar {

/// JSON as consumers of trace providers write it, one object an event (docs/formats/etw-text.md).
enum class EtwJsonShape : std::uint8_t {
    none,
    silketw,     ///< SilkETW, SilkService: ProviderName, XmlEventData
    sealighter,  ///< header.provider_name, properties
    rededr,      ///< type, and etw_event_id or func; keys in lower case
    elastic,     ///< Elastic Defend: process.Ext.api
};
[[nodiscard]] std::string_view name(EtwJsonShape shape) noexcept;
[[nodiscard]] EtwJsonShape etw_json_shape(simdjson::dom::object object) noexcept;

/// Texts made while one object is read.
using JsonTexts = std::deque<std::string>;

/// Each reads one object of its shape into `out`; views point into the object and into `texts`.
void read_silketw(simdjson::dom::object object, JsonTexts& texts, EtwRecord& out);
void read_sealighter(simdjson::dom::object object, JsonTexts& texts, EtwRecord& out);
/// heading: what RedEdr says of itself.
[[nodiscard]] EtwNotation::Outcome read_rededr(simdjson::dom::object object, JsonTexts& texts, EtwRecord& out);
void read_elastic_api(simdjson::dom::object object, JsonTexts& texts, EtwRecord& out);

/// A member's value as a field: scalars by etw_field(), lists and objects as their JSON.
[[nodiscard]] EtwField json_field(std::string_view name, simdjson::dom::element value, JsonTexts& texts);
/// A number, also one written as text ("8,416"); `otherwise` when the member is absent or none.
[[nodiscard]] std::uint64_t json_number(simdjson::dom::object object, std::initializer_list<std::string_view> path,
                                        std::uint64_t otherwise);

}  // namespace trocar
