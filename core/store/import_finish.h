#pragma once

#include <functional>
#include <stop_token>

#include "core/base/result.h"
#include "core/model/process.h"
#include "core/store/database.h"
#include "core/store/import_tables.h"

namespace trocar {

/// What an import derives once all rows are in: lives, signals and event columns in time order, counts with gaps, and
/// the small tables. In the caller's transaction; the derived tables are empty. Errors: storage, cancelled.
[[nodiscard]] Status finish_import(Database& db, ImportTables& tables, std::stop_token stop,
                                   const std::function<void()>& lives_done);

/// All events by (time, rank of their source by SHA-256, id): does not depend on the order in which files were imported.
[[nodiscard]] std::vector<std::uint32_t> time_order(const ImportTables& tables);
/// Writes signal.* and pair.* columns.
[[nodiscard]] Status write_signals(Database& db, const ImportTables& tables, const ProcessTable& lives,
                                   std::span<const std::uint32_t> order);
/// Writes event.* columns.
[[nodiscard]] Status write_event_columns(Database& db, const ImportTables& tables, const ProcessTable& lives,
                                         std::span<const std::uint32_t> order);
/// Writes channel_count, operation_count and operation_gap.
[[nodiscard]] Status write_counts(Database& db, const ImportTables& tables, std::span<const std::uint32_t> order);

// What counts as a gap (docs/manual/coverage.md): a silence of an operation that is frequent on its host.
inline constexpr std::size_t kGapLeastEvents = 50;
inline constexpr Nanos kGapLeast{60 * kSecond.count};
inline constexpr std::int64_t kGapTimesMedian = 20;
inline constexpr std::size_t kMaxGaps = 256;  ///< the longest are kept

}  // namespace trocar
