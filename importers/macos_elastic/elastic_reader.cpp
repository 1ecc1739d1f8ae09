#include "importers/macos_elastic/elastic_reader.h"

#include "core/base/mac_path.h"
#include "core/model/signal.h"
#include "importers/macos_elastic/elastic_losses.h"
#include "importers/macos_es/es_flags.h"

namespace trocar {
namespace {

namespace mf = mac_flag;

constexpr std::string_view kProvider = "Elastic Defend";
constexpr std::uint64_t kByEntity = std::uint64_t{0x6d616345} << 32U;  // "macE"

/// FNV-1a, 64 bits: the same number for the same text in every run, as identities in a case need.
std::uint64_t number_of(std::string_view text, std::uint64_t number = 0xcbf29ce484222325ULL) {
    for (const char c : text) {
        number = (number ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return number;
}

}  // namespace

void ElasticReader::read(const Pieces::Piece& piece) {
    simdjson::dom::object object;
    ElasticDocument document;
    const auto code = parser_.parse(piece.text.data(), piece.text.size(), false).get(object);
    if (code != simdjson::SUCCESS) {
        lose(kElasticBroken, piece, simdjson::error_message(code));
    } else if (!read_elastic_document(object, document)) {
        lose(kElasticOther, piece, piece.text.substr(0, 80));
    } else {
        emit(document, piece);
    }
}

void ElasticReader::emit(const ElasticDocument& document, const Pieces::Piece& piece) {
    RawEvent e;
    machine_ = document.host;
    learn(document.process);
    learn(document.parent);
    e.time = document.time;
    e.time_origin = e.time.none() ? TimeOrigin::none : TimeOrigin::event;
    e.record = piece.ordinal;
    e.raw = piece.raw;
    e.host = document.host.empty() ? std::string_view(host_) : document.host;
    e.provider = kProvider;
    e.channel = kProvider;
    e.operation = document.operation;
    e.text = document.action;
    e.flags = signal_flag::kMac | (document.denied ? mf::kDenied : 0);
    e.actor = hint(document.process);
    give_meaning(document, e, piece);
    fields_.begin();
    fields_.members(document.source);
    e.fields = fields_.fields();
    if (fields_.cut() != 0) {
        lose(kElasticCut, piece, std::to_string(fields_.cut()) + " values over the limit");
    }
    sink_.event(e);
    if (e.operation == Operation::process_exit) {
        inserted_.forget(life(document.process));
        signatures_.erase(life(document.process));
    }
}

void ElasticReader::give_meaning(const ElasticDocument& document, RawEvent& e, const Pieces::Piece& piece) {
    bool whole = document.process.present() || document.operation == Operation::generic;
    switch (document.operation) {
        case Operation::process_create:
        case Operation::process_exec:
        case Operation::process_seen:
        case Operation::dyld_insert: begin_life(document, e); break;
        case Operation::task_thread:
            on_target(document, e);
            whole = whole && document.target.present();
            break;
        case Operation::process_exit:
        case Operation::module_load: on_itself(document, e); break;
        default: break;
    }
    if (!whole) {
        lose(kElasticIncomplete, piece, document.action);
    }
}

void ElasticReader::on_target(const ElasticDocument& document, RawEvent& e) {
    const EsProcess target = with_signature(document.target);
    e.target = hint(document.target);
    e.flags |= es_flags(document.process.es, target);
    text_ = target.signature();
    e.text = text_;
}

void ElasticReader::on_itself(const ElasticDocument& document, RawEvent& e) {
    e.target = e.actor;
    e.actor = {};
    e.flags |= es_flags({}, document.process.es);
    if (document.operation == Operation::module_load) {
        e.text = document.library;
        e.flags |= in_mac_user_writable_folder(e.text) ? signal_flag::kUserWritablePath : 0;
        e.flags |= inserted_.names(life(document.process), e.text) ? mf::kInserted : 0;
    }
}

void ElasticReader::begin_life(const ElasticDocument& document, RawEvent& e) {
    e.target = e.actor;
    e.actor = hint(document.parent);
    e.text = document.process.es.path;
    e.flags |= es_flags({}, document.process.es);
    e.life.parent = e.actor;
    e.life.parent_image = document.parent.es.path;
    e.life.command_line = document.command_line;
    e.life.user = document.user;
    if (document.operation == Operation::dyld_insert) {
        e.text = document.inserted;
        e.flags |= mf::kInserted | (ignores_dyld_variables(document.process.es, false) ? mf::kStripped : 0);
        e.flags |= in_mac_user_writable_folder(e.text) ? signal_flag::kUserWritablePath : 0;
        inserted_.remember(life(document.process), document.inserted);
    }
}

ProcessHint ElasticReader::hint(const ElasticProcess& process) const {
    ProcessHint out;
    if (!process.entity_id.empty()) {
        out.guid = {kByEntity, number_of(process.entity_id)};
    }
    out.pid = process.es.token.pid;
    out.has_pid = process.es.present();
    out.image = process.es.path;
    return out;
}

std::uint64_t ElasticReader::life(const ElasticProcess& process) const {
    return process.entity_id.empty() ? number_of(machine_, process.es.token.pid) : number_of(process.entity_id);
}

void ElasticReader::learn(const ElasticProcess& process) {
    if (!process.present() || process.es.signer == EsSigner::not_told) {
        return;
    }
    if (signatures_.size() >= kMostSignatures && !signatures_.contains(life(process))) {
        signatures_.clear();
    }
    signatures_[life(process)] = {process.es.signer, std::string(process.es.signing_id),
                                  std::string(process.es.team_id)};
}

EsProcess ElasticReader::with_signature(const ElasticProcess& process) const {
    EsProcess out = process.es;
    const auto known = signatures_.find(life(process));
    if (out.signer == EsSigner::not_told && known != signatures_.end()) {
        out.signer = known->second.signer;
        out.signing_id = known->second.signing_id;
        out.team_id = known->second.team_id;
    }
    return out;
}

}  // namespace trocar
