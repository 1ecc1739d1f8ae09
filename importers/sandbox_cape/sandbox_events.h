#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "core/base/seeded_hash.h"
#include "core/ingest/event_sink.h"
#include "core/ingest/importer.h"
#include "importers/readers/text/pieces.h"
#include "importers/sandbox_cape/api_call.h"
#include "importers/sandbox_cape/api_meaning.h"
#include "importers/sandbox_cape/report_facts.h"
#include "importers/sandbox_cape/sandbox_handles.h"

namespace trocar {

/// Makes events of what a sandbox says, in whatever notation (JSON report, BSON log): one a process, one a call; a call
/// that creates a process makes two, the creation and the access that its handle is. Calls of one process come together
/// and in order. Thread safety: one thread.
class SandboxEvents {
public:
    /// `facts` outlives it.
    SandboxEvents(EventSink& sink, const ReportFacts& facts, const ImportHints& hints);

    /// The head of process number `process`: a new table of handles begins.
    void begin_process(std::size_t process, const Pieces::Piece& head);
    /// One call of process number `process`. What is no UTF-8 must not be in it.
    void call(std::size_t process, const ApiCall& call, UtcNanos time, const Pieces::Piece& piece);

private:
    void emit(RawEvent& event, const Pieces::Piece& piece);
    void add_call_fields(const ApiCall& call);
    void add(std::string_view name, std::string_view value);
    [[nodiscard]] FieldId field(std::string_view name);
    [[nodiscard]] ProcessHint hint(std::uint32_t pid) const;
    void name_new_process(const ApiCall& call, RawEvent& event);
    [[nodiscard]] std::string_view words(const ApiCall& call, Operation operation);

    EventSink& sink_;
    const ReportFacts& facts_;
    std::string host_, provider_;
    SandboxHandles handles_;
    std::vector<FieldValue> fields_;
    bool fields_cut_ = false;
    std::map<std::string, FieldId, std::less<>> names_;
    tsl::robin_map<std::uint32_t, std::size_t, SeededHash> by_pid_;
    std::string words_, pretty_name_, new_image_;
};

}  // namespace trocar
