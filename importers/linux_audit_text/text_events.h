#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "importers/linux_audit/audit_event.h"
#include "importers/linux_audit_text/ausearch_head.h"
#include "importers/readers/text/pieces.h"

namespace trocar {

/// Pieces::Next for interpreted audit text: the lines of one event of ausearch together, an AUOMS line by itself. The lines
/// that ausearch puts between events ("----", "time->...") are passed over; what is neither is counted and kept.
[[nodiscard]] std::size_t next_text_event(Pieces& pieces, std::string_view text, std::size_t at, bool whole);

/// Hands such events to the audit mapper. Thread safety: one thread.
class TextEvents {
public:
    TextEvents(const ImportHints& hints, EventSink& sink)
        : hints_(hints), sink_(sink), mapper_(sink, hints.host) {}
    void read(const Pieces::Piece& piece);

private:
    void ausearch(const AusearchHead& head, std::string_view lines, const Pieces::Piece& piece);
    void ausearch_record(const AusearchHead& head);
    void execve(std::string_view body);
    [[nodiscard]] UtcNanos time_of(const AusearchHead& head, const Pieces::Piece& piece);
    void lose(const LossKind& kind, const Pieces::Piece& piece, std::string_view what);

    ImportHints hints_;
    EventSink& sink_;
    AuditEventMapper mapper_;
    DateOrder order_ = DateOrder::month_day_year;
    bool order_known_ = false, order_assumed_ = false, zone_told_ = false;
    std::size_t unknown_ = 0;
    std::string repaired_;
};

}  // namespace trocar
