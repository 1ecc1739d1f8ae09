// The importer of Santa's and Mac Monitor's events: tests/fuzz/importer_fuzz.h says what must hold.
#include "importers/macos_es_json/macos_es_json.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_macos_es_json_importer();
    return trocar::test::fuzz_importer(*importer, data, size);
}
