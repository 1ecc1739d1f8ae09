#include "importers/linux_json/linux_json.h"

#include <algorithm>
#include <utility>

#include "importers/linux_json/json_objects.h"
#include "importers/linux_json/linux_json_reader.h"
#include "importers/readers/json/json_text.h"
#include "importers/readers/text/text_window.h"
#include "importers/windows_event_json/json_render.h"

namespace trocar {
namespace {

// A probe wants no field ids and keeps nothing.
class NoSink : public EventSink {
public:
    FieldId field(std::string_view) override { return {}; }
    void raw_block(Bytes, std::uint64_t) override {}
    void event(const RawEvent&) override {}
    void lost(const LossKind&, const LossPlace&, RawPlace) override {}
    bool progress(std::uint64_t) override { return true; }
};

class LinuxJson final : public Importer {
public:
    std::string_view name() const override { return "linux_json"; }
    std::string_view title() const override { return "Linux audit and Sysmon as JSON (laurel, auditbeat, AUOMS)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        constexpr int kLooked = 16;
        std::string text = head_as_utf8(head);
        const std::size_t size = text.size();
        text.resize(size + TextWindow::kPadding, ' ');
        std::string_view rest(text.data(), size);
        NoSink sink;
        LinuxJsonReader reader(sink, {});
        int looked = 0, known = 0;
        LinuxJsonShape shape = LinuxJsonShape::none;
        while (looked < kLooked) {
            const std::size_t begin = rest.find('{');
            std::size_t end = 0;
            if (begin == std::string_view::npos) {
                break;
            }
            rest.remove_prefix(begin);
            const auto found = JsonValueEnd().scan(rest, end);
            if (found == JsonValueEnd::Found::more) {
                break;
            }
            ++looked;
            end = std::clamp<std::size_t>(end, 1, rest.size());
            if (found == JsonValueEnd::Found::end) {
                const LinuxJsonShape one = reader.shape_of(rest.substr(0, end));
                known += one == LinuxJsonShape::none ? 0 : 1;
                shape = shape == LinuxJsonShape::none ? one : shape;
            }
            rest.remove_prefix(end);
        }
        if (known == 0) {
            return {0, looked == 0 ? "no JSON object" : "JSON, but no laurel, auditbeat, AUOMS or Sysmon for Linux record"};
        }
        return {known * 2 > looked ? 93 : 45, std::to_string(known) + " of the first " + std::to_string(looked) +
                                                  " records are " + std::string(trocar::name(shape))};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        LinuxJsonReader reader(sink, hints);
        Pieces pieces(input, sink, std::move(stop));
        return pieces.run(
            kBetweenJsonObjects,
            [&](std::string_view text, std::size_t at, bool whole) { return next_json_object(pieces, text, at, whole); },
            [&](const Pieces::Piece& object) { reader.read(object); });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show a JSON record: it lies outside its raw block", ""};
        }
        return render_json_record(head_as_utf8(block.subspan(place.offset, place.length)));
    }
};

}  // namespace

std::unique_ptr<const Importer> make_linux_json_importer() {
    return std::make_unique<LinuxJson>();
}

}  // namespace trocar
