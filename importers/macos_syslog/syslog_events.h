#pragma once

#include "core/ingest/importer.h"
#include "importers/macos_syslog/dyld_lines.h"
#include "importers/macos_syslog/syslog_year.h"
#include "importers/readers/text/pieces.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// Makes an event of each line and hands it on. Thread safety: one thread.
class SyslogEvents {
public:
    static constexpr std::size_t kMaxLine = 1U << 20U;

    SyslogEvents(EventSink& sink, const ImportHints& hints, const SyslogYear& year);
    /// Pieces::Next: a head and the lines up to the next one.
    [[nodiscard]] std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole);
    void read(const Pieces::Piece& piece);

private:
    enum Field : std::size_t { message, process, pid, pattern, library, program, command, repeated, count };

    [[nodiscard]] UtcNanos time_of(const SyslogLine& line, const Pieces::Piece& piece);
    void give_meaning(const SyslogLine& line, const DyldLine& dyld, RawEvent& e) const;
    void fields_of(const SyslogLine& line, const DyldLine& dyld);
    void lose(const LossKind& kind, const Pieces::Piece& piece, std::string_view what) {
        sink_.lost(kind, {piece.ordinal, piece.offset, std::string(what.substr(0, 200))}, piece.raw);
    }

    EventSink& sink_;
    std::string host_;
    SyslogYear year_;
    std::array<FieldId, count> ids_;
    std::vector<FieldValue> fields_;
    std::string repaired_, last_host_;
    bool year_told_ = false, passing_ = false;
};

}  // namespace trocar
