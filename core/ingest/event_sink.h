#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/byte_cursor.h"
#include "core/base/loss.h"
#include "core/model/event.h"

namespace trocar {

/// Where an importer puts what it reads. Calls come from one thread, in file order.
/// Contract: raw_block first, then the events and rejects that lie in it. A raw block is any run of the evidence
/// that suffices to read its records again (an EVTX chunk, a run of lines); about 64 KiB, 16 MiB at most.
class EventSink {
public:
    virtual ~EventSink() = default;

    /// Id of a field name; ask once and keep it, not once an event.
    virtual FieldId field(std::string_view name) = 0;
    /// Announces the bytes that following RawPlaces refer to. `source_offset` is where they begin in the source.
    virtual void raw_block(Bytes bytes, std::uint64_t source_offset) = 0;
    /// The same for records gathered from places apart, from `source_offset` on: byte for byte each, together no run of the
    /// source, so that they are kept in the case even where raw records otherwise are not.
    virtual void gathered_block(Bytes bytes, std::uint64_t source_offset) { raw_block(bytes, source_offset); }
    virtual void event(const RawEvent& event) = 0;
    /// Counts a loss. `raw` (length 0: none) keeps the bytes of the record findable.
    virtual void lost(const LossKind& kind, const LossPlace& place, RawPlace raw = {}) = 0;
    /// Bytes of the source consumed so far: feeds progress, rate and time left. False: stop (cancel or store error).
    [[nodiscard]] virtual bool progress(std::uint64_t bytes_done) = 0;
};

}  // namespace trocar
