#pragma once

#include "core/base/time.h"
#include "core/model/operation.h"
#include "importers/macos_es/es_process.h"

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace trocar {

/// What a record of Santa or Mac Monitor says, in the words of eslogger. Views live as long as the parsed
/// object. Of processes start_time is left out: a record has it of one side only, so that the token says who
/// lives.
struct EsRecord {
    std::string_view writer;  ///< "Santa", "Mac Monitor"
    std::string_view
        type;  ///< "proc_suspend_resume", "ES_EVENT_TYPE_NOTIFY_MMAP"; empty: the record does not say
    UtcNanos time;
    EsProcess source;  ///< of an exec: the old image
    EsProcess target;  ///< of an exec: the new one; of a fork: the child
    Operation operation = Operation::generic;
    std::uint64_t value = 0;     ///< mac_access
    bool on_itself = false;      ///< the source is the one that it happened to
    bool denied = false;         ///< an exec that was refused
    bool dyld_allowed = false;   ///< an entitlement lets a hardened program heed dyld's variables
    std::string_view file;       ///< what was mapped
    std::string command_line;    ///< of an exec
    std::string libraries;       ///< DYLD_INSERT_LIBRARIES of an exec
};

/// False: neither Santa's nor Mac Monitor's.
[[nodiscard]] bool read_es_record(simdjson::dom::object object, EsRecord& out);

/// Each of the two alone; false where the record is not that writer's.
[[nodiscard]] bool read_santa_record(simdjson::dom::object object, EsRecord& out);
[[nodiscard]] bool read_mac_monitor_record(simdjson::dom::object object, EsRecord& out);

}  // namespace trocar
