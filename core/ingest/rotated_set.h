#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ingest/evidence_walk.h"
#include "core/ingest/importer.h"
#include "core/ingest/inputs.h"

namespace trocar {

/// Which log a file belongs to, and how old it is among its files, by its name: "audit.log", "audit.log.3" (auditd's own
/// rotation, auditd.conf(5) num_logs), "audit.log-20241124" (logrotate(8) dateext), each also packed.
struct RotatedName {
    std::string set;           ///< "/var/log/audit/audit.log": folder or archive, and the name without what rotation added
    std::string date;          ///< digits of dateext; "" without
    std::uint32_t number = 0;  ///< higher is older; 0: the file written to last
};
/// None: no name of a log ("*.log").
[[nodiscard]] std::optional<RotatedName> rotated_name(std::string_view input_name);

/// The files of one rotated log, put together into one Input whose parts() are the files, the oldest first. Files are
/// opened again by their path; members of archives are kept as Spool keeps them. Thread safety: none.
class RotatedSet {
public:
    RotatedSet();
    ~RotatedSet();
    RotatedSet(RotatedSet&&) noexcept;
    RotatedSet& operator=(RotatedSet&&) noexcept;

    /// Takes a file. Errors: it cannot be opened again, or kept.
    [[nodiscard]] Status add(Input& file, RotatedName name);
    /// Ends the set; add() may not follow. A file that holds the same bytes as another of the set is left out: it is a copy.
    /// One file alone is what it was. Into `skipped`: the copies, and numbers that are missing between those that are there.
    [[nodiscard]] Result<std::unique_ptr<Input>> finish(std::vector<SkippedItem>& skipped);

private:
    struct File;
    [[nodiscard]] Status leave_out_copies(std::vector<SkippedItem>& skipped);
    std::vector<File> files_;
    std::unique_ptr<Spool> spool_;
};

}  // namespace trocar
