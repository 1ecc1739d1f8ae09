#include "core/store/statements.h"

namespace trocar {

const char* const kClearDerivedSql =
    "DELETE FROM process; DELETE FROM reference_life; DELETE FROM process_reference; DELETE FROM column_block;"
    "DELETE FROM channel_count; DELETE FROM operation_count; DELETE FROM operation_gap;";

const char* sql_text(Sql statement) {
    switch (statement) {
        case Sql::schema_objects: return "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
        case Sql::data_version: return "PRAGMA data_version";
        case Sql::integrity_check: return "PRAGMA integrity_check(100)";
        case Sql::journal_mode: return "PRAGMA journal_mode";
        case Sql::insert_meta: return "INSERT INTO meta(key, value) VALUES (?, ?)";
        case Sql::insert_log: return "INSERT INTO log(at_ns, kind, what) VALUES (?, ?, ?)";
        case Sql::insert_log_run: return "INSERT INTO log(at_ns, kind, what, run) VALUES (?, ?, ?, ?)";
        case Sql::select_log: return "SELECT at_ns, what FROM log ORDER BY id";
        case Sql::select_open_imports:
            return "SELECT at_ns, what FROM log WHERE kind = 'import_began' AND run NOT IN "
                   "(SELECT run FROM log WHERE kind = 'import_ended' AND run IS NOT NULL) ORDER BY id";
        case Sql::select_not_read: return "SELECT at_ns, what FROM log WHERE kind = 'import_skipped' ORDER BY id";
        case Sql::next_run: return "SELECT coalesce(max(run), 0) + 1 FROM log";
        case Sql::insert_operation: return "INSERT INTO operation(id, name) VALUES (?, ?)";
        case Sql::insert_operation_role:
            return "INSERT INTO operation_role(operation, role, name, target_only) VALUES (?, ?, ?, ?)";
        case Sql::select_hosts: return "SELECT id, name FROM host ORDER BY id";
        case Sql::insert_host: return "INSERT INTO host(id, name) VALUES (?, ?)";
        case Sql::select_sources:
            return "SELECT id, path, sha256, head_sha256, size, importer, importer_version, first_event, event_count,"
                   " first_time_ns, last_time_ns, complete, raw_kept, clock_offset_ns FROM source ORDER BY id";
        case Sql::select_source_path: return "SELECT path FROM source WHERE id = ?";
        case Sql::select_source_importer: return "SELECT importer FROM source WHERE id = ?";
        case Sql::insert_source:
            return "INSERT INTO source(id, path, sha256, head_sha256, size, importer, importer_version, first_event,"
                   " event_count, first_time_ns, last_time_ns, complete, raw_kept, clock_offset_ns, imported_ns)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        case Sql::select_losses: return "SELECT id, source_id, name, severity, help, count FROM loss ORDER BY id";
        case Sql::insert_loss:
            return "INSERT INTO loss(source_id, name, severity, help, count) VALUES (?, ?, ?, ?, ?) RETURNING id";
        case Sql::select_loss_places:
            return "SELECT loss_id, record, source_offset, what FROM loss_place ORDER BY id";
        case Sql::insert_loss_place:
            return "INSERT INTO loss_place(loss_id, record, source_offset, what, raw_block, raw_offset, raw_length)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?)";
        case Sql::select_channels:
            return "SELECT id, host_id, provider, channel, provider_id, channel_name_id FROM channel ORDER BY id";
        case Sql::insert_channel:
            return "INSERT INTO channel(id, host_id, provider, channel, provider_id, channel_name_id)"
                   " VALUES (?, ?, ?, ?, ?, ?)";
        case Sql::select_channel_counts:
            return "SELECT channel_id, event_id, operation, count FROM channel_count"
                   " ORDER BY channel_id, event_id, operation";
        case Sql::insert_channel_count:
            return "INSERT INTO channel_count(channel_id, event_id, operation, count) VALUES (?, ?, ?, ?)";
        case Sql::select_strings: return "SELECT id, text FROM string ORDER BY id";
        case Sql::insert_string: return "INSERT INTO string(id, text) VALUES (?, ?)";
        case Sql::select_string: return "SELECT text FROM string WHERE id = ?";
        case Sql::select_fields: return "SELECT id, name FROM field ORDER BY id";
        case Sql::insert_field: return "INSERT INTO field(id, name) VALUES (?, ?)";
        case Sql::select_layouts: return "SELECT id, fields FROM layout ORDER BY id";
        case Sql::insert_layout: return "INSERT INTO layout(id, fields) VALUES (?, ?)";
        case Sql::stream_events:
            // Without the id: SQLite then appends (next rowid, no search for an equal one), which is about a fifth faster.
            return "INSERT INTO event(source_id, record, time_ns, channel_id, event_id, operation, actor_ref,"
                   " target_ref, value, text_id, flags, detail)"
                   " SELECT source_id, record, time_ns, channel_id, event_id, operation, actor_ref, target_ref,"
                   " value, text_id, flags, detail FROM event_batch";
        case Sql::stream_strings: return "INSERT INTO string(text) SELECT text FROM string_batch";
        case Sql::insert_event:
            return "INSERT INTO event(id, source_id, record, time_ns, channel_id, event_id, operation, actor_ref,"
                   " target_ref, value, text_id, flags, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        case Sql::select_event:
            return "SELECT source_id, record, time_ns, channel_id, event_id, operation, actor_ref, target_ref, value,"
                   " text_id, flags, detail FROM event WHERE id = ?";
        case Sql::select_event_raw: return "SELECT source_id, record, detail FROM event WHERE id = ?";
        case Sql::select_event_columns:
            return "SELECT id, source_id, record, time_ns, channel_id, event_id, operation, actor_ref, target_ref,"
                   " value, text_id, flags FROM event ORDER BY id";
        case Sql::select_event_details: return "SELECT id, time_ns, detail FROM event ORDER BY id";
        case Sql::count_processes: return "SELECT coalesce(max(id) + 1, 0) FROM process";
        case Sql::event_limits: return "SELECT coalesce(max(id) + 1, 0) FROM event";
        case Sql::insert_text_block:
            return "INSERT INTO text_block(id, size, codec, xxh3, data) VALUES (?, ?, ?, ?, ?)";
        case Sql::select_text_block: return "SELECT size, codec, xxh3, data FROM text_block WHERE id = ?";
        case Sql::select_all_text_blocks: return "SELECT id, size, codec, xxh3, data FROM text_block ORDER BY id";
        case Sql::next_text_block: return "SELECT coalesce(max(id) + 1, 0) FROM text_block";
        case Sql::insert_raw_block:
            return "INSERT INTO raw_block(id, source_id, source_offset, size, codec, xxh3, data)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?)";
        case Sql::select_raw_block:
            return "SELECT source_id, source_offset, size, codec, xxh3, data FROM raw_block WHERE id = ?";
        case Sql::select_all_raw_blocks:
            return "SELECT id, source_id, source_offset, size, codec, xxh3, data FROM raw_block ORDER BY id";
        case Sql::next_raw_block: return "SELECT coalesce(max(id) + 1, 0) FROM raw_block";
        case Sql::select_references:
            return "SELECT id, host_id, guid, pid, image_id, later_image_id, first_seen_ns, last_seen_ns, created_ns,"
                   " exited_ns, command_line_id, user_id, integrity_id, parent_ref, create_event, exit_event"
                   " FROM process_reference ORDER BY id";
        case Sql::insert_reference:
            return "INSERT INTO process_reference(id, host_id, guid, pid, image_id, later_image_id, first_seen_ns,"
                   " last_seen_ns, created_ns, exited_ns, command_line_id, user_id, integrity_id, parent_ref,"
                   " create_event, exit_event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        case Sql::select_processes:
            return "SELECT id, host_id, guid, pid, image_id, later_image_id, command_line_id, user_id, integrity_id,"
                   " key_id, parent_id, start_ns, end_ns, first_seen_ns, last_seen_ns, create_event, exit_event,"
                   " start_inferred FROM process ORDER BY id";
        case Sql::insert_process:
            return "INSERT INTO process(id, host_id, guid, pid, image_id, later_image_id, command_line_id, user_id,"
                   " integrity_id, key_id, parent_id, start_ns, end_ns, first_seen_ns, last_seen_ns, create_event,"
                   " exit_event, start_inferred) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        case Sql::select_reference_lives:
            return "SELECT reference_id, process_id FROM reference_life ORDER BY reference_id";
        case Sql::insert_reference_life: return "INSERT INTO reference_life(reference_id, process_id) VALUES (?, ?)";
        case Sql::select_column_blocks: return "SELECT block, rows, data FROM column_block WHERE name = ? ORDER BY block";
        case Sql::insert_column_block: return "INSERT INTO column_block(name, block, rows, data) VALUES (?, ?, ?, ?)";
        case Sql::select_operation_counts:
            return "SELECT host_id, operation, count, first_ns, last_ns FROM operation_count"
                   " ORDER BY host_id, operation";
        case Sql::insert_operation_count:
            return "INSERT INTO operation_count(host_id, operation, count, first_ns, last_ns) VALUES (?, ?, ?, ?, ?)";
        case Sql::select_operation_gaps:
            return "SELECT host_id, operation, from_ns, to_ns FROM operation_gap ORDER BY id";
        case Sql::insert_operation_gap:
            return "INSERT INTO operation_gap(host_id, operation, from_ns, to_ns) VALUES (?, ?, ?, ?)";
        case Sql::select_verdicts: return "SELECT chain, verdict, note, at_ns FROM verdict ORDER BY chain";
        case Sql::upsert_verdict:
            return "INSERT INTO verdict(chain, verdict, note, at_ns) VALUES (?1, ?2, ?3, ?4)"
                   " ON CONFLICT(chain) DO UPDATE SET verdict = ?2, note = ?3, at_ns = ?4";
        case Sql::select_suppressions:
            return "SELECT id, source_glob, target_glob, reason, at_ns, revoked FROM suppression ORDER BY id";
        case Sql::insert_suppression:
            return "INSERT INTO suppression(source_glob, target_glob, reason, at_ns, revoked) VALUES (?, ?, ?, ?, ?)"
                   " RETURNING id";
        case Sql::update_suppression:
            return "UPDATE suppression SET revoked = ?2 WHERE id = ?1 RETURNING source_glob, target_glob";
        case Sql::select_profiles:
            return "SELECT p.name, v.parameter, v.value FROM profile p LEFT JOIN profile_value v ON v.profile = p.name"
                   " ORDER BY p.name, v.parameter";
        case Sql::delete_profile: return "DELETE FROM profile WHERE name = ?";
        case Sql::insert_profile: return "INSERT INTO profile(name, at_ns) VALUES (?, ?)";
        case Sql::insert_profile_value: return "INSERT INTO profile_value(profile, parameter, value) VALUES (?, ?, ?)";
        case Sql::select_parameters: return "SELECT name, value FROM parameter ORDER BY name";
        case Sql::upsert_parameter:
            return "INSERT INTO parameter(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2";
        case Sql::select_bookmarks: return "SELECT event_id FROM bookmark ORDER BY event_id";
        case Sql::insert_bookmark: return "INSERT INTO bookmark(event_id, at_ns) VALUES (?, ?) ON CONFLICT DO NOTHING";
        case Sql::delete_bookmark: return "DELETE FROM bookmark WHERE event_id = ?";
        case Sql::count_: break;
    }
    return "";
}

}  // namespace trocar
