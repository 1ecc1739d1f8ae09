#include "core/store/database.h"

#include <sqlite3.h>

#include <cerrno>
#include <limits>
#include <utility>

#include "core/store/memory_budget.h"

namespace trocar {
namespace {

/// file: URI of a path, for immutable=1 (sqlite.org/uri.html: %, ? and # are escaped).
std::string immutable_uri(const std::string& path) {
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '%' || c == '?' || c == '#') {
            constexpr const char* kHex = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            uri += '%';
            uri += kHex[byte >> 4];
            uri += kHex[byte & 15];
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

/// errno(3) of a write that found no room; SQLite reports some of them (the -shm file) as plain I/O errors.
bool no_room(int system_error) { return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG; }

void harden(sqlite3* db) {
    // sqlite.org/security.html, "Untrusted SQLite Database Files".
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kMaxCellBytes);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 100);
    sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 4);
    sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

}  // namespace

Query::Query(Database& database, sqlite3_stmt* statement, int error)
    : database_(&database), statement_(statement), error_(error) {}

Query::Query(Query&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), error_(other.error_),
      bound_(other.bound_) {}

Query::~Query() {
    if (statement_ != nullptr) {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
}

Query& Query::integer(std::int64_t value) {
    if (error_ == SQLITE_OK) {
        error_ = sqlite3_bind_int64(statement_, ++bound_, value);
    }
    return *this;
}

Query& Query::text(std::string_view value) {
    if (error_ == SQLITE_OK) {
        error_ = sqlite3_bind_text64(statement_, ++bound_, value.data() == nullptr ? "" : value.data(), value.size(),
                                     SQLITE_STATIC, SQLITE_UTF8);
    }
    return *this;
}

Query& Query::blob(Bytes value) {
    if (error_ == SQLITE_OK) {
        error_ = value.empty() ? sqlite3_bind_zeroblob(statement_, ++bound_, 0)
                               : sqlite3_bind_blob64(statement_, ++bound_, value.data(), value.size(), SQLITE_STATIC);
    }
    return *this;
}

Query& Query::null() {
    if (error_ == SQLITE_OK) {
        error_ = sqlite3_bind_null(statement_, ++bound_);
    }
    return *this;
}

bool Query::next() {
    if (error_ != SQLITE_OK) {
        return false;
    }
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        error_ = code;
    }
    return false;
}

Status Query::run() {
    while (next()) {
    }
    return status();
}

Status Query::status() const {
    if (error_ == SQLITE_OK) {
        return {};
    }
    return database_->error("read or write", error_);
}

void Query::again() {
    bound_ = 0;
    if (statement_ != nullptr) {
        sqlite3_reset(statement_);
    }
}

std::int64_t Query::integer_at(int column) const { return sqlite3_column_int64(statement_, column); }

std::uint32_t Query::u32_at(int column) const {
    const std::int64_t value = integer_at(column);
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    return value < 0 || value > kMost ? static_cast<std::uint32_t>(kMost) : static_cast<std::uint32_t>(value);
}

bool Query::null_at(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::string_view Query::text_at(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return data == nullptr ? std::string_view{}
                           : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

Bytes Query::blob_at(int column) const {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
    return data == nullptr ? Bytes{} : Bytes(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access) {
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    std::string name = path;
    switch (access) {
        case Access::read_only: flags |= SQLITE_OPEN_READONLY; break;
        case Access::read_only_immutable:
            flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
            name = immutable_uri(path);
            break;
        case Access::read_write: flags |= SQLITE_OPEN_READWRITE; break;
        case Access::create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    }
    MemoryBudget::install();
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
    std::unique_ptr<Database> database(new Database(path, handle));
    if (code != SQLITE_OK) {
        return database->error("open", code);
    }
    harden(handle);
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    if (Status s = database->run("PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;");
        !s.ok()) {
        return s.error();
    }
    return database;
}

Database::~Database() {
    forget_statements();
    sqlite3_close_v2(handle_);
}

void Database::forget_statements() {
    for (sqlite3_stmt*& statement : statements_) {
        sqlite3_finalize(statement);
        statement = nullptr;
    }
}

Query Database::query(Sql which) {
    sqlite3_stmt*& statement = statements_[static_cast<std::size_t>(which)];
    int code = SQLITE_OK;
    if (statement == nullptr) {
        code = sqlite3_prepare_v3(handle_, sql_text(which), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    }
    return {*this, statement, code};
}

Status Database::run(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? Status{} : Status{error("read or write", code)};
}

void Database::rollback() {
    if (sqlite3_get_autocommit(handle_) == 0) {
        sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

Error Database::error(std::string_view doing) const { return error(doing, sqlite3_extended_errcode(handle_)); }

Error Database::error(std::string_view doing, int code) const {
    const bool current = handle_ != nullptr && sqlite3_extended_errcode(handle_) == code;
    std::string message = "cannot " + std::string(doing) + " the case " + path_ + ": " +
                          (current ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorKind::case_damaged,
                    "the case " + path_ + " is locked: another Trocar is importing into it or changing it",
                    "wait until it is done, or close it, and try again"};
        case SQLITE_FULL: return {ErrorKind::storage, std::move(message), "free some space on that disk and try again"};
        case SQLITE_IOERR:
            if (handle_ != nullptr && no_room(sqlite3_system_errno(handle_))) {
                return {ErrorKind::storage, message + ": the disk is full", "free some space on that disk and try again"};
            }
            return {ErrorKind::storage, std::move(message), "check the disk: is it full, gone or failing?"};
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            return {ErrorKind::storage, std::move(message), "check that the file and its folder can be written"};
        case SQLITE_NOMEM:
        case SQLITE_TOOBIG: return {ErrorKind::limit, std::move(message), ""};
        case SQLITE_INTERRUPT: return {ErrorKind::cancelled, std::move(message), ""};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorKind::case_damaged, std::move(message),
                    "the file is damaged: import the evidence into a new case"};
        default: return {ErrorKind::case_damaged, std::move(message), ""};
    }
}

}  // namespace trocar
