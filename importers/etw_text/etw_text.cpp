#include "importers/etw_text/etw_text.h"

#include "core/base/escape.h"
#include "importers/etw_meaning/etw_events.h"
#include "importers/etw_meaning/etw_facts.h"
#include "importers/etw_text/etw_notation.h"
#include "importers/readers/text/text_window.h"
#include "importers/windows_event_json/json_render.h"
#include "importers/windows_event_xml/xml_render.h"

#include <array>
#include <span>
#include <utility>

namespace trocar {
namespace {

constexpr LossKind kBadCharacters{
    "etw_bad_characters", LossSeverity::warning,
    "A record holds bytes that are no UTF-8; they were replaced and the record was read."};
constexpr LossKind kDamaged{"etw_record_unreadable", LossSeverity::error,
                            "A record is not what its file's first records are and was not read; its bytes are kept."};
constexpr LossKind kLabel{"etw_label_row", LossSeverity::info,
                          "A row that the attack under test or the recorder wrote about itself: kept, no evidence."};
constexpr std::size_t kHead = 64U << 10U;

/// The first walk keeps nothing; it can be stopped all the same.
class LearningSink : public EventSink {
public:
    explicit LearningSink(EventSink& sink) : sink_(sink) {}
    FieldId field(std::string_view) override { return {}; }
    void raw_block(Bytes, std::uint64_t) override {}
    void event(const RawEvent&) override {}
    void lost(const LossKind&, const LossPlace&, RawPlace) override {}
    bool progress(std::uint64_t) override { return sink_.progress(0); }

private:
    EventSink& sink_;
};

std::array<EtwTextFormat, 5> formats() {
    return {krabs_csv_format(), tracerpt_xml_format(), tracerpt_csv_format(), etw_json_format(), procmon_csv_format()};
}

/// The surest format of a text, or the last one's reason to decline.
std::pair<const EtwTextFormat*, Probe> surest(std::string_view head) {
    static const auto all = formats();
    std::pair<const EtwTextFormat*, Probe> best{nullptr, {0, "no text export of trace events"}};
    for (const EtwTextFormat& format : all) {
        Probe probe = format.probe(head);
        if (probe.confidence > best.second.confidence) {
            best = {&format, std::move(probe)};
        }
    }
    return best;
}

/// The beginning of a file as UTF-8, with bytes that simdjson may read behind it.
std::string padded_head(Bytes head) {
    std::string text = head_as_utf8(head);
    if (!is_valid_utf8(text)) {
        text = valid_utf8(text);
    }
    text.reserve(text.size() + TextWindow::kPadding);
    return text;
}

/// Reads pieces with one notation; what it finds goes to learn() in the first walk and to emit() in the second.
class Reading {
public:
    Reading(EtwNotation& notation, EventSink& sink, const ImportHints& hints)
        : notation_(notation), sink_(sink), hints_(hints), events_(sink, facts_) {}

    void learn(const Pieces::Piece& piece) {
        if (read(piece) != EtwNotation::Outcome::event) {
            return;
        }
        facts_.learn(record_.event);
        for (const EtwNamedProcess& named : record_.named) {
            facts_.learn_name(named.pid, record_.event.time, named.image);
        }
    }

    void emit(const Pieces::Piece& piece) {
        const auto outcome = read(piece);
        if (repaired_used_) {
            lose(kBadCharacters, piece);
        }
        switch (outcome) {
            case EtwNotation::Outcome::heading: return;
            case EtwNotation::Outcome::label: lose(kLabel, piece); return;
            case EtwNotation::Outcome::damaged: lose(kDamaged, piece); return;
            case EtwNotation::Outcome::event: break;
        }
        for (const LossKind* noted : record_.noted) {
            lose(*noted, piece);
        }
        const std::string_view host = record_.host.empty() ? std::string_view(hints_.host) : record_.host;
        events_.emit(record_.event, {piece.ordinal, piece.raw, host, record_.time_origin});
    }

private:
    EtwNotation::Outcome read(const Pieces::Piece& piece) {
        arena_.reset();
        record_ = {};
        std::string_view text = piece.text;
        repaired_used_ = !is_valid_utf8(text);
        if (repaired_used_) {
            repaired_ = valid_utf8(text);
            const std::size_t size = repaired_.size();
            repaired_.resize(size + TextWindow::kPadding, ' ');
            text = std::string_view(repaired_).substr(0, size);
        }
        return notation_.read(text, arena_, record_);
    }

    void lose(const LossKind& kind, const Pieces::Piece& piece) {
        sink_.lost(kind, {piece.ordinal, piece.offset, std::string(record_.event.task)}, piece.raw);
    }

    EtwNotation& notation_;
    EventSink& sink_;
    const ImportHints& hints_;
    EtwFacts facts_;
    EtwEvents events_;
    TextArena arena_;
    EtwRecord record_;
    std::string repaired_;
    bool repaired_used_ = false;
};

Status walk(Input& input, EventSink& sink, std::stop_token stop, EtwNotation& notation, const Pieces::Take& take) {
    Pieces pieces(input, sink, std::move(stop));
    return pieces.run(
        notation.skipped(),
        [&](std::string_view text, std::size_t at, bool whole) { return notation.next(pieces, text, at, whole); },
        take);
}

class EtwText final : public Importer {
public:
    std::string_view name() const override { return "etw_text"; }
    std::string_view title() const override {
        return "Windows trace events as text (CSV, XML, JSON; Process Monitor CSV)";
    }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override { return surest(padded_head(head)).second; }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        std::vector<std::byte> head(kHead);
        const auto got = input.read_at(0, head);
        if (!got.ok()) {
            return got.error();
        }
        const auto [format, probe] = surest(padded_head(Bytes(head).first(got.value())));
        if (format == nullptr) {
            return Error{ErrorKind::unreadable, "cannot read " + input.name() + ": " + probe.reason, ""};
        }
        const auto notation = format->make(hints, input);
        Reading reading(*notation, sink, hints);
        LearningSink nothing(sink);
        if (Status s = walk(input, nothing, stop, *notation, [&](const Pieces::Piece& piece) { reading.learn(piece); });
            !s.ok()) {
            return s;
        }
        notation->rewind();
        return walk(input, sink, std::move(stop), *notation, [&](const Pieces::Piece& piece) { reading.emit(piece); });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show a trace event: it lies outside its raw block", ""};
        }
        const std::string text = head_as_utf8(block.subspan(place.offset, place.length));
        const char first = text.empty() ? ' ' : text.front();
        if (first == '{') {
            return render_json_record(text);
        }
        return first == '<' ? render_event_xml(text) : RenderedRecord{{}, valid_utf8(text), "text"};
    }
};

}  // namespace

std::unique_ptr<const Importer> make_etw_text_importer() {
    return std::make_unique<EtwText>();
}

}  // namespace trocar
