#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/byte_cursor.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/store/statements.h"

struct sqlite3;
struct sqlite3_stmt;

namespace trocar {

class Database;

/// One run of one prepared statement: binds in order, steps, and on destruction leaves the statement ready for the next
/// run. Failures are kept and reported by status(). Thread safety: that of its Database.
class Query {
public:
    Query(Database& database, sqlite3_stmt* statement, int error);
    ~Query();
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;

    Query& integer(std::int64_t value);
    Query& unsigned_integer(std::uint64_t value) { return integer(static_cast<std::int64_t>(value)); }
    Query& text(std::string_view value);   ///< not copied: must live until the next step
    Query& blob(Bytes value);              ///< not copied: must live until the next step
    Query& null();
    Query& time(UtcNanos value) { return value.none() ? null() : integer(value.count); }
    template <class Tag, class Rep>
    Query& id(Id<Tag, Rep> value) {
        return value.none() ? null() : integer(static_cast<std::int64_t>(value.value));
    }

    /// Steps; true: a row is there. False: at the end, or failed (status()).
    [[nodiscard]] bool next();
    /// Steps to the end.
    [[nodiscard]] Status run();
    [[nodiscard]] Status status() const;
    /// Ready for another binding of the same statement.
    void again();

    [[nodiscard]] std::int64_t integer_at(int column) const;
    [[nodiscard]] std::uint64_t unsigned_at(int column) const { return static_cast<std::uint64_t>(integer_at(column)); }
    /// Clamped into 0..2^32-1: files come from elsewhere.
    [[nodiscard]] std::uint32_t u32_at(int column) const;
    [[nodiscard]] bool null_at(int column) const;
    [[nodiscard]] std::string_view text_at(int column) const;  ///< valid until the next step
    [[nodiscard]] Bytes blob_at(int column) const;             ///< valid until the next step
    [[nodiscard]] UtcNanos time_at(int column) const { return null_at(column) ? kNoTime : UtcNanos{integer_at(column)}; }
    template <class I>
    [[nodiscard]] I id_at(int column) const {
        return null_at(column) ? I{} : I{static_cast<typename I::rep>(u32_at(column))};
    }

private:
    Database* database_;
    sqlite3_stmt* statement_;
    int error_;
    int bound_ = 0;
};

/// One SQLite connection with hostile-input settings: trusted_schema off, defensive, limits, no extension loading.
/// Statements are prepared once and kept. Thread safety: one thread at a time (SQLite's no-mutex mode).
class Database {
public:
    enum class Access : std::uint8_t {
        read_only,
        read_only_immutable,  ///< for a case on a medium where no lock or WAL file can be made
        read_write,
        create,
    };
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path, Access access);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] Query query(Sql statement);
    /// Runs statements without parameters or rows; the text is a constant of ours.
    [[nodiscard]] Status run(const char* sql);
    [[nodiscard]] Status begin_immediate() { return run("BEGIN IMMEDIATE"); }
    [[nodiscard]] Status commit() { return run("COMMIT"); }
    void rollback();
    /// The present failure as an Error: "cannot {doing} {path}: {SQLite's words}", with what to do.
    [[nodiscard]] Error error(std::string_view doing) const;
    [[nodiscard]] Error error(std::string_view doing, int code) const;
    [[nodiscard]] sqlite3* handle() { return handle_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Finalises the kept statements; they are prepared again when asked for.
    void forget_statements();

private:
    Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}

    std::string path_;
    sqlite3* handle_ = nullptr;
    std::array<sqlite3_stmt*, kSqlCount> statements_{};
};

/// How long a statement waits for another connection's lock before it fails as locked.
inline constexpr int kBusyMilliseconds = 2000;
/// Largest text or blob read from or written to a case.
inline constexpr int kMaxCellBytes = 128 << 20;

}  // namespace trocar
