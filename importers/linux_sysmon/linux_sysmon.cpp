#include "importers/linux_sysmon/linux_sysmon.h"

#include <algorithm>
#include <utility>

#include "core/base/escape.h"
#include "importers/readers/text/pieces.h"
#include "importers/readers/text/text_arena.h"
#include "importers/windows_event/event_xml.h"
#include "importers/windows_event/windows_event.h"
#include "importers/windows_event_xml/xml_render.h"

namespace trocar {
namespace {

constexpr LossKind kDamaged{"xml_event_damaged", LossSeverity::error,
                            "An event is not well-formed XML and was not read; its bytes are kept."};
constexpr LossKind kOthers{"syslog_line_of_others", LossSeverity::info,
                           "A line of the log that holds no Sysmon event; it was kept and not read."};
constexpr LossKind kBadCharacters{"xml_bad_characters", LossSeverity::warning,
                                  "An event holds bytes that are no UTF-8; they were replaced and the event was read."};
constexpr LossKind kCut{"xml_fields_cut", LossSeverity::warning,
                        "An event has more data elements than the limit; the rest is in the raw record."};

constexpr std::string_view kBegin = "<Event>";
constexpr std::string_view kEnd = "</Event>";
constexpr std::string_view kProvider = "Linux-Sysmon";
constexpr std::size_t kMaxEvent = 1U << 20U;

// A syslog line is one event; nothing forbids several lines, as exports that indent have them.
std::size_t next_event(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    const std::size_t newline = text.find('\n', at);
    if (newline == std::string_view::npos && !whole && text.size() - at < kMaxEvent) {
        return Pieces::kMore;
    }
    const std::size_t line_end = std::min(newline, text.size());
    const std::size_t in_line = text.substr(at, line_end - at).find(kBegin);
    if (in_line == std::string_view::npos) {
        pieces.add(at, line_end - at, &kOthers);
        return line_end;
    }
    // To the next event at most: what has not ended there was cut.
    const std::size_t begin = at + in_line;
    const std::string_view reach = text.substr(begin, kMaxEvent);
    const std::size_t other = reach.find(kBegin, 1);
    const std::size_t end = reach.substr(0, other).find(kEnd);
    if (end != std::string_view::npos) {
        pieces.add(begin, end + kEnd.size());
        return begin + end + kEnd.size();
    }
    if (other == std::string_view::npos && !whole && reach.size() < kMaxEvent) {
        return Pieces::kMore;
    }
    const std::size_t lost = std::min(other, reach.size());
    pieces.add(begin, lost, &kDamaged);
    return begin + lost;
}

class LinuxSysmon final : public Importer {
public:
    std::string_view name() const override { return "linux_sysmon"; }
    std::string_view title() const override { return "Sysmon for Linux (syslog)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        const std::string text = head_as_utf8(head);
        std::size_t events = 0;
        for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at + 1)) {
            const std::size_t end = std::min(text.find(kEnd, at), text.size());
            events += std::string_view(text).substr(at, end - at).find(kProvider) != std::string_view::npos ? 1U : 0U;
        }
        const std::size_t first = text.find_first_not_of(" \t\r\n");
        if (events == 0 || text[first] == '{' || text[first] == '[') {
            return {0, "no <Event> of Linux-Sysmon in the lines of a text log"};
        }
        return {94, std::to_string(events) + " events of Linux-Sysmon in the first 64 KiB"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        Pieces pieces(input, sink, std::move(stop));
        TextArena arena;
        EventXmlReader reader(sink, arena);
        WindowsEventMapper mapper(sink);
        WindowsEvent event;
        std::string repaired;
        const auto take = [&](const Pieces::Piece& piece) {
            const auto lose = [&](const LossKind& kind, std::string_view what) {
                sink.lost(kind, {piece.ordinal, piece.offset, std::string(what)}, piece.raw);
            };
            arena.reset();
            std::string_view xml = piece.text;
            if (!is_valid_utf8(xml)) {
                lose(kBadCharacters, {});
                repaired = valid_utf8(xml);
                xml = repaired;
            }
            if (!reader.read_event(xml, event)) {
                lose(kDamaged, reader.error());
                return;
            }
            if (reader.fields_cut() != 0) {
                lose(kCut, std::to_string(reader.fields_cut()) + " data elements over the limit");
            }
            event.raw = piece.raw;
            event.record = event.record == 0 ? piece.ordinal : event.record;
            event.computer = event.computer.empty() ? std::string_view(hints.host) : event.computer;
            mapper.emit(event);
        };
        return pieces.run(
            "\r\n", [&](std::string_view text, std::size_t at, bool whole) { return next_event(pieces, text, at, whole); }, take);
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show an event: it lies outside its raw block", ""};
        }
        return render_event_xml(head_as_utf8(block.subspan(place.offset, place.length)));
    }
};

}  // namespace

std::unique_ptr<const Importer> make_linux_sysmon_importer() {
    return std::make_unique<LinuxSysmon>();
}

}  // namespace trocar
