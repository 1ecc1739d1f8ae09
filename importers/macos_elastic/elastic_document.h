#pragma once

#include "core/base/time.h"
#include "core/model/operation.h"
#include "importers/macos_es/es_process.h"

#include <simdjson.h>

#include <string_view>

namespace trocar {

/// A process of ECS: the pid stands in the token (without pidversion), the sensor's own identity beside it.
struct ElasticProcess {
    std::string_view entity_id;
    EsProcess es;
    [[nodiscard]] bool present() const { return es.present() || !entity_id.empty(); }
};

/// What a document of Elastic Defend says of a Mac. Views live as long as the parsed document. Fields and
/// actions: elastic/endpoint-package, custom_documentation/doc/endpoint/{process,library}/macos.
struct ElasticDocument {
    simdjson::dom::object source;  ///< the document itself; of a search hit its _source
    UtcNanos time;                 ///< @timestamp
    std::string_view host, action, user;
    ElasticProcess process, parent, target;
    Operation operation = Operation::generic;
    bool denied = false;            ///< event.outcome is failure
    std::string_view library;       ///< dll.path of a load
    std::string_view inserted;      ///< DYLD_INSERT_LIBRARIES of process.env_vars
    std::string_view command_line;  ///< process.command_line
};

/// False: not of Elastic Defend, or of another system than macOS.
[[nodiscard]] bool read_elastic_document(simdjson::dom::object object, ElasticDocument& out);

}  // namespace trocar
