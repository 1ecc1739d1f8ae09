#pragma once

#include <cstdint>
#include <vector>

#include "importers/readers/evtx/container.h"

namespace trocar::evtx {

/// One thing found in a chunk.
struct FoundRecord {
    RecordFrame frame;  ///< state none: only the offset, and as size the bytes passed over
    FrameState state = FrameState::record;
    bool slack = false;  ///< left over from earlier use of the chunk: not part of the log any more
};

/// What a chunk's header says against what was found.
struct ChunkContents {
    std::vector<FoundRecord> records;  ///< live ones in order, then slack
    bool free_offset_believed = true;  ///< false: header damaged, records were followed to where they end
    std::uint32_t unflushed = 0;       ///< live records beyond the header's end: the log was copied while in use
};

/// Finds the records of a chunk. Bytes between records that are neither a record nor zero are reported (state none) and
/// passed over to the next record's magic. `dirty`: the file or chunk says that its headers are behind.
/// Only complete frames count as slack. `out` is reused.
void find_records(Bytes chunk, const ChunkHeader& header, bool dirty, ChunkContents& out);

}  // namespace trocar::evtx
