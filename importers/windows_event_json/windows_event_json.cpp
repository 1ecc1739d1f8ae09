#include "importers/windows_event_json/windows_event_json.h"

#include "importers/readers/text/text_window.h"
#include "importers/windows_event_json/json_probe.h"
#include "importers/windows_event_json/json_render.h"
#include "importers/windows_event_json/json_stream.h"

#include <utility>

namespace trocar {
namespace {

class WindowsEventJson final : public Importer {
public:
    std::string_view name() const override { return "windows_event_json"; }
    std::string_view title() const override {
        return "Windows events as JSON (nxlog, winlogbeat, evtx_dump, ...)";
    }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override { return probe_windows_event_json(head); }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                 std::stop_token stop) const override {
        return JsonStream(input, hints, sink, std::move(stop)).run();
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show a JSON record: it lies outside its raw block",
                         ""};
        }
        return render_json_record(head_as_utf8(block.subspan(place.offset, place.length)));
    }
};

}  // namespace

std::unique_ptr<const Importer> make_windows_event_json_importer() {
    return std::make_unique<WindowsEventJson>();
}

}  // namespace trocar
