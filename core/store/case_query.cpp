// The read-only query console and `trocar-cli sql`.

#include <sqlite3.h>

#include <chrono>

#include "core/base/text.h"
#include "core/store/connection.h"

namespace trocar {
namespace {

/// Most bytes of one cell and of one answer.
constexpr int kMaxQueryCell = 16 << 20;
constexpr std::size_t kMaxAnswerBytes = std::size_t{256} << 20;
constexpr int kStepsBetweenChecks = 10'000;
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

std::string cell(sqlite3_stmt* statement, int column) {
    const int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_NULL) {
        return {};
    }
    if (type == SQLITE_BLOB) {
        constexpr const char* kHex = "0123456789abcdef";
        const auto* data = static_cast<const unsigned char*>(sqlite3_column_blob(statement, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        std::string out = "x'";
        for (std::size_t i = 0; i < size && i < kShownBlobBytes; ++i) {
            out += kHex[data[i] >> 4];
            out += kHex[data[i] & 15];
        }
        return out + (size > kShownBlobBytes ? "...'" : "'");
    }
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return text == nullptr ? std::string{}
                           : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

}  // namespace

Result<QueryAnswer> CaseFile::query(const std::string& sql, std::size_t max_rows, Nanos time_limit) {
    // A connection of its own: nothing that a query sets or leaves behind reaches the case's.
    Result<std::unique_ptr<Database>> opened = open_checked(connection_->path, false);
    if (!opened.ok()) {
        return opened.error();
    }
    sqlite3* db = opened.value()->handle();
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kMaxQueryCell);
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

    const auto refused = [&](const std::string& words) { return Error{ErrorKind::usage, "the query failed: " + words, ""}; };
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    if (sql.size() > (std::size_t{1} << 20)) {
        return refused("it is longer than 1 MiB");
    }
    const int prepared = sqlite3_prepare_v2(db, sql.c_str(), static_cast<int>(sql.size()), &raw, &tail);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    if (prepared != SQLITE_OK) {
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
    QueryAnswer answer;
    const int columns = sqlite3_column_count(raw);
    for (int i = 0; i < columns; ++i) {
        const char* column = sqlite3_column_name(raw, i);
        answer.columns.emplace_back(column == nullptr ? "" : column);
    }
    std::size_t bytes = 0;
    int code = SQLITE_OK;
    while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
        if (answer.rows.size() == max_rows || bytes > kMaxAnswerBytes) {
            answer.cut = true;
            return answer;
        }
        std::vector<std::string>& row = answer.rows.emplace_back();
        for (int i = 0; i < columns; ++i) {
            row.push_back(cell(raw, i));
            bytes += row.back().size() + sizeof(std::string);
        }
    }
    if (code == SQLITE_INTERRUPT) {
        return refused("it took longer than " + describe_duration(time_limit));
    }
    if (code != SQLITE_DONE) {
        return refused(sqlite3_errmsg(db));
    }
    return answer;
}

}  // namespace trocar
