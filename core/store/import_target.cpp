#include "core/store/import_target.h"

#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace trocar {
namespace {

namespace fs = std::filesystem;

/// Makes a rename durable: the file's bytes, then the folder's entry.
void sync_path([[maybe_unused]] const std::string& path) {
#if defined(__unix__) || defined(__APPLE__)
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        ::fsync(fd);
        ::close(fd);
    }
#endif
}

Result<bool> in_wal_mode(Database& db) {
    Query q = db.query(Sql::journal_mode);
    if (!q.next()) {
        return db.error("read");
    }
    return q.text_at(0) == "wal";
}

/// Copies all pages (sqlite.org/backup.html).
Status copy_database(Database& from, Database& to) {
    sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
    if (backup == nullptr) {
        return to.error("copy");
    }
    sqlite3_backup_step(backup, -1);
    const int code = sqlite3_backup_finish(backup);
    return code == SQLITE_OK ? Status{} : Status{to.error("copy", code)};
}

std::string list_of(const std::vector<std::string>& paths) {
    constexpr std::size_t kNamed = 5;
    std::string text;
    for (std::size_t i = 0; i < paths.size() && i < kNamed; ++i) {
        text += (i == 0 ? "" : ", ") + paths[i];
    }
    if (paths.size() > kNamed) {
        text += " and " + std::to_string(paths.size() - kNamed) + " more";
    }
    return text;
}

/// How long a case of no bytes may be one that another Trocar is making at this moment.
constexpr std::chrono::milliseconds kBeingMade{2000}, kLookAgain{10};

/// Takes the lock of a writer or says at once that another import has it; what follows waits for readers, who are brief.
Status lock_now(Database& db) {
    sqlite3_busy_timeout(db.handle(), 0);
    Status s = db.begin_immediate();
    sqlite3_busy_timeout(db.handle(), kBusyMilliseconds);
    return s;
}

/// Another import has renamed its finished case over the file that this connection has open
/// (sqlite.org/c3ref/c_fcntl_begin_atomic_write.html, SQLITE_FCNTL_HAS_MOVED).
bool was_replaced(Database& db) {
    int moved = 0;
    return sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

/// The case at `path`, made if there is none; `made` says which.
Result<std::unique_ptr<Database>> open_or_make(const std::string& path, bool& made) {
    for (auto waited = std::chrono::milliseconds::zero();; waited += kLookAgain) {
        std::error_code code;
        if (!fs::exists(path, code)) {
            Result<std::unique_ptr<Database>> created = create_database(path);
            made = created.ok();
            if (created.ok() || !fs::exists(path, code)) {
                return created;
            }
            continue;  // another import made it first
        }
        const std::uintmax_t size = fs::file_size(path, code);
        if (code || size != 0 || waited >= kBeingMade) {
            return open_checked(path, true);
        }
        std::this_thread::sleep_for(kLookAgain);
    }
}

}  // namespace

Result<ImportTarget> ImportTarget::open(const std::string& path, const std::vector<std::string>& evidence) {
    constexpr int kMostTries = 100;  // each means that another whole import ended in between
    for (int tries = 1;; ++tries) {
        bool replaced = false;
        Result<ImportTarget> target = open_once(path, evidence, replaced);
        if (!replaced || tries == kMostTries) {
            return target;
        }
    }
}

Result<ImportTarget> ImportTarget::open_once(const std::string& path, const std::vector<std::string>& evidence,
                                             bool& replaced) {
    ImportTarget target;
    target.path_ = path;
    target.temporary_ = path + ".importing";
    target.what_ = "import of " + list_of(evidence);
    std::error_code code;
    Result<std::unique_ptr<Database>> opened = open_or_make(path, target.made_);
    if (!opened.ok()) {
        return opened.error();
    }
    std::unique_ptr<Database> db = std::move(opened).value();
    Result<bool> wal = in_wal_mode(*db);
    if (!wal.ok()) {
        return wal.error();
    }
    std::uint64_t events = 0;
    {
        Query q = db->query(Sql::event_limits);
        events = q.next() ? q.unsigned_at(0) : 0;
        if (Status s = q.status(); !s.ok()) {
            return s.error();
        }
    }
    target.renames_ = events == 0 && !wal.value();
    if (!target.renames_) {
        if (Status s = db->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"); !s.ok()) {
            return s.error();
        }
    }
    if (Status s = target.log_began(*db, replaced); !s.ok()) {
        return s.error();
    }
    // From here on the lock is held. A temporary file that is there is of an import that was killed.
    if (target.renames_) {
        if (Status s = lock_now(*db); !s.ok()) {
            return s.error();  // another import came between: the log says that this one began and did not end
        }
        if (was_replaced(*db)) {
            replaced = true;
            return db->error("lock", SQLITE_BUSY);
        }
        const std::uintmax_t stale = fs::file_size(target.temporary_, code);
        if (!code) {
            fs::remove(target.temporary_, code);
            target.removed_.push_back(
                {target.temporary_, "left by an import that did not end (" + std::to_string(stale) + " bytes): removed"});
        }
        target.lock_ = std::move(db);
        if (Status s = target.open_temporary(); !s.ok()) {
            return target.abandon(s.error());
        }
        return target;
    }
    target.work_ = std::make_unique<CaseFile::Connection>();
    target.work_->path = path;
    target.work_->mode = CaseFile::Mode::edit;
    target.work_->db = std::move(db);
    return target;
}

Status ImportTarget::log_began(Database& db, bool& replaced) {
    if (Status s = lock_now(db); !s.ok()) {
        return s;
    }
    if (was_replaced(db)) {
        replaced = true;
        db.rollback();
        return db.error("lock", SQLITE_BUSY);
    }
    {
        Query q = db.query(Sql::next_run);
        run_ = q.next() ? q.integer_at(0) : 1;
    }
    Status s = db.query(Sql::insert_log_run)
                   .time(wall_clock_now())
                   .text("import_began")
                   .text(what_ + " began")
                   .integer(run_)
                   .run();
    if (s.ok()) {
        s = db.commit();
    }
    if (!s.ok()) {
        db.rollback();
    }
    return s;
}

Status ImportTarget::open_temporary() {
    Result<std::unique_ptr<Database>> opened = Database::open(temporary_, Database::Access::create);
    if (!opened.ok()) {
        return opened.error();
    }
    work_ = std::make_unique<CaseFile::Connection>();
    work_->path = temporary_;
    work_->mode = CaseFile::Mode::edit;
    work_->db = std::move(opened).value();
    // A file nobody else knows: a crash leaves nothing worth a journal.
    if (Status s = work_->db->run("PRAGMA page_size=16384"); !s.ok()) {
        return s;
    }
    Result<std::unique_ptr<Database>> from = Database::open(path_, Database::Access::read_only);
    if (!from.ok()) {
        return from.error();
    }
    if (Status s = copy_database(*from.value(), *work_->db); !s.ok()) {
        return s;
    }
    return work_->db->run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE");
}

Status ImportTarget::begin() {
    if (Status s = work_->db->run("PRAGMA cache_size=-16384"); !s.ok()) {
        return s;
    }
    return work_->db->begin_immediate();
}

Status ImportTarget::log(std::string_view kind, const std::string& what) {
    return work_->db->query(Sql::insert_log_run).time(wall_clock_now()).text(kind).text(what).integer(run_).run();
}

Status ImportTarget::complete(std::size_t files, std::size_t events) {
    Database& db = *work_->db;
    Status s = db.query(Sql::insert_log_run)
                   .time(wall_clock_now())
                   .text("import_ended")
                   .text(what_ + " ended: " + std::to_string(files) + " files added, the case holds " +
                         std::to_string(events) + " events")
                   .integer(run_)
                   .run();
    if (s.ok()) {
        s = db.commit();
    }
    if (!s.ok()) {
        return s;
    }
    if (!renames_) {
        ended_ = true;
        db.forget_statements();
        static_cast<void>(db.run("PRAGMA journal_mode=DELETE").ok());  // refused while others read it: then it stays WAL
        return {};
    }
    work_.reset();
    sync_path(temporary_);
    std::error_code code;
    fs::rename(temporary_, path_, code);
    if (code) {
        return Error{ErrorKind::storage, "cannot put the finished case in its place " + path_ + ": " + code.message(),
                     "check that the folder can be written"};
    }
    const fs::path folder = fs::path(path_).parent_path();
    sync_path(folder.empty() ? std::string(".") : folder.string());
    ended_ = true;
    return {};
}

Error ImportTarget::abandon(Error error) {
    ended_ = true;
    std::error_code ignored;
    if (work_ != nullptr && work_->db != nullptr && !renames_) {
        work_->db->rollback();
    }
    std::unique_ptr<Database> db;
    if (renames_) {
        work_.reset();
        fs::remove(temporary_, ignored);
        if (made_) {
            fs::remove(path_, ignored);  // while the lock is held: nothing is left of a case that holds nothing
            lock_.reset();
            return error;
        }
        if (lock_ != nullptr) {
            lock_->rollback();
        }
        db = std::move(lock_);
    } else if (work_ != nullptr) {
        db = std::move(work_->db);
    }
    if (db != nullptr) {
        const Status s = db->query(Sql::insert_log_run)
                             .time(wall_clock_now())
                             .text("import_ended")
                             .text(what_ + " did not succeed, nothing of it was kept: " + error.message)
                             .integer(run_)
                             .run();
        static_cast<void>(s.ok());  // without the line the case says that the import began and did not end
        if (!renames_) {
            db->forget_statements();
            static_cast<void>(db->run("PRAGMA journal_mode=DELETE").ok());
        }
    }
    return error;
}

ImportTarget::~ImportTarget() {
    if (!ended_ && work_ != nullptr) {
        static_cast<void>(abandon(cancelled(what_)));
    }
}

}  // namespace trocar
