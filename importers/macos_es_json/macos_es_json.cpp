#include "importers/macos_es_json/macos_es_json.h"

#include "core/model/signal.h"
#include "importers/linux_json/json_objects.h"
#include "importers/macos_es/es_fields.h"
#include "importers/macos_es/es_losses.h"
#include "importers/macos_es_json/es_record.h"
#include "importers/readers/json/json_text.h"
#include "importers/readers/text/pieces.h"
#include "importers/windows_event_json/json_render.h"

#include <algorithm>
#include <utility>

namespace trocar {
namespace {

/// By pid alone where the record has no pidversion: two uses of a pid are then one process until one is seen
/// to start.
ProcessHint hint_of(EsIdentities& identities, const EsProcess& process) {
    if (process.token.pidversion != 0) {
        return identities.hint(process);
    }
    ProcessHint out;
    out.pid = process.token.pid;
    out.has_pid = process.present();
    out.image = process.path;
    return out;
}

class Reader {
public:
    Reader(EventSink& sink, const ImportHints& hints) : sink_(sink), fields_(sink), host_(hints.host) {}

    void read(const Pieces::Piece& piece) {
        simdjson::dom::object object;
        const auto code = parser_.parse(piece.text.data(), piece.text.size(), false).get(object);
        EsRecord record;
        if (code != simdjson::SUCCESS) {
            lose(kEsBroken, piece, simdjson::error_message(code));
        } else if (!read_es_record(object, record)) {
            lose(kEsNoMessage, piece, piece.text.substr(0, 80));
        } else {
            emit(object, record, piece);
        }
    }

private:
    void emit(simdjson::dom::object object, const EsRecord& record, const Pieces::Piece& piece) {
        RawEvent e;
        e.time = record.time;
        e.time_origin = e.time.none() ? TimeOrigin::none : TimeOrigin::event;
        e.record = piece.ordinal;
        e.raw = piece.raw;
        e.host = host_;
        e.provider = "Endpoint Security";
        e.channel = record.writer;
        e.operation = record.operation;
        e.value = record.value;
        e.text = record.operation == Operation::generic ? record.type : std::string_view{};
        e.flags = signal_flag::kMac;
        e.actor = hint_of(identities_, record.source);
        e.target = hint_of(identities_, record.target);
        if (record.on_itself) {
            e.target = e.actor;
            e.actor = {};
        }
        e.fields = fields_.of(object);
        if (!record.source.present()) {
            lose(kEsIncomplete, piece, record.type);
        }
        sink_.event(e);
    }

    void lose(const LossKind& kind, const Pieces::Piece& piece, std::string_view what) {
        sink_.lost(kind, {piece.ordinal, piece.offset, std::string(what)}, piece.raw);
    }

    EventSink& sink_;
    EsFields fields_;
    std::string host_;
    simdjson::dom::parser parser_;
    EsIdentities identities_;
};

class MacosEsJson final : public Importer {
public:
    std::string_view name() const override { return "macos_es_json"; }
    std::string_view title() const override {
        return "macOS Endpoint Security of Santa, Mac Monitor 1.x (JSON)";
    }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        const std::string text = head_as_utf8(head);
        const std::size_t begin = std::min(text.find('{'), text.size());
        const std::string_view rest = std::string_view(text).substr(begin);
        std::size_t end = 0;
        simdjson::dom::parser parser;
        simdjson::dom::object object;
        EsRecord record;
        if (text.find_first_not_of(" \t\r\n[") != begin ||
            JsonValueEnd().scan(rest, end) != JsonValueEnd::Found::end ||
            parser.parse(rest.data(), end).get(object) != simdjson::SUCCESS ||
            !read_es_record(object, record)) {
            return {0, "no record of Santa or Mac Monitor"};
        }
        return {92, "the first object is a record of " + std::string(record.writer)};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                 std::stop_token stop) const override {
        Reader reader(sink, hints);
        Pieces pieces(input, sink, std::move(stop));
        return pieces.run(
            kBetweenJsonObjects,
            [&](std::string_view text, std::size_t at, bool whole) {
                return next_json_object(pieces, text, at, whole);
            },
            [&](const Pieces::Piece& piece) { reader.read(piece); });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged,
                         "cannot show a record of Santa or Mac Monitor: it lies outside its raw block", ""};
        }
        return render_json_record(head_as_utf8(block.subspan(place.offset, place.length)));
    }
};

}  // namespace

std::unique_ptr<const Importer> make_macos_es_json_importer() {
    return std::make_unique<MacosEsJson>();
}

}  // namespace trocar
