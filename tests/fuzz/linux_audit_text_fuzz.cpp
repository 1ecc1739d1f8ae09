// The importer linux_audit_text: whatever the bytes, every raw place lies in the block announced, every text handed on is
// UTF-8, probe and render take it too.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/ingest/evidence_walk.h"
#include "importers/linux_audit_text/linux_audit_text.h"
#include "tests/fuzz/checking_sink.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace trocar;
    static const auto importer = make_linux_audit_text_importer();
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)importer->probe(as_bytes(bytes), "x");
    test::CheckingSink sink;
    const auto input = memory_input("fuzz", bytes);
    if (!importer->parse(*input, {}, sink, {}).ok()) {
        __builtin_trap();  // memory never fails to read
    }
    for (const RawPlace place : sink.places) {
        (void)importer->render(as_bytes(sink.block), place);
    }
    return 0;
}
