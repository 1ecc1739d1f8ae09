// The importer of Process Monitor's own logs: tests/fuzz/importer_fuzz.h says what must hold.
#include "importers/windows_procmon/windows_procmon.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_windows_procmon_importer();
    return trocar::test::fuzz_importer(*importer, data, size, true);
}
