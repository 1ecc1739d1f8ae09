// The importer of Elastic Defend's events of Macs: tests/fuzz/importer_fuzz.h says what must hold.
#include "importers/macos_elastic/macos_elastic.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_macos_elastic_importer();
    return trocar::test::fuzz_importer(*importer, data, size);
}
