#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/ingest/evidence_walk.h"
#include "core/store/connection.h"

namespace trocar {

/// The case that an import writes into, and the promise that a kill at any moment leaves a case that opens.
/// A new case: a small valid case with the log line "import of X began" is made at the path and stays locked (SQLite's
/// RESERVED lock, which a second import meets at once and a kill releases); the rows go into CASE.importing without a
/// journal, which is synced and renamed over the small one when whole. A case with events: one WAL transaction.
/// Of several imports at once one works, the others are told so (case_damaged, "locked"); one that opened the small case
/// just before it was replaced sees that and opens the new one.
/// Thread safety: one thread at a time. Errors: case_damaged (locked, damaged), storage.
class ImportTarget {
public:
    [[nodiscard]] static Result<ImportTarget> open(const std::string& path, const std::vector<std::string>& evidence);
    ImportTarget(ImportTarget&&) noexcept = default;
    ImportTarget& operator=(ImportTarget&&) noexcept = delete;
    ~ImportTarget();

    [[nodiscard]] Database& database() { return *work_->db; }
    [[nodiscard]] CaseFile::Connection& connection() { return *work_; }
    /// Left-overs of a killed import that were removed.
    [[nodiscard]] const std::vector<SkippedItem>& removed() const { return removed_; }

    /// Opens the transaction for the rows.
    [[nodiscard]] Status begin();
    /// A further line of the log about this import, with the rows.
    [[nodiscard]] Status log(std::string_view kind, const std::string& what);
    /// Writes the log line, commits, and puts a new case in its place.
    [[nodiscard]] Status complete(std::size_t files, std::size_t events);
    /// Takes everything back; gives `error` back for the caller to return.
    [[nodiscard]] Error abandon(Error error);

private:
    ImportTarget() = default;
    [[nodiscard]] static Result<ImportTarget> open_once(const std::string& path, const std::vector<std::string>& evidence,
                                                        bool& replaced);
    [[nodiscard]] Status log_began(Database& db, bool& replaced);
    [[nodiscard]] Status open_temporary();

    std::string path_, temporary_;
    bool made_ = false;     ///< the case did not exist before
    bool renames_ = false;  ///< rows go into `temporary_`
    bool ended_ = false;
    std::int64_t run_ = 0;
    std::string what_;
    std::unique_ptr<Database> lock_;                ///< of a renamed case: holds RESERVED at the path
    std::unique_ptr<CaseFile::Connection> work_;
    std::vector<SkippedItem> removed_;
};

}  // namespace trocar
