#pragma once

#include "core/ingest/importer.h"
#include "importers/linux_audit/audit_event.h"
#include "importers/linux_ebpf/sensor_event.h"
#include "importers/linux_json/json_fields.h"
#include "importers/readers/text/pieces.h"

#include <simdjson.h>

#include <string>
#include <string_view>

namespace trocar {

/// Gives each record of a sensor its meaning, through the mapper that gives audit records theirs. Thread
/// safety: one thread.
class EbpfReader {
public:
    EbpfReader(EventSink& sink, const ImportHints& hints)
        : sink_(sink), fields_(sink), mapper_(sink, hints.host) {}
    /// Looks into the beginning of a file for the name of its host: Tracee writes a container's own name
    /// beside its events, and its processes are the host's.
    void look_for_host(std::string_view beginning);
    void read(const Pieces::Piece& line);

private:
    [[nodiscard]] bool parse(const Pieces::Piece& line, simdjson::dom::object& out);
    void take(EbpfSensor sensor, simdjson::dom::object record, const Pieces::Piece& line);
    void lose(const LossKind& kind, const Pieces::Piece& line, std::string_view what) {
        sink_.lost(kind, {line.ordinal, line.offset, std::string(what)}, line.raw);
    }

    EventSink& sink_;
    JsonFields fields_;
    AuditEventMapper mapper_;
    simdjson::dom::parser parser_;
    std::string repaired_;
    std::string node_;  ///< the host's own name, where events outside containers tell one and no other
};

}  // namespace trocar
