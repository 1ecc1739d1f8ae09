// The importer of event trace logs over any bytes: reading and rendering end without harm.

#include "importers/windows_etl/windows_etl.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_windows_etl_importer();
    return trocar::test::fuzz_importer(*importer, data, size, true);
}
