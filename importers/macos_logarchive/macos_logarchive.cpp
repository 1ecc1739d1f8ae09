#include "importers/macos_logarchive/macos_logarchive.h"

#include "core/base/byte_cursor.h"
#include "core/ingest/evidence_walk.h"

#include <array>
#include <cstring>

namespace trocar {
namespace {

constexpr LossKind kNotRead{
    "logarchive_not_read", LossSeverity::error,
    "The unified log in Apple's own format: its messages need the format strings of the macOS that wrote "
    "them, so it is "
    "not read here. On a Mac run: log show --archive NAME.logarchive --style ndjson --info --debug > "
    "unified.ndjson, and "
    "import unified.ndjson. A folder copied from /var/db/diagnostics becomes NAME.logarchive together with "
    "/var/db/uuidtext; on the host itself: sudo log collect --output NAME.logarchive."};
constexpr LossKind kPartNotRead{"logarchive_part_not_read", LossSeverity::warning,
                                "Part of a unified log in Apple's own format (format strings, or a table of "
                                "clocks): it holds no records. On a Mac "
                                "run: log show --archive NAME.logarchive --style ndjson --info --debug > "
                                "unified.ndjson, and import that."};

/// How the files of a .logarchive begin: libyal/dtformats, "Apple Unified Logging and Activity Tracing
/// formats".
struct Beginning {
    std::array<unsigned char, 8> bytes;
    std::size_t length;
    const char* what;
    const LossKind& loss;
};
const std::array<Beginning, 4>& beginnings() {
    static const std::array<Beginning, 4> kAll{{
        {{0x00, 0x10, 0x00, 0x00, 0x11, 0x00, 0x00, 0x00}, 8, "a tracev3 file of the unified log", kNotRead},
        {{0xb0, 0xbb, 0x30, 0x00, 0x00, 0x00, 0x00, 0x00},
         8,
         "a timesync file of the unified log",
         kPartNotRead},
        {{0x99, 0x88, 0x77, 0x66}, 4, "a uuidtext file of the unified log", kPartNotRead},
        {{'h', 'c', 's', 'd'}, 4, "a dsc file of the unified log", kPartNotRead},
    }};
    return kAll;
}

const Beginning* beginning_of(Bytes head) {
    for (const Beginning& one : beginnings()) {
        if (head.size() >= one.length && std::memcmp(head.data(), one.bytes.data(), one.length) == 0) {
            return &one;
        }
    }
    return nullptr;
}

/// The folder that log(1) wants, as far as the path tells it.
std::string archive_of(const std::string& path) {
    constexpr std::string_view kEnding = ".logarchive";
    const std::size_t at = path.find(kEnding);
    return at == std::string::npos ? "NAME.logarchive" : path.substr(0, at + kEnding.size());
}

/// For a shell: in single quotes.
std::string quoted(const std::string& path) {
    std::string out = "'";
    for (const char c : path) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

class MacosLogarchive final : public Importer {
public:
    std::string_view name() const override { return "macos_logarchive"; }
    std::string_view title() const override {
        return "macOS unified log, unexported (.logarchive, .tracev3)";
    }
    int version() const override { return 1; }

    Probe probe(Bytes head, std::string_view) const override {
        const Beginning* found = beginning_of(head);
        return found == nullptr ? Probe{0, "no tracev3, timesync, uuidtext or dsc file"}
                                : Probe{97, std::string(found->what) + ": export it with log show --archive"};
    }

    Status parse(Input& input, const ImportHints&, EventSink& sink, std::stop_token) const override {
        const Result<std::vector<std::byte>> head = read_head(input);
        if (!head.ok()) {
            return head.error();
        }
        const Beginning* found = beginning_of(head.value());
        if (found == nullptr) {
            return Error{ErrorKind::unreadable, input.name() + " is no file of a unified log", ""};
        }
        sink.lost(found->loss, {0, 0,
                                "log show --archive " + quoted(archive_of(input.name())) +
                                    " --style ndjson --info --debug > unified.ndjson"});
        return {};
    }

    Result<RenderedRecord> render(Bytes, RawPlace) const override {
        return Error{ErrorKind::case_damaged, "cannot show a record of a file that was not read", ""};
    }
};

}  // namespace

std::unique_ptr<const Importer> make_macos_logarchive_importer() {
    return std::make_unique<MacosLogarchive>();
}

}  // namespace trocar
