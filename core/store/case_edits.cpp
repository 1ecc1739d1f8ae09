// The analyst's work: each edit is one transaction and one line of the log.

#include <functional>
#include <utility>

#include "core/store/connection.h"

namespace trocar {
namespace {

/// Most rows read of a table that holds the analyst's work: a damaged file may pretend to hold any number.
constexpr std::size_t kMaxEditRows = 1'000'000;

Status edit(CaseFile::Connection& connection, const std::string& what, const std::function<Status(Database&)>& change) {
    Database& db = *connection.db;
    if (connection.mode != CaseFile::Mode::edit) {
        return Error{ErrorKind::usage, "the case " + connection.path + " is open for reading only", ""};
    }
    if (Status s = db.begin_immediate(); !s.ok()) {
        return s;
    }
    Status s = change(db);
    if (s.ok()) {
        s = write_log(db, "edit", what);
    }
    if (s.ok()) {
        s = db.commit();
    }
    if (!s.ok()) {
        db.rollback();
    }
    return s;
}

Error too_many(const CaseFile::Connection& connection, const char* table) {
    return {ErrorKind::case_damaged, "the case " + connection.path + " is damaged: " + table + " holds too many rows", ""};
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

}  // namespace

Result<std::vector<VerdictRow>> CaseFile::verdicts() {
    std::vector<VerdictRow> rows;
    Query q = connection_->db->query(Sql::select_verdicts);
    while (q.next()) {
        VerdictRow row;
        const std::uint32_t verdict = q.u32_at(1);
        if (rows.size() == kMaxEditRows) {
            return too_many(*connection_, "verdict");
        }
        if (parse_chain_id(q.text_at(0), row.chain) && verdict <= 3) {
            row.verdict = static_cast<Verdict>(verdict);
            row.note = q.text_at(2);
            row.at = q.time_at(3);
            rows.push_back(std::move(row));
        }
    }
    if (Status s = q.status(); !s.ok()) {
        return s.error();
    }
    return rows;
}

Status CaseFile::set_verdict(const VerdictRow& row) {
    const std::string chain = format_chain_id(row.chain);
    std::string what = "chain " + chain + ": verdict " + quoted(name(row.verdict));
    if (!row.note.empty()) {
        what += ", note " + quoted(row.note);
    }
    const UtcNanos at = row.at.none() ? wall_clock_now() : row.at;
    return edit(*connection_, what, [&](Database& db) {
        return db.query(Sql::upsert_verdict)
            .text(chain)
            .integer(static_cast<int>(row.verdict))
            .text(row.note)
            .time(at)
            .run();
    });
}

Result<std::vector<Suppression>> CaseFile::suppressions() {
    std::vector<Suppression> rows;
    Query q = connection_->db->query(Sql::select_suppressions);
    while (q.next()) {
        if (rows.size() == kMaxEditRows) {
            return too_many(*connection_, "suppression");
        }
        Suppression row;
        row.id = q.integer_at(0);
        row.source_glob = q.text_at(1);
        row.target_glob = q.text_at(2);
        row.reason = q.text_at(3);
        row.at = q.time_at(4);
        row.revoked = q.integer_at(5) != 0;
        rows.push_back(std::move(row));
    }
    if (Status s = q.status(); !s.ok()) {
        return s.error();
    }
    return rows;
}

Result<std::int64_t> CaseFile::add_suppression(const Suppression& suppression) {
    std::int64_t id = 0;
    const UtcNanos at = suppression.at.none() ? wall_clock_now() : suppression.at;
    const std::string what = "suppression of " + quoted(suppression.source_glob) + " -> " +
                             quoted(suppression.target_glob) + ": " + suppression.reason;
    Status s = edit(*connection_, what, [&](Database& db) -> Status {
        Query q = db.query(Sql::insert_suppression);
        q.text(suppression.source_glob).text(suppression.target_glob).text(suppression.reason).time(at);
        q.integer(suppression.revoked ? 1 : 0);
        if (q.next()) {
            id = q.integer_at(0);
        }
        return q.run();
    });
    if (!s.ok()) {
        return s.error();
    }
    return id;
}

Status CaseFile::revoke_suppression(std::int64_t id, bool revoked) {
    const std::string what =
        std::string("suppression ") + std::to_string(id) + (revoked ? " revoked" : " in force again");
    return edit(*connection_, what, [&](Database& db) -> Status {
        Query q = db.query(Sql::update_suppression);
        q.integer(id).integer(revoked ? 1 : 0);
        if (q.next()) {
            return q.run();
        }
        if (Status s = q.status(); !s.ok()) {
            return s;
        }
        return Error{ErrorKind::usage, "there is no suppression " + std::to_string(id), ""};
    });
}

Result<std::vector<SavedProfile>> CaseFile::profiles() {
    std::vector<SavedProfile> profiles;
    Query q = connection_->db->query(Sql::select_profiles);
    for (std::size_t rows = 0; q.next(); ++rows) {
        if (rows == kMaxEditRows) {
            return too_many(*connection_, "profile");
        }
        if (profiles.empty() || profiles.back().name != q.text_at(0)) {
            profiles.push_back({std::string(q.text_at(0)), {}});
        }
        if (!q.null_at(1)) {
            profiles.back().values.emplace_back(q.text_at(1), q.text_at(2));
        }
    }
    if (Status s = q.status(); !s.ok()) {
        return s.error();
    }
    return profiles;
}

Status CaseFile::save_profile(const SavedProfile& profile) {
    return edit(*connection_, "profile " + quoted(profile.name) + " saved", [&](Database& db) {
        Status s = db.query(Sql::delete_profile).text(profile.name).run();
        if (s.ok()) {
            s = db.query(Sql::insert_profile).text(profile.name).time(wall_clock_now()).run();
        }
        for (const auto& [parameter, value] : profile.values) {
            if (s.ok()) {
                s = db.query(Sql::insert_profile_value).text(profile.name).text(parameter).text(value).run();
            }
        }
        return s;
    });
}

Status CaseFile::delete_profile(const std::string& profile) {
    return edit(*connection_, "profile " + quoted(profile) + " deleted",
                [&](Database& db) { return db.query(Sql::delete_profile).text(profile).run(); });
}

Result<std::vector<std::pair<std::string, std::string>>> CaseFile::parameters() {
    std::vector<std::pair<std::string, std::string>> values;
    Query q = connection_->db->query(Sql::select_parameters);
    while (q.next()) {
        if (values.size() == kMaxEditRows) {
            return too_many(*connection_, "parameter");
        }
        values.emplace_back(q.text_at(0), q.text_at(1));
    }
    if (Status s = q.status(); !s.ok()) {
        return s.error();
    }
    return values;
}

Status CaseFile::set_parameters(const std::vector<std::pair<std::string, std::string>>& values) {
    std::string what = "parameters:";
    for (const auto& [parameter, value] : values) {
        what += ' ' + parameter + '=' + value;
    }
    return edit(*connection_, what, [&](Database& db) {
        Status s;
        for (const auto& [parameter, value] : values) {
            if (s.ok()) {
                s = db.query(Sql::upsert_parameter).text(parameter).text(value).run();
            }
        }
        return s;
    });
}

Result<std::vector<EventId>> CaseFile::bookmarks() {
    std::vector<EventId> rows;
    Query q = connection_->db->query(Sql::select_bookmarks);
    while (q.next()) {
        if (rows.size() == kMaxEditRows) {
            return too_many(*connection_, "bookmark");
        }
        rows.push_back(EventId{q.u32_at(0)});
    }
    if (Status s = q.status(); !s.ok()) {
        return s.error();
    }
    return rows;
}

Status CaseFile::set_bookmark(EventId id, bool on) {
    const std::string what = "bookmark of event " + std::to_string(id.value) + (on ? " set" : " removed");
    return edit(*connection_, what, [&](Database& db) {
        return on ? db.query(Sql::insert_bookmark).id(id).time(wall_clock_now()).run()
                  : db.query(Sql::delete_bookmark).id(id).run();
    });
}

Result<std::vector<LogLine>> CaseFile::log() {
    std::vector<LogLine> lines;
    Query q = connection_->db->query(Sql::select_log);
    while (q.next()) {
        if (lines.size() == kMaxEditRows) {
            return too_many(*connection_, "log");
        }
        lines.push_back({q.time_at(0), std::string(q.text_at(1))});
    }
    if (Status s = q.status(); !s.ok()) {
        return s.error();
    }
    return lines;
}

Status CaseFile::append_log(const std::string& what) {
    return edit(*connection_, what, [](Database&) { return Status{}; });
}

}  // namespace trocar
