#include "core/store/case_file.h"

#include <sqlite3.h>

#include <utility>

#include "core/store/connection.h"

namespace trocar {

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::unset: return "";
        case Verdict::true_positive: return "true";
        case Verdict::false_positive: return "false";
        case Verdict::benign_true: return "benign";
    }
    return "";
}

std::uint64_t CaseInfo::rejected() const {
    std::uint64_t sum = 0;
    for (const SourceInfo& source : sources) {
        for (const LossCount& loss : source.losses) {
            sum += loss.severity == LossSeverity::error ? loss.count : 0;
        }
    }
    return sum;
}

CaseFile::CaseFile(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

CaseFile::~CaseFile() {
    if (connection_->mode == Mode::edit && connection_->db != nullptr) {
        // Back to one file without companions, so that the case can be copied or burnt; refused while others read it.
        Database& db = *connection_->db;
        db.forget_statements();
        sqlite3_busy_timeout(db.handle(), 0);
        static_cast<void>(db.run("PRAGMA journal_mode=DELETE").ok());
    }
}

Result<std::unique_ptr<CaseFile>> CaseFile::open(const std::string& path, Mode mode) {
    Result<std::unique_ptr<Database>> opened = open_checked(path, mode == Mode::edit);
    if (!opened.ok()) {
        return opened.error();
    }
    auto connection = std::make_unique<Connection>();
    connection->path = path;
    connection->mode = mode;
    connection->db = std::move(opened).value();
    if (mode == Mode::edit) {
        if (Status s = connection->db->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"); !s.ok()) {
            return s.error();
        }
    }
    return std::unique_ptr<CaseFile>(new CaseFile(std::move(connection)));
}

Result<std::unique_ptr<CaseFile>> CaseFile::create(const std::string& path) {
    {
        Result<std::unique_ptr<Database>> made = create_database(path);
        if (!made.ok()) {
            return made.error();
        }
    }
    return open(path, Mode::edit);
}

const std::string& CaseFile::path() const { return connection_->path; }

}  // namespace trocar
