#include "core/store/import_case.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "core/base/escape.h"
#include "core/ingest/gathering.h"
#include "core/ingest/rotated_set.h"
#include "core/store/hashed_input.h"
#include "core/store/import_finish.h"
#include "core/store/import_sink.h"
#include "core/store/import_tables.h"
#include "core/store/import_target.h"
#include "core/store/import_writer.h"

namespace trocar {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kProgressEvery{100};

/// A member of an archive, or of a file whose bytes were unpacked: it cannot be read again by its path alone.
bool is_member(const std::string& name) { return name.find("!/") != std::string::npos; }

class Import {
public:
    Import(const ImportOptions& options, const ImporterList& importers, std::stop_token stop)
        : options_(options), importers_(importers), stop_(std::move(stop)) {}

    Result<ImportSummary> run(const std::string& case_path, const std::vector<std::string>& paths);

private:
    bool visit(Input& input);
    /// Recognises the file and reads it, unless it is to be read together with others and `may_gather`.
    void take(Input& input, bool may_gather);
    void gather(Input& input, const ProbeAnswer& chosen);
    void read_gathered();
    void put_into_set(Input& input, RotatedName name);
    void read_sets();
    void read_file(Input& input, const ProbeAnswer& chosen, const std::string& head_hash, FileSummary& summary);
    [[nodiscard]] bool is_known(Input& input, const std::string& head_hash, std::string& where);
    bool report(std::uint64_t bytes_done, bool now = false);
    [[nodiscard]] Error nothing_imported(const std::vector<std::string>& paths) const;
    [[nodiscard]] Status log_not_read(ImportTarget& target, std::size_t from) const;
    [[nodiscard]] bool wants_stop() const { return stop_.stop_requested(); }

    const ImportOptions& options_;
    const ImporterList& importers_;
    std::stop_token stop_;
    ImportSummary summary_;
    ImportProgress progress_;
    WalkPlace place_;  ///< of the file or member at hand, in bytes of the files given
    Clock::time_point reported_{};
    ImportTables tables_;
    std::unique_ptr<ImportWriter> writer_;
    std::unique_ptr<ImportSink> sink_;
    std::size_t known_files_ = 0, imported_ = 0;
    const std::vector<std::string>* paths_ = nullptr;
    struct Gathered {
        Gathering files;
        std::string place;  ///< the evidence given that holds the first of them
    };
    std::map<std::string_view, Gathered> gatherings_;  ///< by importer
    Status gathered_;
    struct Deferred {
        RotatedSet files;
        std::uint64_t packed = 0;  ///< their share of the bytes of the files given
    };
    std::map<std::string, Deferred> sets_;  ///< by RotatedName::set
    std::uint64_t deferred_ = 0;            ///< bytes of the files given that have been passed and are not read yet
};

bool Import::report(std::uint64_t bytes_done, bool now) {
    if (options_.progress) {
        const Clock::time_point t = Clock::now();
        if (now || t - reported_ >= kProgressEvery) {
            reported_ = t;
            progress_.file_bytes_done = bytes_done;
            const double share = static_cast<double>(std::min(bytes_done, progress_.file_bytes)) /
                                 static_cast<double>(std::max<std::uint64_t>(progress_.file_bytes, 1));
            progress_.total_bytes_done =
                place_.from - deferred_ + static_cast<std::uint64_t>(share * static_cast<double>(place_.to - place_.from));
            progress_.total_bytes = std::max(progress_.total_bytes, progress_.total_bytes_done);
            progress_.events = tables_.columns.size();
            progress_.rejected = sink_ ? sink_->rejected() : 0;
            options_.progress(progress_);
        }
    }
    return !wants_stop();
}

bool Import::is_known(Input& input, const std::string& head_hash, std::string& where) {
    std::string whole;
    for (const SourceRow& source : tables_.sources) {
        if (source.head_sha256 != head_hash || source.info.size != input.size() || !source.info.complete) {
            continue;
        }
        if (whole.empty()) {
            Result<Sha256Digest> digest = HashedInput(input).finish();
            if (!digest.ok()) {
                return false;
            }
            whole = hex(digest.value());
        }
        if (source.info.sha256 == whole) {
            where = source.info.path;
            return true;
        }
    }
    return false;
}

bool Import::visit(Input& input) {
    if (wants_stop() || writer_->failed()) {
        return false;
    }
    take(input, true);
    ++progress_.files_done;
    return report(input.size()) && !writer_->failed() && gathered_.ok();
}

void Import::take(Input& input, bool may_gather) {
    progress_.file = input.name();
    progress_.file_bytes = input.size();
    FileSummary& file = summary_.files.emplace_back();
    file.name = input.name();
    Result<std::vector<std::byte>> head = read_head(input);
    if (!head.ok()) {
        file.error = head.error().message;
        return;
    }
    const std::vector<ProbeAnswer> answers = probe_all(importers_, head.value(), input.name());
    const std::string head_hash = hex(sha256(head.value()));
    std::string where;
    if (answers.empty() || answers.front().probe.confidence <= 0) {
        file.reason = input.size() == 0 ? "the file is empty" : "";
        for (const ProbeAnswer& answer : answers) {
            file.reason += (file.reason.empty() ? "" : "; ") + std::string(answer.importer->title()) + ": " +
                           answer.probe.reason;
        }
        if (file.reason.empty()) {
            file.reason = "no importer knows this format";
        }
    } else if (may_gather && answers.front().importer->gathers(input.name())) {
        summary_.files.pop_back();  // what is gathered is one file of the summary
        gather(input, answers.front());
    } else if (is_known(input, head_hash, where)) {
        ++known_files_;
        summary_.skipped.push_back({input.name(), "it is in the case already, as " + where});
        summary_.files.pop_back();
    } else if (auto name = rotated_name(input.name());
               may_gather && name && answers.front().importer->reads_rotated_sets()) {
        summary_.files.pop_back();  // the set is one file of the summary
        put_into_set(input, std::move(*name));
    } else {
        read_file(input, answers.front(), head_hash, file);
        if (answers.size() > 1 && answers[1].probe.confidence == answers.front().probe.confidence) {
            file.reason += "; " + std::string(answers[1].importer->title()) + " fits as well (" + answers[1].probe.reason +
                           "), the first of the list was used";
        }
    }
}

void Import::gather(Input& input, const ProbeAnswer& chosen) {
    Gathered& gathered = gatherings_[chosen.importer->name()];
    const std::string_view name = input.name(), path = path_in_evidence(name, *paths_);
    if (gathered.files.files() == 0) {
        gathered.place = name.substr(0, name.size() - path.size() + path.substr(0, path.find_first_of("/!")).size());
    }
    const Result<bool> added = gathered.files.add(input, path);
    if (!added.ok()) {
        gathered_ = added.error();
    } else if (!added.value()) {
        summary_.skipped.push_back({input.name(), "longer than 16 MiB: only its beginning was read", true});
    }
}

void Import::read_gathered() {
    for (auto& [importer, gathered] : gatherings_) {
        if (wants_stop() || writer_->failed()) {
            return;
        }
        // A member's name: the files themselves are where the record says.
        const std::string files = std::to_string(gathered.files.files()) + " files read together";
        const std::unique_ptr<Input> input =
            gathered.files.finish(gathered.place + "!/" + std::string(importer) + ": " + files);
        take(*input, false);
    }
}

void Import::put_into_set(Input& input, RotatedName name) {
    Deferred& set = sets_[name.set];
    if (Status added = set.files.add(input, std::move(name)); !added.ok()) {
        gathered_ = added;
        return;
    }
    set.packed += place_.to - place_.from;
    deferred_ += place_.to - place_.from;
}

void Import::read_sets() {
    for (auto& [name, set] : sets_) {
        if (wants_stop() || writer_->failed()) {
            return;
        }
        const Result<std::unique_ptr<Input>> input = set.files.finish(summary_.skipped);
        if (!input.ok()) {
            gathered_ = input.error();
            return;
        }
        // It stands for the bytes of its files, which the walk has passed.
        place_ = {place_.to, place_.to + set.packed};
        take(*input.value(), false);
        deferred_ -= set.packed;
        place_ = {place_.to - set.packed, place_.to - set.packed};
        if (!report(input.value()->size())) {
            return;
        }
    }
}

void Import::read_file(Input& input, const ProbeAnswer& chosen, const std::string& head_hash, FileSummary& file) {
    file.importer = chosen.importer->name();
    file.reason = chosen.probe.reason;
    SourceRow& source = tables_.sources.emplace_back();
    source.head_sha256 = head_hash;
    source.info.id = SourceId{static_cast<std::uint32_t>(tables_.sources.size() - 1)};
    source.info.path = input.name();
    source.info.size = input.size();
    source.info.importer = file.importer;
    source.info.importer_version = chosen.importer->version();
    const std::uint32_t first_block = tables_.next_raw_block;
    sink_->begin_source(source, options_.keep_raw || is_member(input.name()));
    HashedInput hashed(input);
    const Status parsed = chosen.importer->parse(hashed, options_.hints, *sink_, stop_);
    Result<Sha256Digest> digest = wants_stop() ? Result<Sha256Digest>(cancelled("the import")) : hashed.finish();
    sink_->end_source();
    source.info.complete = parsed.ok() && digest.ok();
    source.info.sha256 = digest.ok() ? hex(digest.value()) : std::string{};
    if (!parsed.ok()) {
        file.error = parsed.error().message;
    } else if (!digest.ok()) {
        file.error = digest.error().message;
    }
    file.events = source.info.events;
    for (const LossRow& loss : source.losses) {
        file.losses.push_back(loss.count);
        file.rejected += loss.count.severity == LossSeverity::error ? loss.count.count : 0;
    }
    if (parsed.ok() || source.info.events != 0) {
        ++imported_;
    } else if (tables_.next_raw_block == first_block && source.losses.empty()) {
        tables_.sources.pop_back();  // it left nothing
    }
}

/// What the case says later of the files that it does not hold, or not whole; `from`: first of summary_.skipped.
Status Import::log_not_read(ImportTarget& target, std::size_t from) const {
    constexpr std::size_t kKept = 1000;
    std::size_t found = 0;
    Status s;
    const auto add = [&](const std::string& what) {
        if (s.ok() && ++found <= kKept) {
            s = target.log("import_skipped", what);
        }
    };
    for (const FileSummary& file : summary_.files) {
        if (!file.error.empty()) {
            add(file.name + (file.events != 0 ? " was read in part: " : " was not read: ") + file.error);
        } else if (file.importer.empty()) {
            add(file.name + " was not read: " + file.reason);
        }
    }
    for (std::size_t i = from; i < summary_.skipped.size(); ++i) {
        add(summary_.skipped[i].name + ": " + summary_.skipped[i].reason);
    }
    if (s.ok() && found > kKept) {
        s = target.log("import_skipped", std::to_string(found - kKept) + " more files were not read");
    }
    return s;
}

/// One line a file, names made visible: the message is shown with its line breaks.
Error Import::nothing_imported(const std::vector<std::string>& paths) const {
    std::string message = "nothing could be imported";
    constexpr std::size_t kNamed = 10;
    std::size_t named = 0;
    for (const FileSummary& file : summary_.files) {
        if (++named > kNamed) {
            message += "\n  and " + std::to_string(summary_.files.size() - kNamed) + " more files";
            break;
        }
        message += "\n  " + visible(file.name) + ": " + visible(file.error.empty() ? file.reason : file.error);
    }
    for (const SkippedItem& item : summary_.skipped) {
        if (++named > kNamed) {
            break;
        }
        message += "\n  " + visible(item.name) + ": " + visible(item.reason);
    }
    if (summary_.files.empty() && summary_.skipped.empty()) {
        message += ": there is no file in";
        for (std::size_t i = 0; i < paths.size() && i < kNamed; ++i) {
            message += (i == 0 ? " " : ", ") + visible(paths[i]);
        }
    }
    return {ErrorKind::unreadable, std::move(message),
            "docs/manual/capture.md says what Trocar reads and how to record it"};
}

Result<ImportSummary> Import::run(const std::string& case_path, const std::vector<std::string>& paths) {
    const Clock::time_point began = Clock::now();
    progress_.total_bytes = evidence_bytes(paths, options_.limits);
    paths_ = &paths;
    Result<ImportTarget> target = ImportTarget::open(case_path, paths);
    if (!target.ok()) {
        return target.error();
    }
    Database& db = target.value().database();
    for (const SkippedItem& stale : target.value().removed()) {
        summary_.skipped.push_back(stale);
    }
    Status s = target.value().begin();
    if (s.ok()) {
        s = tables_.load(target.value().connection());
    }
    const std::size_t sources_before = tables_.sources.size();
    if (!s.ok()) {
        return target.value().abandon(s.error());
    }
    writer_ = std::make_unique<ImportWriter>(db);
    sink_ = std::make_unique<ImportSink>(tables_, *writer_, [this](std::uint64_t done) { return report(done); });
    Status walked = walk_evidence(
        paths, options_.limits, [this](Input& input) { return visit(input); }, summary_.skipped, stop_, &place_);
    if (walked.ok()) {
        walked = gathered_;
    }
    if (walked.ok()) {
        read_gathered();
        read_sets();
        walked = gathered_;
    }
    if (!writer_->failed()) {
        static_cast<void>(sink_->flush());
    }
    progress_.phase = ImportProgress::Phase::resolving;
    place_ = {progress_.total_bytes, progress_.total_bytes};  // what was skipped counts as done
    report(0, true);
    Derived derived;
    const bool has_new = tables_.sources.size() > sources_before;
    if (has_new && walked.ok() && !wants_stop() && !writer_->failed()) {
        derived = derive(tables_);  // while the last rows are written
    }
    s = writer_->finish();
    if (wants_stop()) {
        return target.value().abandon(cancelled("the import into " + case_path));
    }
    if (!s.ok() || !walked.ok()) {
        return target.value().abandon(s.ok() ? walked.error() : s.error());
    }
    if (imported_ == 0 && known_files_ == 0) {
        return target.value().abandon(nothing_imported(paths));
    }
    progress_.phase = ImportProgress::Phase::indexing;
    report(0, true);
    if (has_new) {
        s = db.run(kClearDerivedSql);
        if (s.ok()) {
            s = finish_import(db, tables_, derived, stop_);
        }
    }
    if (s.ok() && wants_stop()) {
        s = cancelled("the import into " + case_path);
    }
    if (s.ok()) {
        s = log_not_read(target.value(), target.value().removed().size());
    }
    if (s.ok()) {
        s = target.value().complete(imported_, tables_.columns.size());
    }
    if (!s.ok()) {
        return target.value().abandon(s.error());
    }
    for (const FileSummary& file : summary_.files) {
        summary_.events += file.events;
        summary_.rejected += file.rejected;
    }
    summary_.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    progress_.phase = ImportProgress::Phase::done;
    report(0, true);
    return std::move(summary_);
}

}  // namespace

Result<ImportSummary> import_evidence(const std::string& case_path, const std::vector<std::string>& paths,
                                      const ImportOptions& options, const ImporterList& importers, std::stop_token stop) {
    return Import(options, importers, std::move(stop)).run(case_path, paths);
}

}  // namespace trocar
