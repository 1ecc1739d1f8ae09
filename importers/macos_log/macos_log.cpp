#include "importers/macos_log/macos_log.h"

#include "core/base/escape.h"
#include "core/ingest/evidence_walk.h"
#include "importers/linux_json/json_objects.h"
#include "importers/macos_log/log_events.h"
#include "importers/macos_log/log_json.h"
#include "importers/macos_log/log_pieces.h"
#include "importers/macos_log/log_text.h"
#include "importers/readers/json/json_text.h"
#include "importers/readers/text/text_window.h"
#include "importers/windows_event_json/json_render.h"

#include <algorithm>
#include <utility>

namespace trocar {
namespace {

/// What the first lines of a file are.
struct Look {
    int objects = 0, records = 0;            ///< JSON
    int lines = 0, heads = 0, messages = 0;  ///< text; messages: kernel messages without a head
    [[nodiscard]] bool json() const { return records > 0; }
};

Look look_at_objects(const std::string& text) {
    constexpr int kLooked = 16;
    Look look;
    simdjson::dom::parser parser;
    std::string_view rest(text);
    while (look.objects < kLooked) {
        const std::size_t begin = rest.find('{');
        std::size_t end = 0;
        if (begin == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(begin);
        const auto found = JsonValueEnd().scan(rest, end);
        if (found == JsonValueEnd::Found::more) {
            // A first record longer than the head is known by the keys that only log(1) writes.
            const bool known = rest.find("\"machTimestamp\"") != std::string_view::npos &&
                               rest.find("\"senderImagePath\"") != std::string_view::npos;
            look.objects += look.objects == 0 && known ? 1 : 0;
            look.records += look.records == 0 && known ? 1 : 0;
            break;
        }
        end = std::clamp<std::size_t>(end, 1, rest.size());
        if (found == JsonValueEnd::Found::end) {
            simdjson::dom::object object;
            LogRecord record;
            ++look.objects;
            if (parser.parse(rest.data(), end).get(object) == simdjson::SUCCESS) {
                look.records += read_log_json(object, record) == LogObject::record ? 1 : 0;
            }
        }
        rest.remove_prefix(end);
    }
    return look;
}

Look look_at_lines(std::string_view rest) {
    constexpr int kLooked = 50;
    Look look;
    while (!rest.empty() && look.lines < kLooked) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        if (!line.empty() && !is_log_notice(line)) {
            const bool head = log_style_of(line) != LogStyle::none;
            ++look.lines;
            look.heads += head ? 1 : 0;
            look.messages += !head && has_log_pattern(line) ? 1 : 0;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return look;
}

Look look_at(Bytes head) {
    const std::string text = head_as_utf8(head);
    const std::size_t first = text.find_first_not_of(" \t\r\n[");
    const bool notice = first != std::string::npos && is_log_notice(std::string_view(text).substr(first));
    if (first != std::string::npos && (text[first] == '{' || notice)) {
        const Look look = look_at_objects(text);
        if (look.json() || !notice) {
            return look;
        }
    }
    return look_at_lines(text);
}

class MacosLog final : public Importer {
public:
    std::string_view name() const override { return "macos_log"; }
    std::string_view title() const override { return "macOS unified log (log show, log stream)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        const Look look = look_at(head);
        const auto of = [](int part, int whole, const char* what) {
            return std::to_string(part) + " of the first " + std::to_string(whole) + what;
        };
        if (look.json()) {
            return {look.records * 2 > look.objects ? 95 : 45,
                    of(look.records, look.objects, " objects are records of the unified log")};
        }
        if (look.heads > 0) {  // a message may have many lines
            return {look.heads * 4 > look.lines ? 94 : 44,
                    of(look.heads, look.lines, " lines begin a record of log show")};
        }
        if (look.messages > 1) {
            return {30, of(look.messages, look.lines,
                           " lines hold a message of the unified log, without a head")};
        }
        return {0, look.objects > 0 ? "JSON, but no record of the unified log"
                                    : "no record as log show writes it"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                 std::stop_token stop) const override {
        const Result<std::vector<std::byte>> head = read_head(input);
        if (!head.ok()) {
            return head.error();
        }
        const Look look = look_at(head.value());
        LogEvents events(sink, hints);
        Pieces pieces(input, sink, std::move(stop));
        if (look.json()) {
            return pieces.run(
                kBetweenJsonObjects,
                [&](std::string_view text, std::size_t at, bool whole) {
                    return next_log_object(pieces, text, at, whole);
                },
                [&](const Pieces::Piece& piece) { events.read_json(piece); });
        }
        LogTextPieces cutter(look.heads == 0);
        return pieces.run(
            "\r\n",
            [&](std::string_view text, std::size_t at, bool whole) {
                return cutter.next(pieces, text, at, whole);
            },
            [&](const Pieces::Piece& piece) { events.read_text(piece); });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged,
                         "cannot show a record of the unified log: it lies outside its raw block", ""};
        }
        const std::string text = valid_utf8(head_as_utf8(block.subspan(place.offset, place.length)));
        if (text.starts_with('{')) {
            return render_json_record(text);
        }
        RenderedRecord out;
        out.notation = "text";
        out.text = text;
        LogRecord record;
        bool zoned = false;
        if (read_log_text(out.text, 0, record, zoned) != LogStyle::none) {
            out.fields = {{"processImagePath", std::string(record.process)},
                          {"processID", std::to_string(record.pid)},
                          {"senderImagePath", std::string(record.sender)},
                          {"subsystem", std::string(record.subsystem)},
                          {"category", std::string(record.category)},
                          {"messageType", std::string(record.type)},
                          {"eventMessage", std::string(record.message)}};
        }
        return out;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_macos_log_importer() {
    return std::make_unique<MacosLog>();
}

}  // namespace trocar
