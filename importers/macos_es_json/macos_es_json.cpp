#include "importers/macos_es_json/macos_es_json.h"

#include "core/base/mac_path.h"
#include "core/model/signal.h"
#include "importers/linux_json/json_objects.h"
#include "importers/macos_es/es_fields.h"
#include "importers/macos_es/es_flags.h"
#include "importers/macos_es/es_losses.h"
#include "importers/macos_es/inserted_libraries.h"
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
        e.target = record.operation == Operation::process_exec ? ProcessHint{} : hint_of(identities_, record.target);
        give_meaning(record, e);
        e.fields = fields_.of(object);
        if (!record.source.present()) {
            lose(kEsIncomplete, piece, record.type);
        }
        sink_.event(e);
        if (e.operation == Operation::process_exit) {
            identities_.ended(record.source.token);
            inserted_.forget(record.source.token.key());
        }
    }

    void give_meaning(const EsRecord& record, RawEvent& e) {
        if (record.on_itself) {
            on_itself(record, e);
        } else if (record.operation == Operation::process_exec) {
            exec(record, e);
        } else if (record.operation == Operation::process_create) {
            begin_life(record, e);
            e.actor = hint_of(identities_, record.source);
            e.life.parent = e.actor;
        } else if (record.operation != Operation::generic) {
            e.flags |= es_flags(record.source, record.target);
            text_ = record.target.signature();
            e.text = text_;
        }
    }

    void on_itself(const EsRecord& record, RawEvent& e) {
        e.target = e.actor;
        e.actor = {};
        e.flags |= es_flags({}, record.source);
        if (record.operation == Operation::module_load) {
            e.text = record.file;
            e.flags |= in_mac_user_writable_folder(e.text) ? signal_flag::kUserWritablePath : 0;
            e.flags |= inserted_.names(record.source.token.key(), e.text) ? mac_flag::kInserted : 0;
        }
    }

    void exec(const EsRecord& record, RawEvent& e) {
        if (record.denied) {  // the old image goes on
            e.operation = Operation::generic;
            e.flags |= mac_flag::kDenied;
            e.text = record.type;
            return;
        }
        identities_.chain(record.source, record.target);
        begin_life(record, e);
        e.actor = identities_.hint(record.target.parent.present ? record.target.parent : record.source.parent);
        e.life.parent = e.actor;
        e.life.command_line = record.command_line;
        if (!record.libraries.empty()) {
            const bool ignored = ignores_dyld_variables(record.target, record.dyld_allowed);
            e.operation = Operation::dyld_insert;
            e.text = record.libraries;
            e.flags |= mac_flag::kInserted | (ignored ? mac_flag::kStripped : 0);
            e.flags |= in_mac_user_writable_folder(e.text) ? signal_flag::kUserWritablePath : 0;
            inserted_.remember(record.target.token.key(), record.libraries);
        }
    }

    void begin_life(const EsRecord& record, RawEvent& e) {
        e.target = hint_of(identities_, record.target);
        e.text = record.target.path;
        e.flags |= es_flags({}, record.target);
        user_ = std::to_string(record.target.token.euid);
        e.life.user = user_;
    }

    void lose(const LossKind& kind, const Pieces::Piece& piece, std::string_view what) {
        sink_.lost(kind, {piece.ordinal, piece.offset, std::string(what)}, piece.raw);
    }

    EventSink& sink_;
    EsFields fields_;
    std::string host_, text_, user_;
    simdjson::dom::parser parser_;
    EsIdentities identities_;
    InsertedLibraries inserted_;  ///< by token
};

class MacosEsJson final : public Importer {
public:
    std::string_view name() const override { return "macos_es_json"; }
    std::string_view title() const override {
        return "macOS Endpoint Security of Santa, Mac Monitor 1.x (JSON)";
    }
    int version() const override { return 2; }

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
