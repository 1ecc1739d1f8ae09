#include "importers/readers/evtx/chunk_walk.h"

#include <algorithm>

#include "importers/readers/evtx/format.h"

namespace trocar::evtx {
namespace {

/// Whether records, one after the other from the first, end exactly at `end`.
bool records_end_at(Bytes chunk, std::size_t end) {
    std::size_t at = kChunkHeaderSize;
    RecordFrame frame;
    while (at < end && read_frame(chunk, at, end, frame) == FrameState::record) {
        at += frame.size;
    }
    return at == end;
}

/// Where to look on after a frame whose end cannot be trusted.
std::size_t behind_damage(Bytes chunk, const RecordFrame& frame, std::size_t end) {
    const std::size_t claimed = std::size_t{frame.offset} + frame.size;
    RecordFrame next;
    if (claimed == end || (claimed < end && read_frame(chunk, claimed, end, next) != FrameState::none)) {
        return claimed;
    }
    return find_record(chunk, frame.offset + 4, end);
}

}  // namespace

void find_records(Bytes chunk, const ChunkHeader& header, bool dirty, ChunkContents& out) {
    out.records.clear();
    out.unflushed = 0;
    chunk = chunk.first(std::min(chunk.size(), kChunkSize));
    out.free_offset_believed = header.free_offset_valid && (header.header_checksum != Checksum::wrong ||
                                                            records_end_at(chunk, header.free_offset));
    std::size_t end = out.free_offset_believed ? std::min<std::size_t>(header.free_offset, chunk.size()) : chunk.size();
    std::size_t at = kChunkHeaderSize;
    while (at < end) {
        FoundRecord found;
        found.state = read_frame(chunk, at, end, found.frame);
        switch (found.state) {
            case FrameState::record: at += found.frame.size; break;
            case FrameState::tail_lost: at = behind_damage(chunk, found.frame, end); break;
            case FrameState::cut_off: at = find_record(chunk, at + 4, end); break;
            case FrameState::none: {
                if (all_zero(chunk.subspan(at, end - at))) {
                    end = at;
                    continue;
                }
                std::size_t next = find_record(chunk, at, end);
                if (next == at) {  // a record's magic with a size that cannot be
                    next = find_record(chunk, at + 4, end);
                }
                found.frame = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(next - at), 0, 0};
                at = next;
                break;
            }
        }
        out.records.push_back(found);
    }
    // A log that was copied while in use: its header is behind, the records go on without a gap in their numbers.
    if (dirty && out.free_offset_believed && !out.records.empty()) {
        FoundRecord found;
        while (out.records.back().state == FrameState::record &&
               read_frame(chunk, at, chunk.size(), found.frame) == FrameState::record &&
               found.frame.id == out.records.back().frame.id + 1) {
            at += found.frame.size;
            out.records.push_back(found);
            ++out.unflushed;
        }
    }
    for (at = find_record(chunk, at, chunk.size()); at < chunk.size();) {
        FoundRecord found;
        found.slack = true;
        found.state = read_frame(chunk, at, chunk.size(), found.frame);
        if (found.state == FrameState::record) {
            out.records.push_back(found);
            at = find_record(chunk, at + found.frame.size, chunk.size());
        } else {
            at = find_record(chunk, at + 4, chunk.size());
        }
    }
}

}  // namespace trocar::evtx
