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

#include "core/base/byte_cursor.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/ingest/event_sink.h"

namespace trocar {

/// One file of an Input that is several files read as one (a rotated log), and where its bytes lie in that Input.
struct InputPart {
    std::string name;
    std::uint64_t offset = 0, size = 0;
};

/// The bytes of one evidence file or archive member, read front to back or at a place.
/// Thread safety: one reader at a time. Never writes. A member of an archive is spooled to memory up to 64 MiB, to an
/// unlinked temporary file beyond.
class Input {
public:
    virtual ~Input() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Fills `out` from `offset`; fewer bytes only at the end. Errors say which file and offset.
    [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) = 0;
    /// Path for people, "capture.zip!/Sysmon.evtx" for a member.
    [[nodiscard]] virtual const std::string& name() const = 0;
    /// When the file was last written, as the disk or the archive says; kNoTime when neither does.
    [[nodiscard]] virtual UtcNanos modified() const { return kNoTime; }
    /// The files that it consists of, in order; empty for a file of its own.
    [[nodiscard]] virtual std::span<const InputPart> parts() const { return {}; }
};

/// How sure an importer is that a file is its own.
struct Probe {
    int confidence = 0;  ///< 0..100; 0 = declines
    std::string reason;  ///< why, or why not: shown when nothing fits
};

/// What the analyst may say about a source.
struct ImportHints {
    std::string host;            ///< for sources that do not name one
    int zone_minutes = 0;        ///< zone of stamps without one
    int year = 0;                ///< for stamps without a year; 0 = not said
    bool recover_slack = false;  ///< EVTX: also import records found in slack, marked
};

/// A record for the eye: its named values in order, and the whole of it as text in the source's own notation.
struct RenderedRecord {
    std::vector<std::pair<std::string, std::string>> fields;
    std::string text;  ///< XML or JSON, indented; not escaped for any view
    std::string notation;  ///< "xml", "json", "text"
};

/// One telemetry format. Stateless; one object serves all threads.
class Importer {
public:
    virtual ~Importer() = default;
    /// Stable, stored in cases: "windows_evtx".
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// For people: "Windows event log (.evtx)".
    [[nodiscard]] virtual std::string_view title() const = 0;
    [[nodiscard]] virtual int version() const = 0;
    /// Looks at the first 64 KiB (or less) and the file's name.
    [[nodiscard]] virtual Probe probe(Bytes head, std::string_view file_name) const = 0;
    /// True for a file that says something only together with others (the files of one /proc/PID): all such files of an
    /// import that are the importer's own reach parse() as one Input at the end of the walk (core/ingest/gathering.h).
    [[nodiscard]] virtual bool gathers(std::string_view file_name) const {
        static_cast<void>(file_name);
        return false;
    }
    /// True: the files of a rotated log (core/ingest/rotated_set.h) reach parse() as one Input at the end of the walk, the
    /// oldest first, since records of one event may lie in two of them.
    [[nodiscard]] virtual bool reads_rotated_sets() const { return false; }
    /// Reads all of it. A bad record is counted by sink.lost and reading goes on; a bad file is an Error.
    [[nodiscard]] virtual Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                                       std::stop_token stop) const = 0;
    /// Reads one record again from its raw block, for the inspector.
    [[nodiscard]] virtual Result<RenderedRecord> render(Bytes block, RawPlace place) const = 0;
};

/// All importers, in the order in which ties are listed. Composition roots pass builtin_importers() (importers/).
using ImporterList = std::vector<std::unique_ptr<const Importer>>;

}  // namespace trocar
