#include "importers/windows_procmon/windows_procmon.h"

#include "core/base/text.h"
#include "importers/etw_meaning/etw_events.h"
#include "importers/etw_text/procmon_rows.h"
#include "importers/readers/pml/pml_file.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace trocar {
namespace {

constexpr LossKind kPlace{"pml_event_out_of_place", LossSeverity::error,
                          "The place of an event lies within the one before it or beyond the file: it was not read."};
constexpr LossKind kCut{"pml_event_cut", LossSeverity::error,
                        "An event is longer than the file or than the limit and was not read."};
constexpr LossKind kDetail{"pml_detail_cut", LossSeverity::warning,
                           "The detail of an event ends too early: it was read in part."};
constexpr LossKind kNoProcess{"pml_process_unknown", LossSeverity::error,
                              "An event names a process that the log's table does not have; its bytes are kept."};
constexpr std::uint32_t kBatch = 4096;
constexpr std::size_t kWindow = 64U << 10U, kMaxEvent = 1U << 20U;

std::string_view name_of(const PmlEvent& event) {
    constexpr std::array<std::string_view, 10> kProcess{
        "Process Defined", "Process Create", "Process Exit",  "Thread Create",      "Thread Exit",
        "Load Image",      "Thread Profile", "Process Start", "Process Statistics", "System Statistics"};
    switch (event.event_class) {
        case PmlClass::process: return event.operation < kProcess.size() ? kProcess[event.operation] : "Process";
        case PmlClass::registry: return "Registry";
        case PmlClass::file_system: return "File System";
        case PmlClass::profiling: return "Profiling";
        case PmlClass::network: return "Network";
        default: return "Unknown";
    }
}

/// Walks the events of a log through a window of its bytes; each window is a raw block.
class PmlWalk {
public:
    using Take = std::function<void(const PmlEvent&, std::uint64_t record, RawPlace raw)>;

    PmlWalk(PmlFile& file, Input& input, EventSink* sink) : file_(file), input_(input), sink_(sink) {}

    Status run(EventSink& progress, const std::stop_token& stop, const Take& take) {
        for (std::uint32_t first = 0; first < file_.event_count(); first += kBatch) {
            const auto offsets = file_.offsets(first, std::min(kBatch, file_.event_count() - first));
            if (!offsets.ok()) {
                return offsets.error();
            }
            for (const std::uint64_t offset : offsets.value()) {
                if (Status read = one(offset, take); !read.ok()) {
                    return read;
                }
            }
            if (!progress.progress(sink_ == nullptr ? 0 : end_) || stop.stop_requested()) {
                return cancelled("reading " + input_.name());
            }
            if (offsets.value().size() < kBatch && first + offsets.value().size() < file_.event_count()) {
                lose(kPlace, "the list of places is cut");
                break;
            }
        }
        return {};
    }

    void lose(const LossKind& kind, std::string_view what, RawPlace raw = {}) {
        if (sink_ != nullptr) {
            sink_->lost(kind, {record_, end_, std::string(what)}, raw);
        }
    }

private:
    Status one(std::uint64_t offset, const Take& take) {
        ++record_;
        if (offset < end_ || offset >= input_.size()) {
            lose(kPlace, "offset " + std::to_string(offset));
            return {};
        }
        PmlEvent event;
        if (!within(offset, event)) {
            if (Status moved = move(offset, std::max(kWindow, std::min(event.length, kMaxEvent))); !moved.ok()) {
                return moved;
            }
            if (!within(offset, event)) {
                if (event.length <= kWindow || event.length > kMaxEvent) {
                    lose(kCut, std::to_string(event.length) + " bytes");
                    return {};
                }
                if (Status moved = move(offset, event.length); !moved.ok()) {
                    return moved;
                }
            }
            if (!within(offset, event)) {
                lose(kCut, std::to_string(event.length) + " bytes");
                return {};
            }
        }
        announce();
        end_ = offset + event.length;
        take(event, record_, {static_cast<std::uint32_t>(offset - base_), static_cast<std::uint32_t>(event.length)});
        return {};
    }

    bool within(std::uint64_t offset, PmlEvent& event) const {
        if (offset < base_ || offset >= base_ + window_.size()) {
            return false;
        }
        return read_pml_event(Bytes(window_).subspan(static_cast<std::size_t>(offset - base_)), file_.pointer_size(),
                              event);
    }

    Status move(std::uint64_t offset, std::size_t size) {
        window_.resize(size);
        const auto got = input_.read_at(offset, window_);
        if (!got.ok()) {
            return got.error();
        }
        window_.resize(got.value());
        base_ = offset;
        announced_ = false;
        return {};
    }
    void announce() {
        if (sink_ != nullptr && !announced_) {
            sink_->raw_block(window_, base_);
        }
        announced_ = true;
    }

    PmlFile& file_;
    Input& input_;
    EventSink* sink_;  // null: nothing is told
    std::vector<std::byte> window_;
    bool announced_ = false;
    std::uint64_t base_ = 0, end_ = 0, record_ = 0;
};

/// What events say, as rows.
class PmlRows {
public:
    explicit PmlRows(const PmlFile& file) : file_(file) {}

    enum class Outcome : std::uint8_t { read, in_part, no_process };
    Outcome read(const PmlEvent& event, EtwRecord& out) {
        out = {};
        const PmlProcess* const process = file_.process(event.process);
        if (process == nullptr) {
            return Outcome::no_process;
        }
        ProcmonRow row;
        row.operation = name_of(event);
        row.pid = process->pid;
        row.tid = event.tid;
        row.image = process->image.empty() ? process->name : process->image;
        row.command_line = process->command_line;
        bool whole = true;
        detail_ = {};
        if (event.event_class == PmlClass::process) {
            whole = read_pml_detail(event, file_.pointer_size(), detail_);
            take_detail(static_cast<PmlOperation>(event.operation), row);
        }
        row.path = detail_.path;
        out.event.time = event.time;
        add_fields(event, *process, out.event);
        rows_.tell(row, out);
        return whole ? Outcome::read : Outcome::in_part;
    }

private:
    void take_detail(PmlOperation operation, ProcmonRow& row) const {
        switch (operation) {
            case PmlOperation::thread_create:
            case PmlOperation::process_create: row.made = detail_.id; break;
            case PmlOperation::thread_exit: row.made = row.tid; break;
            case PmlOperation::process_start: row.parent = detail_.id; break;
            case PmlOperation::load_image:
                row.base = detail_.base;
                row.size = detail_.size;
                break;
            default: break;
        }
    }

    void add_fields(const PmlEvent& event, const PmlProcess& process, EtwEvent& out) const {
        out.fields.push_back({"Process Name", ValueKind::text, 0, 0, process.name});
        out.fields.push_back({"Image Path", ValueKind::text, 0, 0, process.image});
        out.fields.push_back({"User", ValueKind::text, 0, 0, process.user});
        out.fields.push_back({"OperationCode", ValueKind::number, event.operation, 0, {}});
        out.fields.push_back({"Result", ValueKind::hex, event.result, 0, {}});
        if (!detail_.path.empty()) {
            out.fields.push_back({"Path", ValueKind::text, 0, 0, detail_.path});
        }
    }

    const PmlFile& file_;
    ProcmonRows rows_;
    PmlDetail detail_;
};

class WindowsProcmon final : public Importer {
public:
    std::string_view name() const override { return "windows_procmon"; }
    std::string_view title() const override { return "Process Monitor log (.PML)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        if (!as_text(head).starts_with(PmlFile::kSignature)) {
            return {0, "does not begin with PML_"};
        }
        return {98, "a Process Monitor log"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        PmlFile file(input);
        if (Status opened = file.open(); !opened.ok()) {
            return opened;
        }
        PmlRows rows(file);
        EtwFacts facts;
        EtwRecord record;
        const auto learn = [&](const PmlEvent& event, std::uint64_t, RawPlace) {
            if (rows.read(event, record) != PmlRows::Outcome::no_process) {
                facts.learn(record.event);
                for (const EtwNamedProcess& named : record.named) {
                    facts.learn_name(named.pid, record.event.time, named.image);
                }
            }
        };
        if (Status first = PmlWalk(file, input, nullptr).run(sink, stop, learn); !first.ok()) {
            return first;
        }
        EtwEvents events(sink, facts);
        const std::string host = file.computer().empty() ? hints.host : file.computer();
        PmlWalk walk(file, input, &sink);
        return walk.run(sink, stop, [&](const PmlEvent& event, std::uint64_t number, RawPlace raw) {
            const auto outcome = rows.read(event, record);
            if (outcome == PmlRows::Outcome::no_process) {
                walk.lose(kNoProcess, std::to_string(event.process), raw);
                return;
            }
            if (outcome == PmlRows::Outcome::in_part) {
                walk.lose(kDetail, name_of(event), raw);
            }
            for (const LossKind* noted : record.noted) {
                walk.lose(*noted, name_of(event), raw);
            }
            events.emit(record.event, {number, raw, host, TimeOrigin::event});
        });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        PmlEvent event;
        const bool inside = std::uint64_t{place.offset} + place.length <= block.size();
        const Bytes bytes = inside ? block.subspan(place.offset, place.length) : Bytes{};
        if (!read_pml_event(bytes, 8, event) && !read_pml_event(bytes, 4, event)) {
            return Error{ErrorKind::case_damaged, "cannot show an event: it lies outside its raw block", ""};
        }
        RenderedRecord out;
        out.fields = {{"Operation", std::string(name_of(event))},
                      {"Time", format_iso_time(event.time)},
                      {"Process index", std::to_string(event.process)},
                      {"TID", std::to_string(event.tid)},
                      {"Result", hex(event.result)}};
        for (const auto& [name, value] : out.fields) {
            out.text += name + ": " + value + "\n";
        }
        out.notation = "text";
        return out;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_windows_procmon_importer() {
    return std::make_unique<WindowsProcmon>();
}

}  // namespace trocar
