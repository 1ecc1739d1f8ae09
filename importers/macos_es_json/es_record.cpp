#include "importers/macos_es_json/es_record.h"

namespace trocar {

bool read_es_record(simdjson::dom::object object, EsRecord& out) {
    out = {};
    return read_mac_monitor_record(object, out) || read_santa_record(object, out);
}

}  // namespace trocar
