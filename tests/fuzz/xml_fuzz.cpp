// The importer of Windows events as XML, with the mapper behind it: tests/fuzz/importer_fuzz.h says what must hold.
#include "importers/windows_event_xml/windows_event_xml.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_windows_event_xml_importer();
    // Only a document type declaration may stop it.
    return trocar::test::fuzz_importer(*importer, data, size, true);
}
