#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/ingest/event_sink.h"
#include "core/model/event.h"

namespace trocar {

/// A Windows event as any notation gives it (EVTX, XML, JSON shapes): the System part and the named data.
/// Views are valid during WindowsEventMapper::emit only.
struct WindowsEvent {
    std::string_view provider, channel, computer;
    std::uint32_t event_id = 0;
    std::uint64_t record = 0;        ///< EventRecordID, or ordinal in the file from 1 when the shape has none
    UtcNanos log_time;               ///< TimeCreated as read; false Z in many exports
    std::uint32_t emitter_pid = 0;   ///< Execution@ProcessID: never the event's own process
    RawPlace raw;
    bool recovered = false;
    std::span<const FieldValue> fields;
};

/// Gives Windows events their meaning: operation, actor, target, value, flags (core/model/signal.h). One place for all
/// notations; Sysmon 1..29 and 255, Security 4688 and 4689, everything else generic.
/// Thread safety: one thread. Time is UtcTime when it reads, else log time with TimeOrigin::log and counted.
class WindowsEventMapper {
public:
    explicit WindowsEventMapper(EventSink& sink);
    ~WindowsEventMapper();
    WindowsEventMapper(const WindowsEventMapper&) = delete;
    WindowsEventMapper& operator=(const WindowsEventMapper&) = delete;
    void emit(const WindowsEvent& event);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace trocar
