#pragma once

#include "core/ingest/importer.h"
#include "importers/macos_log/log_meaning.h"
#include "importers/macos_log/log_record.h"
#include "importers/readers/text/pieces.h"

#include <simdjson.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// Makes an event of each record and hands it on. Thread safety: one thread.
class LogEvents {
public:
    LogEvents(EventSink& sink, const ImportHints& hints);
    /// A JSON object of the ndjson or json style.
    void read_json(const Pieces::Piece& piece);
    /// A record of a text style, or a line without a head.
    void read_text(const Pieces::Piece& piece);

private:
    enum Field : std::size_t {
        message,
        process,
        pid,
        sender,
        subsystem,
        category,
        type,
        event,
        thread,
        activity,
        user,
        pattern,
        request,
        library,
        reason,
        count
    };

    void emit(const LogRecord& record, const Pieces::Piece& piece);
    void give_meaning(const LogRecord& record, const LogMeaning& meaning, RawEvent& e);
    void fields_of(const LogRecord& record, const LogMeaning& meaning);
    void add(Field field, std::string_view text);
    void add_number(Field field, bool known, std::uint64_t number, ValueKind kind = ValueKind::number);
    void lose(const LossKind& kind, const Pieces::Piece& piece, std::string_view what) {
        sink_.lost(kind, {piece.ordinal, piece.offset, std::string(what.substr(0, 200))}, piece.raw);
    }

    EventSink& sink_;
    ImportHints hints_;
    simdjson::dom::parser parser_;
    std::array<FieldId, count> ids_;
    std::vector<FieldValue> fields_;
    std::string repaired_;
    bool zone_told_ = false;
};

}  // namespace trocar
