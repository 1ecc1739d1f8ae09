// The importer of Tracee, Falco and Tetragon: tests/fuzz/importer_fuzz.h says what must hold.
#include "importers/linux_ebpf/linux_ebpf.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_linux_ebpf_importer();
    return trocar::test::fuzz_importer(*importer, data, size);
}
