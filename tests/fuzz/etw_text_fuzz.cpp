// The importer of trace events as text, every notation: tests/fuzz/importer_fuzz.h says what must hold.
#include "importers/etw_text/etw_text.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_etw_text_importer();
    return trocar::test::fuzz_importer(*importer, data, size, true);
}
