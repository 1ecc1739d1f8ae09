#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/loss.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/detect/capture.h"
#include "core/detect/finding.h"
#include "core/ingest/importer.h"
#include "core/model/event.h"

namespace trocar {

/// One source as the case knows it.
struct SourceInfo {
    SourceId id;
    std::string path;           ///< as given, "x.zip!/member" for members
    std::string sha256;         ///< of the bytes read
    std::uint64_t size = 0;
    std::string importer;       ///< "windows_evtx"
    int importer_version = 0;
    std::uint64_t events = 0;
    UtcNanos first_time, last_time;
    bool complete = true;       ///< false: cancelled, kept in part
    bool raw_kept = true;       ///< false: --keep reference
    Nanos clock_offset;
    std::vector<LossCount> losses;
};

struct ChannelCount {
    std::string host, provider, channel;
    std::uint32_t event_id = 0;
    Operation operation = Operation::generic;
    std::uint64_t count = 0;
};

struct LogLine {
    UtcNanos at;
    std::string what;
};

struct CaseInfo {
    std::string path;
    std::vector<std::string> hosts;
    std::vector<SourceInfo> sources;
    std::vector<ChannelCount> channels;
    std::uint64_t events = 0, processes = 0;
    UtcNanos first_time, last_time;
    std::vector<std::string> unfinished;  ///< imports that began and did not end, in words
    std::vector<LogLine> not_read;        ///< files that an import left out or read in part, and why, oldest first
    [[nodiscard]] std::uint64_t rejected() const;  ///< sum of losses of severity error
};

/// One event as the table shows it: ids, resolved by the caller through Capture.
struct EventRow {
    EventId id;
    SourceId source;
    std::uint64_t record = 0;
    UtcNanos time;
    HostId host;
    std::uint32_t event_id = 0;
    StringId provider, channel;
    Operation operation = Operation::generic;
    ProcessId actor, target;    ///< lives
    std::uint64_t value = 0;
    StringId text;
    std::uint32_t flags = 0;
    std::vector<std::pair<std::string, std::string>> fields;  ///< typed fields, names and values as text
};

/// Columns of all events, in time order, for the timeline, the density strip and filters. ~34 bytes an event.
struct EventColumns {
    std::vector<EventId> id;
    std::vector<UtcNanos> time;      ///< ascending
    std::vector<Operation> operation;
    std::vector<ProcessId> actor, target;
    std::vector<std::uint16_t> channel;  ///< index into `channels`
    std::vector<std::uint16_t> event_id;
    std::vector<StringId> text;
    std::vector<std::uint64_t> value;
    struct Channel {
        HostId host;
        StringId provider, channel;
    };
    std::vector<Channel> channels;   ///< host + provider + channel
    [[nodiscard]] std::size_t size() const { return id.size(); }
};

enum class Verdict : std::uint8_t { unset = 0, true_positive = 1, false_positive = 2, benign_true = 3 };
[[nodiscard]] std::string_view name(Verdict verdict);  ///< "", "true", "false", "benign"

struct VerdictRow {
    ChainId chain;
    Verdict verdict = Verdict::unset;
    std::string note;
    UtcNanos at;
};

/// A listed, dated, revocable rule that hides findings: the count of what it hides is always shown.
struct Suppression {
    std::int64_t id = 0;
    std::string source_glob, target_glob;  ///< image names; "*" = any
    std::string reason;
    UtcNanos at;
    bool revoked = false;
};

struct SavedProfile {
    std::string name;
    std::vector<std::pair<std::string, std::string>> values;  ///< "AN1399.TimeWindow" -> "10s"
};

/// Where an answer of the query console ends before the statement does, and why in words for the analyst.
struct QueryCut {
    enum class Limit : std::uint8_t { rows, time, memory, columns, value };
    Limit limit = Limit::rows;
    std::string text;  ///< "there are more than 10 000 rows: the first are shown"
};

/// Answer of the read-only query console.
struct QueryAnswer {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  ///< whole rows, as wide as `columns`
    std::vector<QueryCut> cuts;                  ///< empty: the answer is whole
};
[[nodiscard]] std::string_view to_string(QueryCut::Limit limit);

/// One case file, one connection (docs/case-schema.md). Opened as hostile input: header, application_id, user_version
/// and quick_check of the schema first, trusted_schema off.
/// Thread safety: one thread at a time; open another CaseFile for another thread.
/// Errors: case_damaged (not a case, newer version, damaged, locked: the message names the holder and what to do).
class CaseFile {
public:
    enum class Mode : std::uint8_t { read_only, edit };
    [[nodiscard]] static Result<std::unique_ptr<CaseFile>> open(const std::string& path, Mode mode);
    /// A new empty case; fails when the file exists.
    [[nodiscard]] static Result<std::unique_ptr<CaseFile>> create(const std::string& path);
    ~CaseFile();
    CaseFile(const CaseFile&) = delete;
    CaseFile& operator=(const CaseFile&) = delete;

    [[nodiscard]] const std::string& path() const;
    [[nodiscard]] Result<CaseInfo> info();
    /// Strings, lives, signals: column BLOBs read straight into arrays.
    [[nodiscard]] Result<std::shared_ptr<const Capture>> load_capture(std::stop_token stop = {});
    [[nodiscard]] Result<std::shared_ptr<const EventColumns>> load_event_columns(std::stop_token stop = {});
    /// Rows in the order of `ids` (the table's page); by primary key.
    [[nodiscard]] Result<std::vector<EventRow>> events(std::span<const EventId> ids);
    /// The record's bytes, verbatim.
    [[nodiscard]] Result<std::string> raw_record(EventId id);
    /// The record read again by its importer.
    [[nodiscard]] Result<RenderedRecord> render(EventId id, const ImporterList& importers);
    /// Ids of events any of whose strings is in `matching` (indexed by StringId); for filters over all fields.
    [[nodiscard]] Result<std::vector<EventId>> events_with_strings(const std::vector<bool>& matching,
                                                                   std::stop_token stop);
    /// Events whose field `name` satisfies: text field in `matching`, or number equal to one of `numbers`.
    [[nodiscard]] Result<std::vector<EventId>> events_with_field(std::string_view name, const std::vector<bool>& matching,
                                                                 std::stop_token stop);

    // The analyst's work. Each edit is one transaction and one line of the log.
    [[nodiscard]] Result<std::vector<VerdictRow>> verdicts();
    [[nodiscard]] Status set_verdict(const VerdictRow& row);
    [[nodiscard]] Result<std::vector<Suppression>> suppressions();
    [[nodiscard]] Result<std::int64_t> add_suppression(const Suppression& suppression);
    [[nodiscard]] Status revoke_suppression(std::int64_t id, bool revoked);
    [[nodiscard]] Result<std::vector<SavedProfile>> profiles();
    [[nodiscard]] Status save_profile(const SavedProfile& profile);
    [[nodiscard]] Status delete_profile(const std::string& name);
    /// The parameters last in use ("AN1399.TimeWindow" -> "10s").
    [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> parameters();
    [[nodiscard]] Status set_parameters(const std::vector<std::pair<std::string, std::string>>& values);
    [[nodiscard]] Result<std::vector<EventId>> bookmarks();
    [[nodiscard]] Status set_bookmark(EventId id, bool on);
    [[nodiscard]] Result<std::vector<LogLine>> log();
    [[nodiscard]] Status append_log(const std::string& what);

    /// Read-only, with an authorizer and limits: rows, time, memory (512 MiB for the statement, 256 MiB for the answer),
    /// 200 columns, 4 MiB a value. Time is looked at between SQLite's steps: one step over long values may outlast it. Rows
    /// found before a limit are given, with what was cut. Errors: kind usage with SQLite's own message, or with the limit
    /// when it was met before the first row.
    [[nodiscard]] Result<QueryAnswer> query(const std::string& sql, std::size_t max_rows, Nanos time_limit);
    /// Database check, raw blocks decoded, evidence files (where still present) hashed again; one line a finding.
    [[nodiscard]] Result<std::vector<std::string>> verify(std::stop_token stop);
    /// Copies the whole case to `path` (Save as), by SQLite's backup; replaces nothing that exists.
    [[nodiscard]] Status save_copy(const std::string& path);

    struct Connection;
    [[nodiscard]] Connection& connection() { return *connection_; }

private:
    explicit CaseFile(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> connection_;
};

}  // namespace trocar
