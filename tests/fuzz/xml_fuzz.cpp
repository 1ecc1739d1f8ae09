// The XML importer, with the mapper behind it: whatever the bytes, every raw place lies in the block announced, every
// text handed on is UTF-8, probe and render take it too.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/ingest/evidence_walk.h"
#include "importers/windows_event_xml/windows_event_xml.h"
#include "tests/fuzz/checking_sink.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace trocar;
    static const auto importer = make_windows_event_xml_importer();
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)importer->probe(as_bytes(bytes), "x");
    test::CheckingSink sink;
    const auto input = memory_input("fuzz", bytes);
    const Status read = importer->parse(*input, {}, sink, {});
    if (!read.ok() && read.error().kind != ErrorKind::unreadable) {
        __builtin_trap();  // only a document type declaration may stop it
    }
    for (const RawPlace place : sink.places) {
        (void)importer->render(as_bytes(sink.block), place);
    }
    return 0;
}
