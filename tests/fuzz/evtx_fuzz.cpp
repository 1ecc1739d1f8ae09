// The EVTX importer over any bytes: parsing, slack recovery and rendering end without harm, raw places lie in their
// block, and reading by plan gives what reading by tree gives.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/ingest/evidence_walk.h"
#include "importers/readers/evtx/chunk_walk.h"
#include "importers/readers/evtx/format.h"
#include "importers/readers/evtx/record_reader.h"
#include "importers/windows_evtx/windows_evtx_importer.h"

namespace {

using namespace trocar;

constexpr std::size_t kLargestInput = 4096 + 3 * evtx::kChunkSize;
constexpr std::size_t kRendered = 8;

void require(bool promise) {
    if (!promise) {
        __builtin_trap();
    }
}

class CheckingSink final : public EventSink {
public:
    FieldId field(std::string_view) override { return FieldId{next_++}; }
    void raw_block(Bytes bytes, std::uint64_t) override {
        block_.assign(bytes.begin(), bytes.end());
        require(bytes.size() <= evtx::kChunkSize);
    }
    void event(const RawEvent& event) override {
        check(event.raw);
        if (rendered_ < kRendered) {
            ++rendered_;
            (void)importer_.render(block_, event.raw);
        }
    }
    void lost(const LossKind&, const LossPlace&, RawPlace raw) override {
        if (raw.length != 0) {
            check(raw);
        }
    }
    bool progress(std::uint64_t) override { return true; }

private:
    void check(RawPlace raw) const { require(std::uint64_t{raw.offset} + raw.length <= block_.size()); }

    WindowsEvtxImporter importer_;
    std::vector<std::byte> block_;
    std::uint16_t next_ = 1000;
    std::size_t rendered_ = 0;
};

std::string flat(const evtx::RecordValues& values) {
    const evtx::SystemValues& s = values.system;
    std::string out;
    for (const std::string_view text : {s.provider, s.event_source, s.channel, s.computer, s.user_id}) {
        out += text;
        out += '\n';
    }
    for (const std::uint64_t number : {std::uint64_t{s.event_id}, s.record_id, s.keywords, std::uint64_t{s.process_id},
                                       static_cast<std::uint64_t>(s.time.count), s.activity.high, s.provider_guid.low}) {
        out += std::to_string(number) + '\n';
    }
    for (const FieldValue& value : values.fields) {
        out += std::to_string(value.field.value) + '=' + evtx::display_text(value) + '\n';
    }
    return out;
}

/// Field ids by name, shared by both readers.
class Names {
public:
    evtx::FieldNames ask() {
        return [this](std::string_view name) {
            for (std::size_t i = 0; i < texts_.size(); ++i) {
                if (texts_[i] == name) {
                    return FieldId{static_cast<std::uint16_t>(i)};
                }
            }
            texts_.emplace_back(name);
            return FieldId{static_cast<std::uint16_t>(texts_.size() - 1)};
        };
    }

private:
    std::vector<std::string> texts_;
};

void compare_ways(Bytes chunk) {
    Names names;
    evtx::RecordReader by_plan(names.ask());
    evtx::RecordReader by_tree(names.ask(), evtx::RecordReader::Way::tree);
    by_plan.begin_chunk(chunk);
    by_tree.begin_chunk(chunk);
    evtx::ChunkContents contents;
    evtx::find_records(chunk, evtx::read_chunk_header(chunk), true, contents);
    for (const evtx::FoundRecord& found : contents.records) {
        if (found.state == evtx::FrameState::none || found.state == evtx::FrameState::cut_off) {
            continue;
        }
        evtx::RecordValues one, other;
        evtx::Damage damage;
        // A damaged value in an element that is left out is seen by the tree only, and budgets differ.
        if (by_plan.read(found.frame, found.slack, one, damage) && by_tree.read(found.frame, found.slack, other, damage) &&
            ((one.partial | other.partial) & evtx::partial::kLimit) == 0 && !by_plan.names_full()) {
            require(flat(one) == flat(other));
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > kLargestInput) {
        return 0;
    }
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const WindowsEvtxImporter importer;
    (void)importer.probe(as_bytes(bytes), "fuzz.evtx");
    const auto input = memory_input("fuzz.evtx", bytes);
    CheckingSink sink;
    ImportHints hints;
    hints.recover_slack = true;
    (void)importer.parse(*input, hints, sink, {});
    const std::size_t first = bytes.compare(0, evtx::kChunkMagic.size(), evtx::kChunkMagic) == 0 ? 0 : evtx::kFileHeaderBlock;
    if (bytes.size() > first) {
        compare_ways(as_bytes(bytes).subspan(first, std::min(bytes.size() - first, evtx::kChunkSize)));
    }
    return 0;
}
