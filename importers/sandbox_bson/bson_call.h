#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "importers/readers/bson/bson_elements.h"
#include "importers/sandbox_bson/api_table.h"
#include "importers/sandbox_cape/api_call.h"
#include "importers/sandbox_cape/report_facts.h"

namespace trocar {

/// A document of a log, its outer keys.
struct BsonMessage {
    std::string_view type;  ///< "info", "debug", "buffer"; empty: a call
    std::int64_t index = -1;
    std::uint64_t milliseconds = 0;  ///< since the monitor began in the process
    BsonElement thread, caller, repeated;
    Bytes arguments;  ///< an array, or empty
    bool has_index = false;
};
[[nodiscard]] BsonMessage read_message(Bytes document);

/// Reads calls, as values with the names that the explanation gives. Thread safety: one thread.
class BsonCallReader {
public:
    enum class Outcome : std::uint8_t { read, unlike };
    /// Texts of `call` are UTF-8 and live until the next read(), and as long as `info`.
    [[nodiscard]] Outcome read(const BsonMessage& message, const ApiInfo& info, ApiCall& call);

private:
    void add(const ApiInfo::Argument& argument, const BsonElement& element, ApiCall& call);
    std::string_view keep(std::string text) { return scratch_.emplace_back(std::move(text)); }

    std::deque<std::string> scratch_;
};

/// Of a call of `__process__`: who the calls behind it are made by. The start is the monitor's, in UTC (FILETIME).
/// False: it names no process.
[[nodiscard]] bool take_process(const ApiCall& call, SandboxProcess& process);

}  // namespace trocar
