#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/ingest/evidence_walk.h"
#include "core/ingest/importer.h"
#include "core/store/case_file.h"

namespace trocar {

/// How far an import is. Sent about ten times a second, from the importing thread.
struct ImportProgress {
    enum class Phase : std::uint8_t { reading, resolving, indexing, done };
    Phase phase = Phase::reading;
    std::string file;                ///< the file or member being read
    std::uint32_t files_done = 0;
    std::uint64_t file_bytes = 0, file_bytes_done = 0;
    std::uint64_t total_bytes = 0;   ///< of the files given as they lie on the disk (an archive: packed), as far as known
    std::uint64_t total_bytes_done = 0;  ///< of these; never more than total_bytes, never less than before
    std::uint64_t events = 0, rejected = 0;
};

struct ImportOptions {
    ImportHints hints;
    bool keep_raw = true;            ///< false: --keep reference
    WalkLimits limits;
    /// Called with progress; returning false while paused is not needed: it may block to pause.
    std::function<void(const ImportProgress&)> progress;
};

/// What came of one file.
struct FileSummary {
    std::string name;
    std::string importer;            ///< empty: not recognised
    std::string reason;              ///< why it was chosen, or why every importer declined
    std::uint64_t events = 0;
    std::uint64_t rejected = 0;
    std::vector<LossCount> losses;
    std::string error;               ///< the file failed: in words
};

struct ImportSummary {
    std::vector<FileSummary> files;
    std::vector<SkippedItem> skipped;
    std::uint64_t events = 0, rejected = 0;
    double seconds = 0;
    bool cancelled = false;
};

/// Imports evidence into the case at `case_path` (made when it does not exist). Parsing runs on the caller's thread,
/// rows, raw blocks and hashes on a second one. A file whose SHA-256 is in the case already is skipped and listed.
/// A new case is built in a file beside it and renamed when whole; a kill leaves a case that opens and names the
/// unfinished import. Errors: storage, case_damaged (locked: another import is running), unreadable (nothing could be
/// imported: the message says why each file was not), cancelled.
[[nodiscard]] Result<ImportSummary> import_evidence(const std::string& case_path, const std::vector<std::string>& paths,
                                                    const ImportOptions& options, const ImporterList& importers,
                                                    std::stop_token stop);

}  // namespace trocar
