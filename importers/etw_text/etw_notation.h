#pragma once

#include "core/ingest/importer.h"
#include "importers/etw_meaning/etw_event.h"
#include "importers/readers/text/pieces.h"
#include "importers/readers/text/text_arena.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// A process that a record names beside the one that logged it.
struct EtwNamedProcess {
    std::uint32_t pid = 0;
    std::string_view image;
};

/// What one record of a file of text says. Views live until the arena's reset and the next read().
struct EtwRecord {
    EtwEvent event;
    std::vector<EtwNamedProcess> named;
    std::string_view host;
    TimeOrigin time_origin = TimeOrigin::event;
    std::vector<const LossKind*> noted;  ///< the record was read, and something of it could not be told
};

/// How events of Windows' trace providers are written down in one kind of file: where a record ends, and what it says.
/// One object reads one file, front to back, twice: the first walk learns names and lives. Thread safety: one thread.
class EtwNotation {
public:
    enum class Outcome : std::uint8_t {
        event,
        heading,  ///< names of columns, the trace's own header: no event
        label,    ///< what somebody wrote into the log about the attack under test: no evidence
        damaged,
    };
    virtual ~EtwNotation() = default;
    /// As Pieces::Next.
    [[nodiscard]] virtual std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) = 0;
    /// `record` is followed by TextWindow::kPadding readable bytes and is UTF-8. `out` arrives empty.
    [[nodiscard]] virtual Outcome read(std::string_view record, TextArena& arena, EtwRecord& out) = 0;
    /// The file is read once more from its beginning: what was learned of it stays.
    virtual void rewind() {}
    /// Characters that may stand between records.
    [[nodiscard]] virtual std::string_view skipped() const { return "\r\n"; }
};

/// One kind of file. `probe` gets its beginning as UTF-8.
struct EtwTextFormat {
    std::string_view title;
    Probe (*probe)(std::string_view head);
    std::unique_ptr<EtwNotation> (*make)(const ImportHints& hints, const Input& input);
};

[[nodiscard]] EtwTextFormat krabs_csv_format();
[[nodiscard]] EtwTextFormat procmon_csv_format();
[[nodiscard]] EtwTextFormat tracerpt_csv_format();
[[nodiscard]] EtwTextFormat tracerpt_xml_format();
[[nodiscard]] EtwTextFormat etw_json_format();

/// Pieces::Next for rows of CSV.
[[nodiscard]] std::size_t next_csv_row(Pieces& pieces, std::string_view text, std::size_t at, bool whole);

}  // namespace trocar
