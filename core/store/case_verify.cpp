// verify(): the database, every raw block, and the evidence files where they are still present.

#include <sqlite3.h>

#include <filesystem>
#include <system_error>

#include "core/ingest/evidence_walk.h"
#include "core/store/connection.h"
#include "core/store/detail_scan.h"
#include "core/store/hashed_input.h"
#include "core/store/import_batch.h"
#include "core/store/text_blocks.h"

namespace trocar {
namespace {

/// Most findings listed of one kind.
constexpr std::size_t kMostFindings = 100;
constexpr int kStepsBetweenChecks = 10'000;

int stop_asked(void* token) { return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0; }

Status check_raw_blocks(CaseFile::Connection& connection, const std::stop_token& stop, std::vector<std::string>& found) {
    Database& db = *connection.db;
    Query q = db.query(Sql::select_all_raw_blocks);
    std::size_t bad = 0;
    std::uint32_t expected = 0;
    while (q.next()) {
        if (stop.stop_requested()) {
            return cancelled("the verification");
        }
        const RawBlockRow row{q.u32_at(0),      q.u32_at(1), q.unsigned_at(2), q.u32_at(3),
                              q.u32_at(4), q.unsigned_at(5)};
        if (row.id != expected++) {
            found.push_back("raw blocks are missing or out of order at " + std::to_string(row.id));
            return {};
        }
        if (row.codec == static_cast<std::uint32_t>(RawCodec::not_kept)) {
            continue;  // checked with the evidence file
        }
        const Result<std::string> bytes = decode_raw(db, row, q.blob_at(6));
        if (!bytes.ok() && bad++ < kMostFindings) {
            found.push_back(bytes.error().message);
        }
    }
    if (bad > kMostFindings) {
        found.push_back("and " + std::to_string(bad - kMostFindings) + " more raw blocks");
    }
    return q.status();
}

Status check_text_blocks(CaseFile::Connection& connection, const std::stop_token& stop, std::vector<std::string>& found) {
    Query q = connection.db->query(Sql::select_all_text_blocks);
    for (std::uint32_t expected = 0; q.next(); ++expected) {
        if (stop.stop_requested()) {
            return cancelled("the verification");
        }
        if (q.u32_at(0) != expected || found.size() > kMostFindings) {
            found.push_back("text blocks are missing or out of order at " + std::to_string(expected));
            return {};
        }
        const Result<std::string> bytes = decode_block(*connection.db, "text block " + std::to_string(expected), q.u32_at(1),
                                                       q.u32_at(2), q.unsigned_at(3), q.blob_at(4));
        if (!bytes.ok()) {
            found.push_back(bytes.error().message);
        }
    }
    return q.status();
}

Status check_evidence(const std::vector<SourceInfo>& sources, const std::stop_token& stop, std::vector<std::string>& found) {
    for (const SourceInfo& source : sources) {
        if (stop.stop_requested()) {
            return cancelled("the verification");
        }
        std::error_code code;
        if (source.sha256.empty() || source.path.find("!/") != std::string::npos ||
            !std::filesystem::is_regular_file(source.path, code)) {
            if (!source.raw_kept) {
                found.push_back(source.path + " is gone, and its raw records are not in the case");
            }
            continue;
        }
        Result<std::unique_ptr<Input>> input = open_input(source.path);
        if (!input.ok()) {
            found.push_back(input.error().message);
            continue;
        }
        Result<Sha256Digest> digest = HashedInput(*input.value()).finish();
        if (!digest.ok()) {
            found.push_back(digest.error().message);
        } else if (hex(digest.value()) != source.sha256) {
            found.push_back(source.path + " has changed since it was imported: its SHA-256 is " + hex(digest.value()) +
                            ", it was " + source.sha256);
        }
    }
    return {};
}

}  // namespace

Result<std::vector<std::string>> CaseFile::verify(std::stop_token stop) {
    Database& db = *connection_->db;
    std::vector<std::string> found;
    sqlite3_progress_handler(db.handle(), kStepsBetweenChecks, stop_asked, &stop);
    {
        Query q = db.query(Sql::integrity_check);
        while (q.next()) {
            if (q.text_at(0) != "ok" && found.size() < kMostFindings) {
                found.push_back("database: " + std::string(q.text_at(0)));
            }
        }
        if (Status s = q.status(); !s.ok()) {
            sqlite3_progress_handler(db.handle(), 0, nullptr, nullptr);
            return stop.stop_requested() ? cancelled("the verification") : s.error();
        }
    }
    sqlite3_progress_handler(db.handle(), 0, nullptr, nullptr);
    Status s = check_raw_blocks(*connection_, stop, found);
    if (s.ok()) {
        s = check_text_blocks(*connection_, stop, found);
    }
    if (!s.ok()) {
        return s.error();
    }
    Result<CaseInfo> facts = info();
    if (!facts.ok()) {
        found.push_back(facts.error().message);
        return found;
    }
    for (const std::string& unfinished : facts.value().unfinished) {
        found.push_back(unfinished);
    }
    s = check_evidence(facts.value().sources, stop, found);
    if (!s.ok()) {
        return s.error();
    }
    Result<std::shared_ptr<const Capture>> capture = load_capture(stop);
    if (!capture.ok()) {
        found.push_back(capture.error().message);
    }
    return found;
}

Status CaseFile::save_copy(const std::string& path) {
    std::error_code code;
    if (std::filesystem::exists(path, code)) {
        return Error{ErrorKind::usage, "cannot save the case as " + path + ": the file exists", "choose another name"};
    }
    Result<std::unique_ptr<Database>> to = Database::open(path, Database::Access::create);
    if (!to.ok()) {
        return to.error();
    }
    Status s;
    sqlite3_backup* backup = sqlite3_backup_init(to.value()->handle(), "main", connection_->db->handle(), "main");
    if (backup == nullptr) {
        s = to.value()->error("copy");
    } else {
        sqlite3_backup_step(backup, -1);
        const int finished = sqlite3_backup_finish(backup);
        if (finished != SQLITE_OK) {
            s = to.value()->error("copy", finished);
        }
    }
    if (s.ok()) {
        s = to.value()->run("PRAGMA journal_mode=DELETE");  // the copy is one file
    }
    to.value().reset();
    if (!s.ok()) {
        std::filesystem::remove(path, code);
    }
    return s;
}

}  // namespace trocar
