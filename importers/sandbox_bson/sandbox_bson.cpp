#include "importers/sandbox_bson/sandbox_bson.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "core/base/text.h"
#include "importers/readers/bson/bson_stream.h"
#include "importers/readers/bson/bson_text.h"
#include "importers/readers/json/json_text.h"
#include "importers/sandbox_bson/api_table.h"
#include "importers/sandbox_bson/bson_call.h"
#include "importers/sandbox_bson/bson_losses.h"
#include "importers/sandbox_cape/report_cutter.h"
#include "importers/sandbox_cape/sandbox_events.h"

namespace trocar {
namespace {

constexpr std::string_view kProcess = "__process__", kEnviron = "__environ__";
constexpr std::size_t kMaxRendered = 1U << 20U;

using Record = Pieces::Piece;  // without text

const LossKind* loss_of(BsonStream::Kind kind) {
    switch (kind) {
        case BsonStream::Kind::damaged: return &kBsonDamaged;
        case BsonStream::Kind::too_long: return &kBsonTooLong;
        case BsonStream::Kind::cut: return &kBsonCut;
        case BsonStream::Kind::given_up: return &kBsonGivenUp;
        default: return nullptr;
    }
}

/// Walks a log; what is wrong with it is counted in `sink`, when there is one.
class LogWalk {
public:
    using Take = std::function<void(const ApiCall&, const BsonMessage&, const Record&)>;

    LogWalk(Input& input, EventSink* sink) : input_(input), sink_(sink), stream_(input) {}

    Status run(EventSink& progress, const std::stop_token& stop, const Take& take) {
        for (;;) {
            const auto read = stream_.next();
            if (!read.ok()) {
                return read.error();
            }
            const BsonStream::Item& item = read.value();
            if (item.new_block && (!progress.progress(sink_ == nullptr ? 0 : item.offset) || stop.stop_requested())) {
                return cancelled("reading " + input_.name());
            }
            if (item.kind == BsonStream::Kind::end) {
                return {};
            }
            one(item, take);
        }
    }

private:
    void one(const BsonStream::Item& item, const Take& take) {
        if (item.new_block && sink_ != nullptr) {
            sink_->raw_block(stream_.block(), stream_.block_offset());
        }
        if (item.kind == BsonStream::Kind::searching) {
            return;
        }
        const Record record{{}, item.raw, ++ordinal_, item.offset};
        if (const LossKind* loss = loss_of(item.kind); loss != nullptr) {
            lose(*loss, record, std::to_string(item.bytes.size()) + " bytes");
            return;
        }
        const BsonMessage message = read_message(item.bytes);
        if (message.type == "info") {
            explain(item.bytes, record);
        } else if (!message.type.empty() || !message.has_index) {
            lose(kBsonNoCall, record, valid(message.type));
        } else {
            call(message, record, take);
        }
    }

    void explain(Bytes document, const Record& record) {
        switch (table_.add(document)) {
            case ApiTable::Outcome::added: break;
            case ApiTable::Outcome::broken: lose(kBsonInfoBroken, record, ""); break;
            case ApiTable::Outcome::too_many: lose(kBsonTooManyInfos, record, ""); break;
        }
    }

    void call(const BsonMessage& message, const Record& record, const Take& take) {
        const ApiInfo* const info = table_.find(message.index);
        if (info == nullptr) {
            lose(kBsonUnexplained, record, "index " + std::to_string(message.index));
        } else if (reader_.read(message, *info, call_) == BsonCallReader::Outcome::unlike) {
            lose(kBsonArguments, record, info->api);
        } else {
            take(call_, message, record);
        }
    }

    static std::string valid(std::string_view type) { return repaired_json(type.substr(0, 64)); }
    void lose(const LossKind& kind, const Record& record, std::string what) {
        if (sink_ != nullptr) {
            sink_->lost(kind, {record.ordinal, record.offset, std::move(what)}, record.raw);
        }
    }

    Input& input_;
    EventSink* sink_;  // null: nothing is told
    BsonStream stream_;
    ApiTable table_;
    BsonCallReader reader_;
    ApiCall call_;
    std::uint64_t ordinal_ = 0;
};

/// What a log says of its processes and guest.
class Learner {
public:
    explicit Learner(ReportFacts& facts) : facts_(facts) {}

    void take(const ApiCall& call, const BsonMessage& message) {
        // Cuckoo's monitor logs a stack trace; only CAPE's and its forebears name the caller.
        cape_ = cape_ || message.caller.is_number();
        if (call.api == kProcess && facts_.processes.size() < ReportCutter::kMaxProcesses) {
            (void)take_process(call, facts_.processes.emplace_back());
        } else if (call.api == kEnviron) {
            facts_.computer = facts_.computer.empty() ? call.argument({"ComputerName"}) : facts_.computer;
            take_environ(call);
        }
        facts_.version = cape_ ? "CAPE" : "Cuckoo";
    }

private:
    void take_environ(const ApiCall& call) {
        if (facts_.processes.empty()) {
            return;
        }
        SandboxProcess& process = facts_.processes.back();
        process.user = call.argument({"UserName"});
        if (process.command_line.empty()) {
            process.command_line = trimmed(call.argument({"CommandLine"}));
        }
    }

    ReportFacts& facts_;
    bool cape_ = false;
};

/// Hands the calls of a log on, each as one of the process that it names last.
class Teller {
public:
    Teller(EventSink& sink, const ReportFacts& facts, const ImportHints& hints)
        : sink_(sink), facts_(facts), events_(sink, facts, hints) {}

    void take(const ApiCall& call, const BsonMessage& message, const Record& record) {
        if (call.api == kProcess) {
            begin(record);
            return;
        }
        const UtcNanos start = facts_.at(process_).first_seen;
        const auto since = static_cast<std::int64_t>(std::min(message.milliseconds, kMaxMilliseconds));
        events_.call(process_, call, start.none() ? kNoTime : shifted(start, {since * kMillisecond.count}), record);
    }

private:
    static constexpr std::uint64_t kMaxMilliseconds = 0xffffffff;  // what a tick counter of 32 bits holds

    void begin(const Record& record) {
        process_ = named_++;
        if (process_ >= facts_.processes.size()) {
            sink_.lost(kBsonTooManyProcesses, {record.ordinal, record.offset, ""}, record.raw);
            return;
        }
        events_.begin_process(process_, record);
    }

    EventSink& sink_;
    const ReportFacts& facts_;
    SandboxEvents events_;
    std::size_t process_ = 0, named_ = 0;
};

/// What the first document of a file says of it.
Probe probe_document(Bytes head) {
    const std::uint32_t length = head.size() < BsonElements::kSmallest ? 0 : load_le<std::uint32_t>(head.data());
    if (length < BsonElements::kSmallest || length > BsonStream::kMaxDocument) {
        return {0, "does not begin with the length of a BSON document"};
    }
    if (length > head.size()) {
        return {0, "its first BSON document is longer than 64 KiB: no monitor begins so"};
    }
    BsonElements elements(head);
    BsonElement element;
    bool index = false, type = false, arguments = false;
    while (elements.next(element)) {
        index = index || (element.name == "I" && element.is_number());
        arguments = arguments || (element.name == "args" && element.is_nested());
        type = type || (element.name == "type" && (element.text() == "info" || element.text() == "debug"));
    }
    if (elements.damaged()) {
        return {0, "its first bytes are no BSON document"};
    }
    if (index && arguments) {
        return {96, "a monitor's log: BSON documents with I and args"};
    }
    return type ? Probe{90, "a monitor's log: a BSON document with a type"}
                : Probe{0, "BSON, but no explanation or call of a monitor"};
}

class SandboxBson final : public Importer {
public:
    std::string_view name() const override { return "sandbox_bson"; }
    std::string_view title() const override { return "CAPE or Cuckoo monitor log (.bson)"; }
    int version() const override { return 1; }
    Probe probe(Bytes head, std::string_view) const override { return probe_document(head); }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        ReportFacts facts;
        Learner learner(facts);
        const Status first = LogWalk(input, nullptr).run(sink, stop, [&](const auto& call, const auto& message, auto&) {
            learner.take(call, message);
        });
        if (!first.ok()) {
            return first;
        }
        Teller teller(sink, facts, hints);
        return LogWalk(input, &sink).run(sink, stop, [&](const auto& call, const auto& message, const auto& record) {
            teller.take(call, message, record);
        });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show a BSON document: it lies outside its raw block", ""};
        }
        const Bytes document = block.subspan(place.offset, place.length);
        RenderedRecord out;
        bool whole = true;
        BsonElements elements(document);
        BsonElement element;
        while (elements.next(element) && out.fields.size() < ApiCallReader::kMaxArguments) {
            out.fields.emplace_back(repaired_json(element.name), bson_text(element, whole));
        }
        out.text = indented_json(bson_json(document, whole), kMaxRendered);
        out.notation = "json";
        return out;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_sandbox_bson_importer() {
    return std::make_unique<SandboxBson>();
}

}  // namespace trocar
