#include "importers/linux_audit/linux_audit.h"

#include <algorithm>

#include "core/base/escape.h"
#include "importers/linux_audit/audit_stream.h"

namespace trocar {
namespace {

class LinuxAudit final : public Importer {
public:
    std::string_view name() const override { return "linux_audit"; }
    std::string_view title() const override { return "Linux audit log (auditd)"; }
    int version() const override { return 3; }
    bool reads_rotated_sets() const override { return true; }

    Probe probe(Bytes head, std::string_view) const override {
        constexpr int kLooked = 50;
        const std::string text = head_as_utf8(head);
        int lines = 0, records = 0;
        std::string_view rest = text;
        while (!rest.empty() && lines < kLooked) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            AuditHead record;
            const std::string_view line = rest.substr(0, end);
            lines += line.empty() ? 0 : 1;
            records += !line.starts_with('{') && read_audit_head(line, record) && !record.type.starts_with("AUOMS_") ? 1 : 0;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (records == 0) {
            return {0, "no line with type=... msg=audit(...)"};
        }
        return {records * 2 > lines ? 95 : 40, "audit records: " + std::to_string(records) + " of the first " +
                                                   std::to_string(lines) + " lines"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        return AuditStream(input, hints, sink, std::move(stop)).run();
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show an audit record: it lies outside its raw block", ""};
        }
        RenderedRecord out;
        out.notation = "text";
        out.text = valid_utf8(as_text(block.subspan(place.offset, place.length)));
        std::string_view rest = out.text;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            AuditHead head;
            if (read_audit_head(rest.substr(0, end), head)) {
                out.fields.emplace_back("type", head.type);
                AuditTokens tokens(head.body);
                AuditToken token;
                while (tokens.next(token)) {
                    out.fields.emplace_back(token.name, token.value);
                }
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return out;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_linux_audit_importer() {
    return std::make_unique<LinuxAudit>();
}

}  // namespace trocar
