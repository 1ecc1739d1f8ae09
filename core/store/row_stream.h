#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/store/database.h"

namespace trocar {

/// One row of `event` on its way into the case.
struct EventInsert {
    std::int64_t time_ns = 0;
    std::uint64_t record = 0;
    std::uint64_t value = 0;
    std::uint32_t source = 0, channel = 0, event_id = 0;
    std::uint32_t actor = 0, target = 0;  ///< ReferenceId, all ones: none
    std::uint32_t text = 0, flags = 0;
    std::uint32_t detail_at = 0, detail_size = 0;
    std::uint8_t operation = 0;
};

/// Rows that the virtual tables event_batch and string_batch give out: `INSERT INTO event SELECT ... FROM event_batch`
/// moves a batch without a statement run a row (1.5 to 2 times a prepared INSERT; BENCHMARKS section 1).
/// Thread safety: that of the Database. Must outlive the connection.
struct RowBatch {
    std::uint32_t first_event = 0;
    std::span<const EventInsert> events;
    std::span<const std::byte> details;
    std::uint32_t first_string = 0;
    std::span<const std::string_view> strings;
};

/// Registers both tables on this connection.
[[nodiscard]] Status register_row_streams(Database& db, const RowBatch& batch);
/// Appends the batch that was registered; its ids must follow those in the case. Takes the spans it used up.
[[nodiscard]] Status stream_rows(Database& db, RowBatch& batch);

}  // namespace trocar
