// The read-only query console and `trocar-cli sql`.

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "core/base/text.h"
#include "core/store/connection.h"
#include "core/store/memory_budget.h"

namespace trocar {
namespace {

/// Most bytes of a value within a statement (raw blocks fit), and of the one that is shown.
constexpr int kMaxValue = 16 << 20;
constexpr std::size_t kMaxShown = std::size_t{4} << 20;
constexpr int kMaxColumns = 200;
constexpr std::int64_t kMaxWorkingBytes = std::int64_t{512} << 20;
constexpr std::size_t kMaxAnswerBytes = std::size_t{256} << 20;
constexpr std::size_t kMaxStatement = std::size_t{1} << 20;
constexpr int kStepsBetweenChecks = 1000;
constexpr std::size_t kShownBlobBytes = 64;

int authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_READ:
        case SQLITE_RECURSIVE: return SQLITE_OK;
        case SQLITE_FUNCTION: {
            const std::string_view function = second == nullptr ? (first == nullptr ? "" : first) : second;
            return equal_ignoring_case(function, "load_extension") ? SQLITE_DENY : SQLITE_OK;
        }
        default: return SQLITE_DENY;
    }
}

using Clock = std::chrono::steady_clock;

int past_deadline(void* deadline) { return Clock::now() > *static_cast<const Clock::time_point*>(deadline) ? 1 : 0; }

Error refused(const std::string& words, std::string remedy = {}) {
    return {ErrorKind::usage, "the query failed: " + words, std::move(remedy)};
}

std::string hexadecimal(const unsigned char* data, std::size_t size) {
    constexpr const char* kHex = "0123456789abcdef";
    std::string out = "x'";
    for (std::size_t i = 0; i < std::min(size, kShownBlobBytes); ++i) {
        out += kHex[data[i] >> 4];
        out += kHex[data[i] & 15];
    }
    return out + (size > kShownBlobBytes ? "...'" : "'");
}

/// The first kMaxShown bytes, to the end of a character (RFC 3629: continuation bytes are 10xxxxxx), and a word.
std::string shortened(std::string_view text) {
    std::size_t end = kMaxShown;
    while (end > kMaxShown - 4 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) {
        --end;
    }
    return std::string(text.substr(0, end)) + " [cut: " + grouped(text.size()) + " bytes]";
}

/// One run of one statement, from its first row to the limit that it meets first.
class Answering {
public:
    Answering(sqlite3_stmt* statement, const MemoryBudget& memory, std::size_t max_rows, Nanos time_limit)
        : statement_(statement), memory_(memory), max_rows_(max_rows), time_limit_(time_limit),
          width_(std::min(sqlite3_column_count(statement), kMaxColumns)) {}

    Result<QueryAnswer> run() {
        name_columns();
        int code = SQLITE_OK;
        while ((code = sqlite3_step(statement_)) == SQLITE_ROW) {
            if (answer_.rows.size() == max_rows_) {
                return ended(QueryCut::Limit::rows, "there are more than " + grouped(max_rows_) + " rows: the first are shown");
            }
            if (!take_row()) {
                break;
            }
        }
        return outcome(code);
    }

private:
    void name_columns() {
        for (int i = 0; i < width_; ++i) {
            const char* name = sqlite3_column_name(statement_, i);
            answer_.columns.emplace_back(name == nullptr ? "" : name);
        }
        if (const int all = sqlite3_column_count(statement_); all > width_) {
            cut(QueryCut::Limit::columns, "the answer has " + grouped(static_cast<std::uint64_t>(all)) +
                                              " columns: the first " + std::to_string(width_) + " are shown");
        }
    }

    /// False when no room is left for the row, which is not kept in part.
    bool take_row() {
        std::vector<std::string> row;
        for (int i = 0; i < width_; ++i) {
            row.push_back(cell(i));
            bytes_ += row.back().size() + sizeof(std::string);
            full_ = full_ || bytes_ > kMaxAnswerBytes;
            if (full_ || memory_.exhausted()) {
                return false;
            }
        }
        answer_.rows.push_back(std::move(row));
        return true;
    }

    std::string cell(int column) {
        const int type = sqlite3_column_type(statement_, column);
        if (type == SQLITE_NULL) {
            return {};
        }
        const void* data = type == SQLITE_BLOB ? sqlite3_column_blob(statement_, column)
                                               : static_cast<const void*>(sqlite3_column_text(statement_, column));
        if (data == nullptr) {
            return type == SQLITE_BLOB ? "x''" : std::string{};  // empty, or no memory: the budget knows
        }
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
        if (type == SQLITE_BLOB) {
            return hexadecimal(static_cast<const unsigned char*>(data), size);
        }
        const std::string_view text(static_cast<const char*>(data), size);
        values_cut_ += size > kMaxShown ? 1U : 0U;
        return size > kMaxShown ? shortened(text) : std::string(text);
    }

    void cut(QueryCut::Limit limit, std::string words) { answer_.cuts.push_back({limit, std::move(words)}); }

    Result<QueryAnswer> whole() {
        if (values_cut_ != 0) {
            cut(QueryCut::Limit::value, grouped(values_cut_) + (values_cut_ == 1 ? " value is" : " values are") +
                                            " longer than 4 MiB: the beginning is shown");
        }
        return std::move(answer_);
    }

    /// What came before the limit is an answer still; a limit met before the first row is an Error.
    Result<QueryAnswer> ended(QueryCut::Limit limit, const std::string& words, std::string remedy = {}) {
        if (answer_.rows.empty()) {
            return refused(words, std::move(remedy));
        }
        const bool rows = limit == QueryCut::Limit::rows;
        cut(limit, rows ? words : words + ": the rows found before are shown");
        return whole();
    }

    Result<QueryAnswer> outcome(int code) {
        if (memory_.exhausted() || code == SQLITE_NOMEM) {
            return ended(QueryCut::Limit::memory, "it needs more than 512 MiB of memory",
                         "add a WHERE, name fewer columns, or sort and group less");
        }
        if (full_) {
            return ended(QueryCut::Limit::memory, "the answer is larger than 256 MiB",
                         "name fewer columns, or take a part of long values with substr()");
        }
        if (code == SQLITE_INTERRUPT) {
            return ended(QueryCut::Limit::time, "it took longer than " + describe_duration(time_limit_),
                         "add a WHERE or a LIMIT");
        }
        if (code == SQLITE_TOOBIG) {
            return refused("a value within it is longer than 16 MiB", "take a part of it with substr()");
        }
        if (code != SQLITE_DONE) {
            return refused(sqlite3_errmsg(sqlite3_db_handle(statement_)));
        }
        return whole();
    }

    sqlite3_stmt* statement_;
    const MemoryBudget& memory_;
    std::size_t max_rows_;
    Nanos time_limit_;
    int width_;
    QueryAnswer answer_;
    std::size_t bytes_ = 0;
    std::uint64_t values_cut_ = 0;
    bool full_ = false;
};

using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

/// The one statement in `sql`, if it only reads.
Result<Statement> prepared(sqlite3* db, const std::string& sql) {
    if (sql.size() > kMaxStatement) {
        return refused("it is longer than 1 MiB");
    }
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v2(db, sql.c_str(), static_cast<int>(sql.size()), &raw, &tail);
    Statement statement(raw, sqlite3_finalize);
    if (code != SQLITE_OK) {
        return refused(sqlite3_errmsg(db));
    }
    if (raw == nullptr) {
        return refused("it is empty");
    }
    if (!trimmed(std::string_view(tail, sql.size() - static_cast<std::size_t>(tail - sql.c_str()))).empty()) {
        return refused("only one statement at a time");
    }
    if (sqlite3_stmt_readonly(raw) == 0) {
        return refused("only reading is allowed");
    }
    return statement;
}

}  // namespace

std::string_view to_string(QueryCut::Limit limit) {
    switch (limit) {
        case QueryCut::Limit::rows: return "rows";
        case QueryCut::Limit::time: return "time";
        case QueryCut::Limit::memory: return "memory";
        case QueryCut::Limit::columns: return "columns";
        case QueryCut::Limit::value: return "value";
    }
    return "";
}

Result<QueryAnswer> CaseFile::query(const std::string& sql, std::size_t max_rows, Nanos time_limit) {
    if (!MemoryBudget::install()) {
        return refused("SQLite was started by something else, its memory cannot be limited");
    }
    const MemoryBudget memory(kMaxWorkingBytes);
    // A connection of its own: nothing that a query sets or leaves behind reaches the case's.
    Result<std::unique_ptr<Database>> opened = open_checked(connection_->path, false);
    if (!opened.ok()) {
        return opened.error();
    }
    sqlite3* db = opened.value()->handle();
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kMaxValue);
    Status registered = register_case_functions(*opened.value());
    if (registered.ok()) {
        registered = opened.value()->run("PRAGMA query_only=ON");
    }
    if (!registered.ok()) {
        return registered.error();
    }
    sqlite3_set_authorizer(db, authorize, nullptr);
    Clock::time_point deadline = Clock::now() + std::chrono::nanoseconds(time_limit.count);
    sqlite3_progress_handler(db, kStepsBetweenChecks, past_deadline, &deadline);
    const Result<Statement> statement = prepared(db, sql);
    if (!statement.ok()) {
        return statement.error();
    }
    return Answering(statement.value().get(), memory, max_rows, time_limit).run();
}

}  // namespace trocar
