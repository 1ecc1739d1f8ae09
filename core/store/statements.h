#pragma once

#include <cstddef>
#include <cstdint>

namespace trocar {

/// Every statement of core/store, by name; prepared once a connection, values bound.
enum class Sql : std::uint8_t {
    schema_objects, data_version, journal_mode, integrity_check,
    insert_meta, insert_log, insert_log_run, select_log, select_open_imports, select_not_read, next_run,
    insert_operation, insert_operation_role,
    select_hosts, insert_host, select_sources, select_source_path, select_source_importer, insert_source,
    select_losses, insert_loss, select_loss_places, insert_loss_place, select_channels, insert_channel, select_channel_counts, insert_channel_count,
    select_strings, select_string, insert_string, select_fields, insert_field, select_layouts, insert_layout,
    stream_events, stream_strings, insert_event, select_event, select_event_raw, select_event_columns, select_event_details,
    count_processes, event_limits,
    insert_text_block, select_text_block, select_all_text_blocks, next_text_block,
    insert_raw_block, select_raw_block, select_all_raw_blocks, next_raw_block,
    select_references, insert_reference, select_processes, insert_process, select_reference_lives, insert_reference_life,
    select_column_blocks, insert_column_block,
    select_operation_counts, insert_operation_count, select_operation_gaps, insert_operation_gap,
    select_verdicts, upsert_verdict, select_suppressions, insert_suppression, update_suppression,
    select_profiles, delete_profile, insert_profile, insert_profile_value, select_parameters, upsert_parameter,
    select_bookmarks, insert_bookmark, delete_bookmark,
    count_
};
inline constexpr std::size_t kSqlCount = static_cast<std::size_t>(Sql::count_);

[[nodiscard]] const char* sql_text(Sql statement);

/// Tables that an import rebuilds as a whole.
extern const char* const kClearDerivedSql;

}  // namespace trocar
