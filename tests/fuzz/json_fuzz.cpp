// The importer of Windows events as JSON, with the mapper behind it: tests/fuzz/importer_fuzz.h says what must hold.
#include "importers/windows_event_json/windows_event_json.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_windows_event_json_importer();
    return trocar::test::fuzz_importer(*importer, data, size);
}
