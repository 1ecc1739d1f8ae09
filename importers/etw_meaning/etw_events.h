#pragma once

#include "core/ingest/event_sink.h"
#include "importers/etw_meaning/etw_event.h"
#include "importers/etw_meaning/etw_facts.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// Gives events of trace providers their meaning and hands them on. Thread safety: one thread.
class EtwEvents {
public:
    /// Names of fields that a source may have; fields beyond are left out of the event and counted.
    static constexpr std::size_t kMaxNames = 8192;

    /// `facts` outlives it and is learned by then.
    EtwEvents(EventSink& sink, const EtwFacts& facts) : sink_(sink), facts_(facts) {}

    /// Where a record stands, and what its notation knows of its stamp and host.
    struct Place {
        std::uint64_t record = 0;
        RawPlace raw;
        std::string_view host;
        TimeOrigin time_origin = TimeOrigin::event;
    };
    void emit(const EtwEvent& event, const Place& place);

private:
    [[nodiscard]] FieldId field(std::string_view name);
    void add_fields(const EtwEvent& event, const Place& place);

    EventSink& sink_;
    const EtwFacts& facts_;
    std::vector<FieldValue> fields_;
    std::map<std::string, FieldId, std::less<>> names_;
    std::string words_;
};

}  // namespace trocar
