#include "importers/macos_elastic/macos_elastic.h"

#include "importers/linux_json/json_objects.h"
#include "importers/macos_elastic/elastic_document.h"
#include "importers/macos_elastic/elastic_reader.h"
#include "importers/readers/json/json_text.h"
#include "importers/readers/text/pieces.h"
#include "importers/windows_event_json/json_render.h"

#include <algorithm>
#include <utility>

namespace trocar {
namespace {

class MacosElastic final : public Importer {
public:
    std::string_view name() const override { return "macos_elastic"; }
    std::string_view title() const override { return "macOS events of Elastic Defend (JSON)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        constexpr int kLooked = 16;
        const std::string text = head_as_utf8(head);
        std::string_view rest(text);
        simdjson::dom::parser parser;
        simdjson::dom::object object;
        ElasticDocument document;
        int looked = 0, known = 0;
        while (looked < kLooked) {
            rest.remove_prefix(std::min(rest.find_first_not_of(kBetweenJsonObjects), rest.size()));
            std::size_t end = 0;
            if (!rest.starts_with('{') || JsonValueEnd().scan(rest, end) != JsonValueEnd::Found::end) {
                break;
            }
            ++looked;
            known += parser.parse(rest.data(), end).get(object) == simdjson::SUCCESS &&
                             read_elastic_document(object, document)
                         ? 1
                         : 0;
            rest.remove_prefix(end);
        }
        if (known == 0) {
            return {0, looked == 0 ? "no JSON object" : "JSON, but no document of Elastic Defend on macOS"};
        }
        // Surer than eslogger's importer, which knows its lines by `event` beside `process`.
        return {known * 2 > looked ? 97 : 47, std::to_string(known) + " of the first " + std::to_string(looked) +
                                                  " documents are Elastic Defend's of a Mac"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                 std::stop_token stop) const override {
        ElasticReader reader(sink, hints);
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
                         "cannot show a document of Elastic Defend: it lies outside its raw block", ""};
        }
        return render_json_record(head_as_utf8(block.subspan(place.offset, place.length)));
    }
};

}  // namespace

std::unique_ptr<const Importer> make_macos_elastic_importer() {
    return std::make_unique<MacosElastic>();
}

}  // namespace trocar
