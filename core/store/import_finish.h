#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/model/process.h"
#include "core/store/column_codec.h"
#include "core/store/database.h"
#include "core/store/import_tables.h"

namespace trocar {

/// What an import derives of all its rows before it writes: needs no database.
struct Derived {
    ProcessTable lives;
    std::vector<std::uint32_t> order;  ///< as time_order() says
};

[[nodiscard]] Derived derive(ImportTables& tables);

/// Writes what was derived once all rows are in: lives, signals and event columns in time order, counts with gaps, and the
/// small tables. In the caller's transaction; the derived tables are empty. Errors: storage, cancelled.
[[nodiscard]] Status finish_import(Database& db, ImportTables& tables, const Derived& derived, std::stop_token stop);

/// All events by (time, rank of their source by SHA-256, id): does not depend on the order in which files were imported.
[[nodiscard]] std::vector<std::uint32_t> time_order(const ImportTables& tables);
/// Writes signal.* and pair.* columns.
[[nodiscard]] Status write_signals(Database& db, const ImportTables& tables, const ProcessTable& lives,
                                   std::span<const std::uint32_t> order);
/// The event.* columns, ready to write; fewer once stopped. Reads only, so that it may run beside write_signals().
[[nodiscard]] std::vector<EncodedBlock> encode_event_columns(const ImportTables& tables, const ProcessTable& lives,
                                                             std::span<const std::uint32_t> order,
                                                             const std::stop_token& stop);
/// Writes channel_count, operation_count and operation_gap.
[[nodiscard]] Status write_counts(Database& db, const ImportTables& tables, std::span<const std::uint32_t> order);

// What counts as a gap (docs/manual/coverage.md): a silence of an operation that is frequent on its host.
inline constexpr std::size_t kGapLeastEvents = 50;
inline constexpr Nanos kGapLeast{60 * kSecond.count};
inline constexpr std::int64_t kGapTimesMedian = 20;
inline constexpr std::size_t kMaxGaps = 256;  ///< the longest are kept

}  // namespace trocar
