#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/sha256.h"
#include "core/base/string_table.h"
#include "core/base/time.h"
#include "core/detect/creation.h"
#include "core/model/operation.h"
#include "core/model/process.h"
#include "core/model/signal.h"

namespace trocar {

/// One evidence file of the capture. Its events are [first_event, first_event + event_count).
struct CaptureSource {
    std::string name;
    Sha256Digest sha256{};
    std::uint32_t first_event = 0;
    std::uint32_t event_count = 0;
};

/// How often one operation was seen on one host: what the coverage panel and completeness are made of.
struct OperationCount {
    HostId host;
    Operation operation = Operation::generic;
    std::uint64_t count = 0;
    UtcNanos first, last;
    std::vector<std::pair<UtcNanos, UtcNanos>> gaps;  ///< silences that stand out (docs/manual/coverage.md)
};

/// Everything correlation reads, loaded once. Thread safety: immutable, shared.
struct Capture {
    std::shared_ptr<const StringTable> strings;
    std::vector<StringId> hosts;             ///< names, indexed by HostId
    std::vector<CaptureSource> sources;      ///< indexed by SourceId
    ProcessTable processes;
    std::vector<Creation> creations;         ///< indexed by ProcessId (find_creations); empty: parents are believed
    SignalTable signals;                     ///< `record` numbers beside it:
    std::vector<std::uint64_t> record;       ///< per signal: record number within its source
    std::vector<OperationCount> operations;  ///< by host, operation
    std::uint64_t event_count = 0;
    UtcNanos first_time, last_time;
    std::array<std::uint64_t, kOperationCount> total_by_operation{};

    /// Source of an event, by its dense id.
    [[nodiscard]] SourceId source_of(EventId event) const;
};

}  // namespace trocar
