#include "importers/macos_es/es_fields.h"

namespace trocar {
namespace dom = simdjson::dom;

std::span<const FieldValue> EsFields::of(dom::object message) {
    fields_.begin();
    for (const auto& member : message) {
        dom::object event, body;
        if (member.key != "event" || member.value.get(event) != simdjson::SUCCESS) {
            fields_.named(member.key, member.value);
            continue;
        }
        for (const auto& type : event) {
            if (type.value.get(body) == simdjson::SUCCESS) {
                fields_.members(body);
            } else {
                fields_.named(type.key, type.value);
            }
        }
    }
    return fields_.fields();
}

}  // namespace trocar
