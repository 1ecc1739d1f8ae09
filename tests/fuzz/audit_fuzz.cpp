// The importer of raw audit logs: tests/fuzz/importer_fuzz.h says what must hold. The same bytes as a rotated set, cut behind a
// line break, give the same events and losses.
#include "core/ingest/rotated_set.h"
#include "importers/linux_audit/linux_audit.h"
#include "tests/fuzz/importer_fuzz.h"

namespace {

using namespace trocar;

class CountingSink final : public test::CheckingSink {
public:
    void event(const RawEvent& e) override {
        CheckingSink::event(e);
        ++events;
        bytes += e.raw.length;
    }
    void lost(const LossKind& kind, const LossPlace& place, RawPlace raw) override {
        CheckingSink::lost(kind, place, raw);
        losses += std::string_view(kind.name) != "audit_fields_cut" ? 1U : 0U;  // places are fields too
    }
    std::size_t events = 0, losses = 0, bytes = 0;
    bool operator==(const CountingSink& o) const { return events == o.events && losses == o.losses && bytes == o.bytes; }
};

CountingSink read(const Importer& importer, Input& input) {
    CountingSink sink;
    if (!importer.parse(input, {}, sink, {}).ok()) {
        __builtin_trap();
    }
    return sink;
}

/// `bytes` as two files of one log, the older one up to `cut`.
std::unique_ptr<Input> rotated(std::string_view bytes, std::size_t cut) {
    RotatedSet set;
    std::vector<SkippedItem> skipped;
    for (const auto& [name, part] : {std::pair{"x!/audit.log", bytes.substr(cut)}, std::pair{"x!/audit.log.1", bytes.substr(0, cut)}}) {
        if (!set.add(*memory_input(name, std::string(part)), *rotated_name(name)).ok()) {
            __builtin_trap();
        }
    }
    auto input = set.finish(skipped);
    if (!input.ok()) {
        __builtin_trap();
    }
    return std::move(input.value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = make_linux_audit_importer();
    test::fuzz_importer(*importer, data, size);
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t line_break = bytes.rfind('\n', size / 2);
    // A byte order mark is one at the start of each file, and UTF-16 is not cut by lines.
    const bool marked = size != 0 && (data[0] >= 0xef || bytes.substr(0, 4).find('\0') != std::string::npos);
    if (line_break == std::string::npos || line_break + 1 >= size || marked ||
        bytes.compare(line_break + 1, 3, "\xef\xbb\xbf") == 0 || bytes.substr(0, line_break + 1) == bytes.substr(line_break + 1)) {
        return 0;
    }
    const auto whole = memory_input("whole", bytes);
    const auto parts = rotated(bytes, line_break + 1);
    if (!(read(*importer, *whole) == read(*importer, *parts))) {
        __builtin_trap();
    }
    return 0;
}
