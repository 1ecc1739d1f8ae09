#include "importers/linux_audit_text/linux_audit_text.h"

#include <algorithm>
#include <utility>

#include "core/base/escape.h"
#include "importers/linux_audit/auoms_line.h"
#include "importers/linux_audit_text/ausearch_head.h"
#include "importers/linux_audit_text/text_events.h"
#include "importers/readers/audit/loose_tokens.h"
#include "importers/readers/text/pieces.h"

namespace trocar {
namespace {

class LinuxAuditText final : public Importer {
public:
    std::string_view name() const override { return "linux_audit_text"; }
    std::string_view title() const override { return "Linux audit as text (ausearch -i, AUOMS)"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        constexpr int kLooked = 50;
        const std::string text = head_as_utf8(head);
        int lines = 0, ausearch = 0, auoms = 0;
        std::string_view rest = text;
        while (!rest.empty() && lines < kLooked) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            const std::string_view line = rest.substr(0, end);
            AusearchHead record;
            if (!line.empty() && !line.starts_with("----") && !line.starts_with('{')) {
                ++lines;
                ausearch += read_ausearch_head(line, record) ? 1 : 0;
                auoms += is_auoms_line(line) ? 1 : 0;
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (ausearch + auoms == 0) {
            return {0, "no record as ausearch -i or AUOMS writes it"};
        }
        return {(ausearch + auoms) * 2 > lines ? 96 : 42,
                std::to_string(ausearch) + " records of ausearch -i and " + std::to_string(auoms) + " lines of AUOMS among the first " +
                    std::to_string(lines) + " lines"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        Pieces pieces(input, sink, std::move(stop));
        TextEvents events(hints, sink);
        return pieces.run(
            "\r\n",
            [&](std::string_view text, std::size_t at, bool whole) { return next_text_event(pieces, text, at, whole); },
            [&](const Pieces::Piece& piece) { events.read(piece); });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show an audit record: it lies outside its raw block", ""};
        }
        RenderedRecord out;
        out.notation = "text";
        out.text = valid_utf8(head_as_utf8(block.subspan(place.offset, place.length)));
        std::string_view rest = out.text;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            const std::string_view line = rest.substr(0, end);
            AusearchHead interpreted;
            AuditHead raw;
            std::string_view body;
            if (read_ausearch_head(line, interpreted)) {
                out.fields.emplace_back("type", interpreted.type);
                body = interpreted.body;
            } else if (read_audit_head(line, raw)) {
                out.fields.emplace_back("type", raw.type);
                body = raw.body;
            }
            LooseTokens tokens(body);
            AuditToken token;
            while (tokens.next(token)) {
                out.fields.emplace_back(token.name, token.value);
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return out;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_linux_audit_text_importer() {
    return std::make_unique<LinuxAuditText>();
}

}  // namespace trocar
