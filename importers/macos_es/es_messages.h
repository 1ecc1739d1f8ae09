#pragma once

#include "core/ingest/importer.h"
#include "importers/macos_es/es_fields.h"
#include "importers/macos_es/es_process.h"
#include "importers/macos_es/inserted_libraries.h"
#include "importers/readers/text/pieces.h"

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace trocar {

/// Whether a JSON object looks like a message of eslogger: `event` or `event_type`, beside `process`.
[[nodiscard]] bool is_es_message(simdjson::dom::object object);

/// Gives each message its meaning (docs/formats/macos-es.md) and hands it on. Thread safety: one thread.
class EsMessages {
public:
    EsMessages(EventSink& sink, const ImportHints& hints) : sink_(sink), fields_(sink), host_(hints.host) {}
    void read(const Pieces::Piece& line);

private:
    /// A message being read: its parts, and the event they become.
    struct Message {
        std::string_view type;       ///< "get_task"
        simdjson::dom::object body;  ///< event.<type>, where has_body
        bool has_body = false;
        EsProcess process, target;
        RawEvent event;
    };

    [[nodiscard]] bool parse(const Pieces::Piece& line, simdjson::dom::object& out);
    void take(simdjson::dom::object message, const Pieces::Piece& line);
    void watch_sequence(simdjson::dom::object message, const Pieces::Piece& line);
    void give_meaning(Message& m, const Pieces::Piece& line);
    void on_target(Message& m, Operation operation, std::uint64_t value);
    void on_itself(Message& m, Operation operation);
    void exec(Message& m);
    void fork(Message& m);
    void mmap(Message& m);
    void lose(const LossKind& kind, const Pieces::Piece& line, std::string_view what) {
        sink_.lost(kind, {line.ordinal, line.offset, std::string(what)}, line.raw);
    }

    EventSink& sink_;
    EsFields fields_;
    std::string host_;
    simdjson::dom::parser parser_;
    EsIdentities identities_;
    InsertedLibraries inserted_;  ///< by token
    std::string repaired_, text_, command_line_, user_;
    std::uint64_t next_sequence_ = 0, unread_ = 0;
    bool sequence_known_ = false;
};

}  // namespace trocar
