// The importer of monitors' BSON logs: tests/fuzz/importer_fuzz.h says what must hold.
#include "importers/sandbox_bson/sandbox_bson.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_sandbox_bson_importer();
    return trocar::test::fuzz_importer(*importer, data, size);
}
