#pragma once

#include "core/base/seeded_hash.h"
#include "core/ingest/importer.h"
#include "importers/linux_json/json_fields.h"
#include "importers/macos_elastic/elastic_document.h"
#include "importers/macos_es/inserted_libraries.h"
#include "importers/readers/text/pieces.h"

#include <simdjson.h>

#include <string>
#include <unordered_map>

namespace trocar {

/// Events of Elastic Defend's documents. A life is the sensor's entity_id, which goes on over exec; where it
/// is missing, the pid. The target of a remote thread has no signature in its document: it is the one that a
/// document about that process had before. Thread safety: one thread.
class ElasticReader {
public:
    ElasticReader(EventSink& sink, const ImportHints& hints)
        : sink_(sink), fields_(sink), host_(hints.host) {}
    void read(const Pieces::Piece& piece);

private:
    /// Who signed a process, as its own document said.
    struct Signature {
        EsSigner signer = EsSigner::not_told;
        std::string signing_id, team_id;
    };
    static constexpr std::size_t kMostSignatures = 1U << 16U;

    void emit(const ElasticDocument& document, const Pieces::Piece& piece);
    void give_meaning(const ElasticDocument& document, RawEvent& event, const Pieces::Piece& piece);
    void on_target(const ElasticDocument& document, RawEvent& event);
    void on_itself(const ElasticDocument& document, RawEvent& event);
    void begin_life(const ElasticDocument& document, RawEvent& event);
    [[nodiscard]] ProcessHint hint(const ElasticProcess& process) const;
    [[nodiscard]] std::uint64_t life(const ElasticProcess& process) const;
    void learn(const ElasticProcess& process);
    [[nodiscard]] EsProcess with_signature(const ElasticProcess& process) const;
    void lose(const LossKind& kind, const Pieces::Piece& piece, std::string_view what) {
        sink_.lost(kind, {piece.ordinal, piece.offset, std::string(what)}, piece.raw);
    }

    EventSink& sink_;
    JsonFields fields_;
    std::string host_, text_;
    std::string_view machine_;  ///< of the document being read
    simdjson::dom::parser parser_;
    InsertedLibraries inserted_;                                           ///< by life
    std::unordered_map<std::uint64_t, Signature, SeededHash> signatures_;  ///< by life
};

}  // namespace trocar
