#pragma once

#include "core/base/time.h"
#include "core/model/operation.h"
#include "importers/macos_es/es_process.h"

#include <simdjson.h>

#include <cstdint>
#include <string_view>

namespace trocar {

/// What a record of Santa or Mac Monitor says, in the words of eslogger. Views live as long as the parsed
/// object.
struct EsRecord {
    std::string_view writer;  ///< "Santa", "Mac Monitor"
    std::string_view
        type;  ///< "proc_suspend_resume", "ES_EVENT_TYPE_NOTIFY_MMAP"; empty: the record does not say
    UtcNanos time;
    EsProcess source, target;
    Operation operation = Operation::generic;
    std::uint64_t value = 0;  ///< mac_access
    bool on_itself = false;   ///< the source is the one that it happened to
};

/// False: neither Santa's nor Mac Monitor's.
[[nodiscard]] bool read_es_record(simdjson::dom::object object, EsRecord& out);

}  // namespace trocar
