#include "importers/windows_event_xml/windows_event_xml.h"

#include "core/base/text.h"
#include "importers/windows_event_xml/xml_render.h"
#include "importers/windows_event_xml/xml_stream.h"

#include <string>
#include <utility>

namespace trocar {
namespace {

constexpr std::string_view kNamespace = "http://schemas.microsoft.com/win/2004/08/events/event";

class WindowsEventXml final : public Importer {
public:
    std::string_view name() const override { return "windows_event_xml"; }
    std::string_view title() const override { return "Windows events as XML (Event Viewer, wevtutil)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        const std::string text = head_as_utf8(head);
        const std::size_t first = text.find_first_not_of(" \t\r\n");
        if (first == std::string::npos) {
            return {0, "empty"};
        }
        if (text[first] != '<') {
            return {0, "does not begin with markup"};
        }
        const std::size_t begin = find_xml_event(text);
        if (begin == std::string::npos) {
            return {0, "XML or markup without an <Event> in the first 64 KiB"};
        }
        const bool known = text.find(kNamespace, begin) != std::string::npos;
        const bool system = text.find("<System>", begin) != std::string::npos;
        if (!known && !system) {
            return {0, "XML with an <Event> that is no Windows event"};
        }
        if (text.find("<!DOCTYPE") < begin) {
            return {30, "Windows events as XML, but with a document type declaration: will be refused"};
        }
        return {known ? 95 : 70,
                known ? "Windows events in their XML namespace" : "<Event> with <System>, no namespace"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                 std::stop_token stop) const override {
        return XmlStream(input, hints, sink, std::move(stop)).run();
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show an XML record: it lies outside its raw block",
                         ""};
        }
        return render_event_xml(head_as_utf8(block.subspan(place.offset, place.length)));
    }
};

}  // namespace

std::unique_ptr<const Importer> make_windows_event_xml_importer() {
    return std::make_unique<WindowsEventXml>();
}

}  // namespace trocar
