#include "core/store/row_stream.h"

#include <sqlite3.h>

#include <limits>
#include <new>

namespace trocar {
namespace {

// Eponymous-only virtual tables (sqlite.org/vtab.html, 2.1.3): no xCreate, so no schema can name them.

struct Table : sqlite3_vtab {
    const RowBatch* batch;
};

struct Cursor : sqlite3_vtab_cursor {
    const RowBatch* batch;
    std::size_t row;
    std::size_t rows;
};

constexpr const char* kEventColumns =
    "CREATE TABLE x(source_id, record, time_ns, channel_id, event_id, operation, actor_ref, target_ref, value,"
    " text_id, flags, detail)";
constexpr const char* kStringColumns = "CREATE TABLE x(text)";

int connect(sqlite3* db, void* batch, const char* columns, sqlite3_vtab** out) {
    const int code = sqlite3_declare_vtab(db, columns);
    if (code != SQLITE_OK) {
        return code;
    }
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    auto* table = new (std::nothrow) Table{};
    if (table == nullptr) {
        return SQLITE_NOMEM;
    }
    table->batch = static_cast<const RowBatch*>(batch);
    *out = table;
    return SQLITE_OK;
}

int connect_events(sqlite3* db, void* batch, int, const char* const*, sqlite3_vtab** out, char**) {
    return connect(db, batch, kEventColumns, out);
}

int connect_strings(sqlite3* db, void* batch, int, const char* const*, sqlite3_vtab** out, char**) {
    return connect(db, batch, kStringColumns, out);
}

int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
    info->estimatedCost = 1;
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
    delete static_cast<Table*>(table);
    return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
    auto* cursor = new (std::nothrow) Cursor{};
    if (cursor == nullptr) {
        return SQLITE_NOMEM;
    }
    cursor->batch = static_cast<Table*>(table)->batch;
    *out = cursor;
    return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
    delete static_cast<Cursor*>(cursor);
    return SQLITE_OK;
}

int filter_events(sqlite3_vtab_cursor* c, int, const char*, int, sqlite3_value**) {
    auto* cursor = static_cast<Cursor*>(c);
    cursor->row = 0;
    cursor->rows = cursor->batch->events.size();
    return SQLITE_OK;
}

int filter_strings(sqlite3_vtab_cursor* c, int, const char*, int, sqlite3_value**) {
    auto* cursor = static_cast<Cursor*>(c);
    cursor->row = 0;
    cursor->rows = cursor->batch->strings.size();
    return SQLITE_OK;
}

int next_row(sqlite3_vtab_cursor* c) {
    ++static_cast<Cursor*>(c)->row;
    return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* c) {
    const auto* cursor = static_cast<Cursor*>(c);
    return cursor->row >= cursor->rows ? 1 : 0;
}

int row_id(sqlite3_vtab_cursor* c, sqlite3_int64* out) {
    *out = static_cast<sqlite3_int64>(static_cast<Cursor*>(c)->row);
    return SQLITE_OK;
}

void result_id(sqlite3_context* context, std::uint32_t id) {
    if (id == std::numeric_limits<std::uint32_t>::max()) {
        sqlite3_result_null(context);
    } else {
        sqlite3_result_int64(context, id);
    }
}

int event_column(sqlite3_vtab_cursor* c, sqlite3_context* context, int column) {
    const auto* cursor = static_cast<Cursor*>(c);
    const RowBatch& batch = *cursor->batch;
    const EventInsert& e = batch.events[cursor->row];
    switch (column) {
        case 0: sqlite3_result_int64(context, e.source); break;
        case 1: sqlite3_result_int64(context, static_cast<std::int64_t>(e.record)); break;
        case 2:
            if (e.time_ns == kNoTime.count) {
                sqlite3_result_null(context);
            } else {
                sqlite3_result_int64(context, e.time_ns);
            }
            break;
        case 3: sqlite3_result_int64(context, e.channel); break;
        case 4: sqlite3_result_int64(context, e.event_id); break;
        case 5: sqlite3_result_int(context, e.operation); break;
        case 6: result_id(context, e.actor); break;
        case 7: result_id(context, e.target); break;
        case 8: sqlite3_result_int64(context, static_cast<std::int64_t>(e.value)); break;
        case 9: sqlite3_result_int64(context, e.text); break;
        case 10: sqlite3_result_int64(context, e.flags); break;
        default:
            sqlite3_result_blob(context, batch.details.data() + e.detail_at, static_cast<int>(e.detail_size), SQLITE_STATIC);
            break;
    }
    return SQLITE_OK;
}

int string_column(sqlite3_vtab_cursor* c, sqlite3_context* context, int) {
    const auto* cursor = static_cast<Cursor*>(c);
    const std::string_view text = cursor->batch->strings[cursor->row];
    sqlite3_result_text64(context, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return SQLITE_OK;
}

sqlite3_module module_of(bool events) {
    sqlite3_module m{};
    m.xConnect = events ? connect_events : connect_strings;
    m.xBestIndex = best_index;
    m.xDisconnect = disconnect;
    m.xOpen = open_cursor;
    m.xClose = close_cursor;
    m.xFilter = events ? filter_events : filter_strings;
    m.xNext = next_row;
    m.xEof = at_end;
    m.xColumn = events ? event_column : string_column;
    m.xRowid = row_id;
    return m;
}

}  // namespace

Status register_row_streams(Database& db, const RowBatch& batch) {
    static const sqlite3_module events = module_of(true);
    static const sqlite3_module strings = module_of(false);
    auto* data = const_cast<RowBatch*>(&batch);  // SQLite's client data is void*; it is only read
    int code = sqlite3_create_module_v2(db.handle(), "event_batch", &events, data, nullptr);
    if (code == SQLITE_OK) {
        code = sqlite3_create_module_v2(db.handle(), "string_batch", &strings, data, nullptr);
    }
    return code == SQLITE_OK ? Status{} : Status{db.error("prepare", code)};
}

Status stream_rows(Database& db, RowBatch& batch) {
    const auto checked = [&](std::uint32_t first, std::size_t count, const char* table) -> Status {
        const auto last = static_cast<std::int64_t>(first + count) - 1;
        if (sqlite3_last_insert_rowid(db.handle()) != last) {
            return Error{ErrorKind::case_damaged,
                         "the case " + db.path() + " is damaged: " + table + " does not end where it should",
                         "import the evidence into a new case"};
        }
        return {};
    };
    if (!batch.strings.empty()) {
        const std::size_t count = batch.strings.size();
        Status s;
        if (batch.first_string == 0) {  // rowids begin at 1 of themselves
            s = db.query(Sql::insert_string).integer(0).text(batch.strings[0]).run();
            batch.strings = batch.strings.subspan(1);
        }
        if (s.ok() && !batch.strings.empty()) {
            s = db.query(Sql::stream_strings).run();
        }
        if (s.ok()) {
            s = checked(batch.first_string, count, "string");
        }
        if (!s.ok()) {
            return s;
        }
    }
    if (batch.events.empty()) {
        return {};
    }
    const std::size_t count = batch.events.size();
    Status s;
    if (batch.first_event == 0) {
        const EventInsert& e = batch.events[0];
        Query q = db.query(Sql::insert_event);
        q.integer(0).integer(e.source).unsigned_integer(e.record).time(UtcNanos{e.time_ns}).integer(e.channel);
        q.integer(e.event_id).integer(e.operation).id(ReferenceId{e.actor}).id(ReferenceId{e.target});
        q.unsigned_integer(e.value).integer(e.text).integer(e.flags);
        q.blob(Bytes(batch.details).subspan(e.detail_at, e.detail_size));
        s = q.run();
        batch.events = batch.events.subspan(1);
    }
    if (s.ok() && !batch.events.empty()) {
        s = db.query(Sql::stream_events).run();
    }
    return s.ok() ? checked(batch.first_event, count, "event") : s;
}

}  // namespace trocar
