#include "importers/linux_ebpf/linux_ebpf.h"

#include "importers/linux_ebpf/ebpf_reader.h"
#include "importers/linux_json/dom_values.h"
#include "importers/linux_json/json_objects.h"
#include "importers/readers/json/json_text.h"
#include "importers/readers/text/text_window.h"
#include "importers/windows_event_json/json_render.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace trocar {
namespace {

/// What the first objects of a file are.
struct Looked {
    std::size_t objects = 0;
    std::array<std::size_t, 4> of{};  ///< by EbpfSensor
};

Looked look_at(std::string_view text) {
    constexpr std::size_t kMost = 16;
    simdjson::dom::parser parser;
    Looked out;
    while (out.objects < kMost) {
        const std::size_t begin = text.find('{');
        std::size_t end = 0;
        if (begin == std::string_view::npos) {
            break;
        }
        text.remove_prefix(begin);
        const auto found = JsonValueEnd().scan(text, end);
        if (found == JsonValueEnd::Found::more) {
            break;
        }
        ++out.objects;
        end = std::clamp<std::size_t>(end, 1, text.size());
        simdjson::dom::object object, inner;
        simdjson::dom::element source;
        if (found == JsonValueEnd::Found::end &&
            parser.parse(text.data(), end).get(object) == simdjson::SUCCESS) {
            const bool wrapped =
                element_at(object, {"_source"}, source) && source.get(inner) == simdjson::SUCCESS;
            ++out.of[static_cast<std::size_t>(sensor_of(wrapped ? inner : object))];
        }
        text.remove_prefix(end);
    }
    return out;
}

class LinuxEbpf final : public Importer {
public:
    std::string_view name() const override { return "linux_ebpf"; }
    std::string_view title() const override { return "eBPF sensors as JSON lines (Tracee, Falco, Tetragon)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        const std::string text = head_as_utf8(head);
        const Looked looked = look_at(text);
        std::size_t known = 0, most = 1;
        for (std::size_t i = 1; i < looked.of.size(); ++i) {
            known += looked.of[i];
            most = looked.of[i] > looked.of[most] ? i : most;
        }
        if (known == 0) {
            return {0, looked.objects == 0 ? "no JSON object"
                                           : "JSON, but no event of Tracee, Falco or Tetragon"};
        }
        return {known * 2 > looked.objects ? 94 : 45,
                std::to_string(known) + " of the first " + std::to_string(looked.objects) +
                    " records are events of " + std::string(trocar::name(static_cast<EbpfSensor>(most)))};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                 std::stop_token stop) const override {
        constexpr std::size_t kLookedForHost = 1U << 20U;
        EbpfReader reader(sink, hints);
        std::vector<std::byte> beginning(std::min<std::uint64_t>(input.size(), kLookedForHost));
        const Result<std::size_t> size = input.read_at(0, beginning);
        if (!size.ok()) {
            return size.error();
        }
        reader.look_for_host(as_text(Bytes(beginning).first(size.value())));
        Pieces pieces(input, sink, std::move(stop));
        return pieces.run(
            kBetweenJsonObjects,
            [&](std::string_view text, std::size_t at, bool whole) {
                return next_json_object(pieces, text, at, whole);
            },
            [&](const Pieces::Piece& object) { reader.read(object); });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged,
                         "cannot show an event of a sensor: it lies outside its raw block", ""};
        }
        return render_json_record(head_as_utf8(block.subspan(place.offset, place.length)));
    }
};

}  // namespace

std::unique_ptr<const Importer> make_linux_ebpf_importer() {
    return std::make_unique<LinuxEbpf>();
}

}  // namespace trocar
