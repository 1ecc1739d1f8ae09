#include "importers/windows_evtx/windows_evtx_importer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "importers/readers/evtx/chunk_walk.h"
#include "importers/readers/evtx/format.h"
#include "importers/readers/evtx/record_reader.h"
#include "importers/readers/evtx/xml.h"
#include "importers/windows_event/windows_event.h"
#include "importers/windows_evtx/evtx_losses.h"

namespace trocar {
namespace {

using namespace evtx;

/// What WindowsEvent holds of the System element.
constexpr Slots kSlots = Slot::provider | Slot::channel | Slot::computer | Slot::event_id | Slot::record_id |
                         Slot::time | Slot::process_id;

bool begins_with(Bytes bytes, std::string_view magic) {
    return bytes.size() >= magic.size() && as_text(bytes.first(magic.size())) == magic;
}

/// One import: the state between chunks.
class Reading {
public:
    Reading(Input& input, const ImportHints& hints, EventSink& sink)
        : input_(input),
          hints_(hints),
          sink_(sink),
          mapper_(sink),
          reader_([&sink](std::string_view name) { return sink.field(name); }, RecordReader::Way::plan, kSlots) {}

    Status run(const std::stop_token& stop) {
        std::array<std::byte, kFileHeaderSize> head{};
        const auto got = input_.read_at(0, head);
        if (!got.ok()) {
            return got.error();
        }
        const Bytes seen = Bytes(head).first(got.value());
        const std::uint64_t first = begins_with(seen, kChunkMagic) ? 0 : kFileHeaderBlock;
        if (first != 0) {
            if (Status status = file_header(seen); !status.ok()) {
                return status;
            }
        }
        chunk_.resize(kChunkSize);
        for (std::uint64_t at = first; at < input_.size(); at += kChunkSize) {
            if (stop.stop_requested()) {
                return cancelled("reading " + input_.name());
            }
            const auto read = input_.read_at(at, chunk_);
            if (!read.ok()) {
                return read.error();
            }
            if (read.value() == 0) {
                break;
            }
            chunk(Bytes(chunk_).first(read.value()), at);
            if (!sink_.progress(at + read.value())) {
                return cancelled("reading " + input_.name());
            }
        }
        if (reader_.names_full()) {
            lost(evtx_loss::kNames, {0, 0, std::to_string(kMaxNames) + " names"});
        }
        if (chunks_ == 0 && !header_.magic) {
            return Error{ErrorKind::unreadable, input_.name() + " is not a Windows event log: no chunk was found in it",
                         "Give the .evtx file itself; exported text and XML have importers of their own."};
        }
        return missing_chunks();
    }

private:
    /// The header's count can be behind the chunks that are there, never ahead of them: beyond the end means cut off.
    Status missing_chunks() {
        const std::uint64_t size = input_.size();
        const std::uint64_t present = size <= kFileHeaderBlock ? 0 : (size - kFileHeaderBlock + kChunkSize - 1) / kChunkSize;
        if (!header_.magic || header_.checksum == Checksum::wrong || header_.chunk_count <= present) {
            return {};
        }
        const std::uint64_t missing = header_.chunk_count - present;
        if (chunks_ == 0) {
            return Error{ErrorKind::unreadable,
                         input_.name() + " is cut off: its header counts " + std::to_string(header_.chunk_count) +
                             " chunks, none of them is there",
                         "The copy is incomplete: copy the log again."};
        }
        for (std::uint64_t i = 0; i < missing; ++i) {
            lost(evtx_loss::kChunksMissing, {0, kFileHeaderBlock + (present + i) * kChunkSize, ""});
        }
        return {};
    }

    Status file_header(Bytes seen) {
        header_ = read_file_header(seen);
        if (input_.size() < kFileHeaderBlock) {
            return Error{ErrorKind::unreadable,
                         input_.name() + " ends inside its file header (" + std::to_string(input_.size()) +
                             " bytes, an event log has at least 4096)",
                         "The copy is incomplete: copy the log again."};
        }
        if (!header_.magic) {
            lost(evtx_loss::kHeader, {0, 0, "no ElfFile magic"});
            return {};
        }
        if (header_.checksum == Checksum::wrong) {
            lost(evtx_loss::kHeaderChecksum, {0, 0, ""});
        }
        if (header_.checksum == Checksum::absent) {
            lost(evtx_loss::kNoChecksums, {0, 0, ""});
        }
        if (header_.dirty()) {
            lost(evtx_loss::kDirty, {0, 0, "flags " + std::to_string(header_.flags)});
        }
        return {};
    }

    void chunk(Bytes bytes, std::uint64_t offset) {
        if (all_zero(bytes)) {
            return;  // set aside, not used yet
        }
        const ChunkHeader header = read_chunk_header(bytes);
        find_records(bytes, header, header_.dirty() || (header.flags & kFlagDirty) != 0, contents_);
        if (!header.magic) {
            const auto readable = std::count_if(contents_.records.begin(), contents_.records.end(), [](const auto& r) {
                return r.state == FrameState::record;
            });
            lost(readable > 0 ? evtx_loss::kChunkMagic : evtx_loss::kChunkUnused,
                 {0, offset, std::to_string(readable) + " records inside"});
            if (readable == 0) {
                return;
            }
        } else {
            ++chunks_;
            checks(bytes, header, offset);
        }
        sink_.raw_block(bytes, offset);
        reader_.begin_chunk(bytes);
        block_size_ = bytes.size();
        for (const FoundRecord& found : contents_.records) {
            if (found.slack || !header.magic) {
                slack(found, offset);
            } else {
                live(found, offset);
            }
        }
    }

    void checks(Bytes bytes, const ChunkHeader& header, std::uint64_t offset) {
        if (header.header_checksum == Checksum::wrong) {
            lost(evtx_loss::kChunkChecksum, {0, offset, ""});
        }
        if (header.records_checksum == Checksum::wrong) {
            lost(evtx_loss::kRecordChecksum, {0, offset, ""});
        }
        if (bytes.size() < kChunkSize) {
            lost(evtx_loss::kChunkTruncated, {0, offset, std::to_string(bytes.size()) + " of 65536 bytes"});
        }
        if (contents_.unflushed > 0) {
            lost(evtx_loss::kUnflushed, {0, offset, std::to_string(contents_.unflushed) + " records"});
        }
    }

    void live(const FoundRecord& found, std::uint64_t chunk_offset) {
        const RawPlace raw{found.frame.offset, found.frame.size};
        const LossPlace place{found.frame.id, chunk_offset + found.frame.offset, ""};
        if (found.state == FrameState::none) {
            lost(evtx_loss::kGap, place, std::to_string(found.frame.size) + " bytes", raw);
            return;
        }
        if (found.state == FrameState::cut_off) {
            const auto left = static_cast<std::uint32_t>(block_size_ - found.frame.offset);
            lost(evtx_loss::kRecordTruncated, place, "says " + std::to_string(found.frame.size) + " bytes",
                 {found.frame.offset, std::min(found.frame.size, left)});
            return;
        }
        RecordValues values;
        Damage damage;
        if (!reader_.read(found.frame, false, values, damage)) {
            lost(evtx_loss::kRecordDamaged, place,
                 std::string(damage.what) + " at " + std::to_string(chunk_offset + damage.offset), raw);
            return;
        }
        if (!values.system.has_event_id && values.system.provider.empty()) {
            lost(evtx_loss::kRecordDamaged, place, "neither provider nor event id", raw);
            return;
        }
        if (found.state == FrameState::tail_lost) {
            lost(evtx_loss::kRecordTail, place, "", raw);
        }
        emit(found, values, false, place);
    }

    void slack(const FoundRecord& found, std::uint64_t chunk_offset) {
        if (found.state != FrameState::record) {
            return;  // remains of something; nothing was lost that the log still holds
        }
        const LossPlace place{found.frame.id, chunk_offset + found.frame.offset, ""};
        lost(evtx_loss::kSlack, place);
        if (!hints_.recover_slack) {
            return;
        }
        RecordValues values;
        Damage damage;
        if (!reader_.read(found.frame, true, values, damage) || values.system.provider.empty()) {
            lost(evtx_loss::kSlackUnreadable, place, damage.what == nullptr ? "no provider" : damage.what);
            return;
        }
        emit(found, values, true, place);
    }

    void emit(const FoundRecord& found, const RecordValues& values, bool recovered, const LossPlace& place) {
        const RawPlace raw{found.frame.offset, found.frame.size};
        if ((values.partial & partial::kLimit) != 0) {
            lost(evtx_loss::kRecordLimit, place, "", raw);
        }
        if ((values.partial & (partial::kMissingValue | partial::kOddSize)) != 0) {
            lost(evtx_loss::kRecordPartial, place,
                 (values.partial & partial::kMissingValue) != 0 ? "value missing" : "value of a wrong length", raw);
        }
        const SystemValues& system = values.system;
        WindowsEvent event;
        event.provider = system.provider;
        event.channel = system.channel;
        event.computer = system.computer;
        event.event_id = system.event_id;
        event.record = system.record_id != 0 ? system.record_id : found.frame.id;
        event.log_time = system.time.none() ? from_filetime(found.frame.written) : system.time;
        event.emitter_pid = system.process_id;
        event.raw = raw;
        event.recovered = recovered;
        event.fields = values.fields;
        mapper_.emit(event);
    }

    void lost(const LossKind& kind, LossPlace place, std::string_view what = {}, RawPlace raw = {}) {
        if (!what.empty()) {
            place.what = what;
        }
        sink_.lost(kind, place, raw);
    }

    Input& input_;
    const ImportHints& hints_;
    EventSink& sink_;
    WindowsEventMapper mapper_;
    RecordReader reader_;
    FileHeader header_;
    ChunkContents contents_;
    std::vector<std::byte> chunk_;
    std::size_t block_size_ = 0;
    std::uint64_t chunks_ = 0;
};

}  // namespace

Probe WindowsEvtxImporter::probe(Bytes head, std::string_view file_name) const {
    if (begins_with(head, kFileMagic)) {
        return {100, "begins with the file magic of Windows event logs (ElfFile)"};
    }
    if (begins_with(head, kChunkMagic)) {
        return {95, "begins with the magic of an event log chunk (ElfChnk)"};
    }
    if (head.size() > kFileHeaderBlock && begins_with(head.subspan(kFileHeaderBlock), kChunkMagic)) {
        return {90, "file header damaged, but an event log chunk (ElfChnk) stands where the first one belongs"};
    }
    if (ends_ignoring_case(file_name, ".evtx")) {
        return {0, "named .evtx, but neither a file header (ElfFile) nor a chunk (ElfChnk) is there"};
    }
    return {0, "no event log magic (ElfFile, ElfChnk)"};
}

Status WindowsEvtxImporter::parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const {
    return Reading(input, hints, sink).run(stop);
}

Result<RenderedRecord> WindowsEvtxImporter::render(Bytes block, RawPlace place) const {
    block = block.first(std::min(block.size(), kChunkSize));
    RecordFrame frame;
    const FrameState state = read_frame(block, place.offset, block.size(), frame);
    if (state == FrameState::none || state == FrameState::cut_off) {
        return Error{ErrorKind::unreadable,
                     "no whole record at offset " + std::to_string(place.offset) + " of this chunk", ""};
    }
    const ChunkHeader header = read_chunk_header(block);
    const bool slack = !header.magic || (header.free_offset_valid && place.offset >= header.free_offset);
    auto xml = render_xml(block, frame, slack);
    if (!xml.ok()) {
        return xml.error();
    }
    RenderedRecord out;
    out.text = std::move(xml.value());
    out.notation = "xml";
    std::vector<std::string> names;
    RecordReader reader([&names](std::string_view name) {
        names.emplace_back(name);
        return FieldId{static_cast<FieldId::rep>(names.size() - 1)};
    });
    reader.begin_chunk(block);
    RecordValues values;
    Damage damage;
    if (reader.read(frame, slack, values, damage)) {
        for (const FieldValue& value : values.fields) {
            out.fields.emplace_back(names[value.field.value], display_text(value));
        }
    }
    return out;
}

}  // namespace trocar
