#include "importers/sandbox_cape/sandbox_cape.h"

#include <utility>

#include "importers/readers/json/json_text.h"
#include "importers/readers/text/pieces.h"
#include "importers/readers/text/text_window.h"
#include "importers/sandbox_cape/cape_losses.h"
#include "importers/sandbox_cape/report_cutter.h"
#include "importers/sandbox_cape/sandbox_events.h"
#include "importers/windows_event_json/json_render.h"

namespace trocar {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// The first walk keeps nothing; it can be stopped all the same.
class FactsSink : public EventSink {
public:
    explicit FactsSink(EventSink& sink) : sink_(sink) {}
    FieldId field(std::string_view) override { return {}; }
    void raw_block(Bytes, std::uint64_t) override {}
    void event(const RawEvent&) override {}
    void lost(const LossKind&, const LossPlace&, RawPlace) override {}
    bool progress(std::uint64_t) override { return sink_.progress(0); }

private:
    EventSink& sink_;
};

Status walk(Input& input, EventSink& sink, std::stop_token stop, ReportCutter& cutter, const Pieces::Take& take) {
    Pieces pieces(input, sink, std::move(stop));
    return pieces.run(
        kBlanks,
        [&](std::string_view text, std::size_t at, bool whole) { return cutter.next(pieces, text, at, whole); }, take);
}

/// Reads the JSON of calls and hands them on; what cannot be read is counted.
class JsonCalls {
public:
    JsonCalls(EventSink& sink, SandboxEvents& events, int zone_minutes)
        : sink_(sink), events_(events), zone_minutes_(zone_minutes) {}

    void take(std::size_t process, const Pieces::Piece& piece) {
        ApiCallReader::Outcome outcome = reader_.read(piece.text, call_);
        if (outcome == ApiCallReader::Outcome::broken) {
            outcome = read_repaired(piece);
        }
        if (outcome != ApiCallReader::Outcome::read) {
            const bool broken = outcome == ApiCallReader::Outcome::broken;
            sink_.lost(broken ? kCapeCallBroken : kCapeNoCall, {piece.ordinal, piece.offset, ""}, piece.raw);
            return;
        }
        events_.call(process, call_, sandbox_time(call_.timestamp, zone_minutes_), piece);
    }

private:
    ApiCallReader::Outcome read_repaired(const Pieces::Piece& piece) {
        repaired_ = repaired_json(piece.text);
        const std::size_t size = repaired_.size();
        repaired_.resize(size + TextWindow::kPadding, ' ');
        const auto outcome = reader_.read(std::string_view(repaired_).substr(0, size), call_);
        if (outcome == ApiCallReader::Outcome::read) {
            sink_.lost(kCapeBadCharacters, {piece.ordinal, piece.offset, std::string(call_.api)}, piece.raw);
        }
        return outcome;
    }

    EventSink& sink_;
    SandboxEvents& events_;
    int zone_minutes_;
    ApiCallReader reader_;
    ApiCall call_;
    std::string repaired_;
};

class SandboxCape final : public Importer {
public:
    std::string_view name() const override { return "sandbox_cape"; }
    std::string_view title() const override { return "CAPE or Cuckoo sandbox report (JSON)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        const std::string text = head_as_utf8(head);
        const std::size_t first = text.find_first_not_of(kBlanks);
        if (first == std::string::npos || text[first] != '{') {
            return {0, "no JSON object"};
        }
        const auto has = [&](std::string_view part) { return text.find(part) != std::string::npos; };
        if (has("\"behavior\"") && has("\"processes\"") && (has("\"process_name\"") || has("\"process_id\""))) {
            return {95, "a sandbox report: behavior.processes"};
        }
        // What a report begins with is its own statistics, then who made it.
        if (has("\"statistics\"") && has("\"processing\"") && has("\"BehaviorAnalysis\"")) {
            return {92, "a sandbox report: statistics.processing names BehaviorAnalysis"};
        }
        if (has("\"info\"") && has("\"machine\"") && has("\"package\"") && has("\"started\"")) {
            return {85, "a sandbox report: info of an analysis"};
        }
        return {0, "JSON, but no sandbox report in the first 64 KiB"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        ReportFacts facts;
        FactsSink nothing(sink);
        ReportCutter first(ReportCutter::Pass::facts, facts, hints.zone_minutes);
        if (Status s = walk(input, nothing, stop, first, [](const Pieces::Piece&) {}); !s.ok()) {
            return s;
        }
        ReportCutter second(ReportCutter::Pass::calls, facts, hints.zone_minutes);
        SandboxEvents events(sink, facts, hints);
        JsonCalls calls(sink, events, hints.zone_minutes);
        const Status read = walk(input, sink, std::move(stop), second, [&](const Pieces::Piece& piece) {
            const ReportCutter::Cut cut = second.take();
            cut.is_call ? calls.take(cut.process, piece) : events.begin_process(cut.process, piece);
        });
        if (!read.ok()) {
            return read;
        }
        if (!second.finished()) {
            sink.lost(kCapeReportCut, {0, input.size(), ""});
        }
        if (second.junk_seen() != 0) {
            sink.lost(kCapeJunk, {0, 0, std::to_string(second.junk_seen()) + " characters"});
        }
        return {};
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show an API call: it lies outside its raw block", ""};
        }
        return render_json_record(head_as_utf8(block.subspan(place.offset, place.length)));
    }
};

}  // namespace

std::unique_ptr<const Importer> make_sandbox_cape_importer() {
    return std::make_unique<SandboxCape>();
}

}  // namespace trocar
