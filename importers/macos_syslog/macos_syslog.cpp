#include "importers/macos_syslog/macos_syslog.h"

#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/ingest/evidence_walk.h"
#include "importers/macos_syslog/syslog_events.h"
#include "importers/readers/text/text_window.h"

#include <algorithm>
#include <utility>

namespace trocar {
namespace {

/// Calls `see` for each line of `text` and whether it has a head; false from `see` ends it.
template <class See>
void each_line(std::string_view text, See&& see) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        SyslogLine line;
        const bool head = read_syslog_line(text.substr(0, end), line);
        if (end != 0 && !see(line, head)) {
            return;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

/// What syslogd and the daemons of macOS write and those of other systems do not.
bool is_of_mac(const SyslogLine& line) {
    return line.process.starts_with("com.apple.") || line.process == "WindowServer" ||
           line.process == "loginwindow" || line.process == "launchd" ||
           (line.process == "kernel" && line.has_pid && line.pid == 0) ||
           line.message.starts_with("ASL Sender Statistics") ||
           line.message.find("DYLD_") != std::string_view::npos;
}

SyslogStamp first_stamp(std::string_view text) {
    SyslogStamp out;
    each_line(text, [&](const SyslogLine& line, bool head) {
        out = head ? line.stamp : out;
        return !head;
    });
    return out;
}

SyslogStamp last_stamp(std::string_view text) {
    SyslogStamp out;
    each_line(text, [&](const SyslogLine& line, bool head) {
        out = head ? line.stamp : out;
        return true;
    });
    return out;
}

Result<std::string> read_tail(Input& input) {
    constexpr std::uint64_t kTail = 64U << 10U;
    const std::uint64_t from = input.size() - std::min(input.size(), kTail);
    std::vector<std::byte> bytes(static_cast<std::size_t>(input.size() - from));
    const Result<std::size_t> got = input.read_at(from, bytes);
    if (!got.ok()) {
        return got.error();
    }
    bytes.resize(got.value());
    return head_as_utf8(bytes);
}

class MacosSyslog final : public Importer {
public:
    std::string_view name() const override { return "macos_syslog"; }
    std::string_view title() const override { return "macOS system.log"; }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view file) const override {
        constexpr int kLooked = 200;
        int lines = 0, heads = 0, of_mac = 0;
        each_line(head_as_utf8(head), [&](const SyslogLine& line, bool head_found) {
            heads += head_found ? 1 : 0;
            of_mac += head_found && is_of_mac(line) ? 1 : 0;
            return ++lines < kLooked;
        });
        const bool named = file_name(file).starts_with("system.log");
        if (heads == 0) {
            return {0, "no line as syslogd writes it"};
        }
        if (of_mac == 0 && !named) {
            return {0, "a syslog, but nothing in it is of macOS"};
        }
        return {heads * 4 > lines ? 93 : 43, std::to_string(heads) + " of the first " +
                                                 std::to_string(lines) + " lines are of syslogd, " +
                                                 std::to_string(of_mac) + " of programs of macOS"};
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                 std::stop_token stop) const override {
        const Result<std::vector<std::byte>> head = read_head(input);
        const Result<std::string> tail = read_tail(input);
        if (!head.ok() || !tail.ok()) {
            return head.ok() ? tail.error() : head.error();
        }
        const SyslogYear year(hints, input.modified(), first_stamp(head_as_utf8(head.value())),
                              last_stamp(tail.value()));
        SyslogEvents events(sink, hints, year);
        Pieces pieces(input, sink, std::move(stop));
        return pieces.run(
            "\r\n",
            [&](std::string_view text, std::size_t at, bool whole) {
                return events.next(pieces, text, at, whole);
            },
            [&](const Pieces::Piece& piece) { events.read(piece); });
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged,
                         "cannot show a line of system.log: it lies outside its raw block", ""};
        }
        RenderedRecord out;
        out.notation = "text";
        out.text = valid_utf8(head_as_utf8(block.subspan(place.offset, place.length)));
        SyslogLine line;
        if (read_syslog_line(out.text, line)) {
            out.fields = {{"host", std::string(line.host)},
                          {"processImagePath", std::string(line.process)},
                          {"processID", line.has_pid ? std::to_string(line.pid) : std::string()},
                          {"eventMessage", std::string(line.message)}};
        }
        return out;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_macos_syslog_importer() {
    return std::make_unique<MacosSyslog>();
}

}  // namespace trocar
