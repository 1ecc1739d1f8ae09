#include "importers/macos_es/macos_es.h"

#include "importers/linux_json/dom_values.h"
#include "importers/macos_es/es_losses.h"
#include "importers/macos_es/es_messages.h"
#include "importers/readers/text/pieces.h"
#include "importers/readers/text/text_window.h"
#include "importers/windows_event_json/json_render.h"

#include <algorithm>
#include <utility>

namespace trocar {
namespace {

constexpr std::size_t kMaxLine = 15U << 20U;  // below the 16 MiB of a raw block (EventSink)

/// One line a message, however long; what is beyond the limit is passed over without being held.
class LineCutter {
public:
    std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
        const std::size_t newline = text.find('\n', std::max(at, searched_));
        const std::size_t end = std::min(newline, text.size());
        if (passing_) {
            passing_ = newline == std::string_view::npos;
            return end;
        }
        if (newline == std::string_view::npos && !whole && text.size() - at <= kMaxLine) {
            searched_ = text.size() - at;  // the line stands at the front when this is asked again
            return Pieces::kMore;
        }
        searched_ = 0;
        if (end - at > kMaxLine) {
            passing_ = newline == std::string_view::npos;
            pieces.add(at, end - at, &kEsTooLong);
        } else {
            pieces.add(at, end - at, text[at] == '{' ? nullptr : &kEsJunk);
        }
        return end;
    }

private:
    bool passing_ = false;
    std::size_t searched_ = 0;
};

class MacosEs final : public Importer {
public:
    std::string_view name() const override { return "macos_es"; }
    std::string_view title() const override { return "macOS Endpoint Security as JSON lines (eslogger)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        constexpr std::size_t kLines = 16;
        const std::string text = head_as_utf8(head);
        simdjson::dom::parser parser;
        std::size_t looked = 0, known = 0;
        std::string_view rest = text;
        while (!rest.empty() && looked < kLines) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            const std::string_view line = rest.substr(0, end);
            const bool cut = end == rest.size();
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (line.starts_with('{')) {
                ++looked;
                known += is_known(parser, line, cut) ? 1U : 0U;
            }
        }
        if (known == 0) {
            return {0, looked == 0 ? "no JSON object" : "JSON, but no Endpoint Security message"};
        }
        return {known * 2 > looked ? 95 : 45, std::to_string(known) + " of the first " +
                                                  std::to_string(looked) +
                                                  " lines are Endpoint Security messages"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                 std::stop_token stop) const override {
        EsMessages messages(sink, hints);
        LineCutter cutter;
        Pieces pieces(input, sink, std::move(stop));
        return pieces.run(
            " \t\r\n",
            [&](std::string_view text, std::size_t at, bool whole) {
                return cutter.next(pieces, text, at, whole);
            },
            [&](const Pieces::Piece& line) { messages.read(line); });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged,
                         "cannot show an Endpoint Security message: it lies outside its raw block", ""};
        }
        return render_json_record(head_as_utf8(block.subspan(place.offset, place.length)));
    }

private:
    /// A first line longer than the head is known by the keys that only eslogger writes.
    static bool is_known(simdjson::dom::parser& parser, std::string_view line, bool cut) {
        simdjson::dom::object object;
        if (parser.parse(line.data(), line.size()).get(object) == simdjson::SUCCESS) {
            return is_es_message(object);
        }
        return cut && line.find("\"audit_token\":") != std::string_view::npos &&
               line.find("\"codesigning_flags\":") != std::string_view::npos;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_macos_es_importer() {
    return std::make_unique<MacosEs>();
}

}  // namespace trocar
