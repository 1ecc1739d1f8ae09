#include "importers/windows_etl/windows_etl.h"

#include "core/base/text.h"
#include "importers/etw_meaning/etw_events.h"
#include "importers/etw_meaning/etw_facts.h"
#include "importers/readers/etl/buffer.h"
#include "importers/readers/etl/format.h"
#include "importers/windows_etl/etl_event.h"
#include "importers/windows_etl/etl_losses.h"
#include "importers/windows_etl/trace_walk.h"

#include <algorithm>
#include <optional>
#include <string>

namespace trocar {
namespace {

using namespace etl;

constexpr std::uint32_t kMostCounted = 1U << 16U;

/// The first pass: buffers of several processors interleave, so that an event may stand before what explains
/// it.
class Learning final : public TraceVisitor {
public:
    Learning(EtwFacts& facts, EventSink& sink) : facts_(facts), sink_(sink) {}
    void header(const LogHeader& header) override { clock_ = header.clock; }
    void buffer(Bytes, std::uint64_t, bool) override {}
    void record(const Record& record, std::uint64_t) override {
        reader_.read(record, clock_);
        facts_.learn(reader_.event());
    }
    void lost(const LossKind&, const LossPlace&, RawPlace) override {}
    /// The first half of the way counts as nothing done: the second shows it.
    bool progress(std::uint64_t) override { return sink_.progress(0); }

private:
    EtwFacts& facts_;
    EventSink& sink_;
    Clock clock_;
    EtlEventReader reader_;
};

class Telling final : public TraceVisitor {
public:
    Telling(const EtwFacts& facts, const ImportHints& hints, EventSink& sink)
        : hints_(hints), sink_(sink), events_(sink, facts) {}

    void header(const LogHeader& header) override {
        header_ = header;
        lost_while_recording(etl_loss::kEventsLost, header.events_lost, " events");
        lost_while_recording(etl_loss::kBuffersLost, header.buffers_lost, " buffers");
        if (!header.clock.known()) {
            lost(etl_loss::kNoClock, {0, 0, "clock type " + std::to_string(header.clock_type)}, {});
        }
    }

    void buffer(Bytes bytes, std::uint64_t offset, bool expanded) override {
        // The file holds no such bytes when they were compressed: the case has to keep them.
        expanded ? sink_.gathered_block(bytes, offset) : sink_.raw_block(bytes, offset);
        offset_ = offset;
    }

    void record(const Record& record, std::uint64_t ordinal) override {
        const RawPlace raw{record.offset, record.size};
        if (ordinal == 1) {
            reader_.read_header(record, header_);
        } else {
            payload_loss(reader_.read(record, header_.clock), record, {ordinal, offset_ + record.offset, ""},
                         raw);
        }
        events_.emit(reader_.event(), {ordinal, raw, hints_.host, TimeOrigin::event});
    }

    void lost(const LossKind& kind, const LossPlace& place, RawPlace raw) override {
        sink_.lost(kind, place, raw);
    }
    bool progress(std::uint64_t bytes_done) override { return sink_.progress(bytes_done); }

private:
    /// Each is counted, up to a limit: the number comes from the file.
    void lost_while_recording(const LossKind& kind, std::uint32_t count, std::string_view what) {
        for (std::uint32_t i = 0; i < std::min(count, kMostCounted); ++i) {
            lost(kind, {0, 0, std::to_string(count) + std::string(what)}, {});
        }
    }

    void payload_loss(EtlPayload state, const Record& record, LossPlace place, RawPlace raw) {
        const LossKind* kind = state == EtlPayload::misfit            ? &etl_loss::kMisfit
                               : state == EtlPayload::unknown_version ? &etl_loss::kVersion
                               : state == EtlPayload::partial         ? &etl_loss::kSelfDescription
                                                                      : nullptr;
        if (kind == nullptr) {
            return;
        }
        place.what = etl_provider_name(record) + " event " + std::to_string(record.id) + " version " +
                     std::to_string(record.version) + ", " + std::to_string(record.payload.size()) + " bytes";
        lost(*kind, place, raw);
    }

    const ImportHints& hints_;
    EventSink& sink_;
    EtwEvents events_;
    LogHeader header_;
    std::uint64_t offset_ = 0;
    EtlEventReader reader_;
};

std::string shown(const EtwField& field) {
    return evtx::display_text({{}, field.kind, field.number, field.low, field.text});
}

class WindowsEtlImporter final : public Importer {
public:
    [[nodiscard]] std::string_view name() const override { return "windows_etl"; }
    [[nodiscard]] std::string_view title() const override { return "Windows event trace log (.etl)"; }
    [[nodiscard]] int version() const override { return 1; }

    [[nodiscard]] Probe probe(Bytes head, std::string_view file_name) const override {
        const std::string declined = ends_ignoring_case(file_name, ".etl")
                                         ? "named .etl, but its first buffer holds no header of a trace"
                                         : "no buffer with the header of a trace";
        if (head.size() < kBufferHeaderSize) {
            return {0, declined};
        }
        Record record;
        const BufferHeader buffer = read_buffer_header(head);
        // The header stands in a buffer of its own kind, which no session compresses.
        if (!buffer.plausible() || buffer.compressed() ||
            read_record(head, kBufferHeaderSize, record) != RecordState::record || !read_log_header(record)) {
            return {0, declined};
        }
        return {95, "its first buffer holds the header record of an event trace"};
    }

    [[nodiscard]] Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                               std::stop_token stop) const override {
        EtwFacts facts;
        Learning learning(facts, sink);
        if (Status status = walk_trace(input, learning, stop); !status.ok()) {
            return status;
        }
        Telling telling(facts, hints, sink);
        return walk_trace(input, telling, stop);
    }

    /// The clock stands in the file's first record only: stamps are shown as the record has them.
    [[nodiscard]] Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        Record record;
        if (read_record(block, place.offset, record) != RecordState::record) {
            return Error{ErrorKind::unreadable,
                         "no whole record at offset " + std::to_string(place.offset) + " of this buffer", ""};
        }
        EtlEventReader reader;
        const auto header = read_log_header(record);
        header ? reader.read_header(record, *header) : static_cast<void>(reader.read(record, {}));
        const EtwEvent& event = reader.event();
        RenderedRecord out;
        out.notation = "text";
        out.text = std::string(etl::name(record.kind)) + ' ' + std::string(event.provider_name) + " event " +
                   std::to_string(event.id) + " version " + std::to_string(event.version) + '\n';
        out.fields.emplace_back("Ticks", std::to_string(record.ticks));
        out.fields.emplace_back("ProcessId", std::to_string(record.pid));
        out.fields.emplace_back("ThreadId", std::to_string(record.tid));
        for (const EtwField& field : event.fields) {
            out.fields.emplace_back(field.name, shown(field));
        }
        for (const auto& [name, value] : out.fields) {
            out.text += name + ": " + value + '\n';
        }
        return out;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_windows_etl_importer() {
    return std::make_unique<WindowsEtlImporter>();
}

}  // namespace trocar
