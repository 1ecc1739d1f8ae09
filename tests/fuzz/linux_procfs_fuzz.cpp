// The importer of /proc snapshots: tests/fuzz/importer_fuzz.h says what must hold. Bytes that are no gathering are
// refused by design, so that they are also read as the mappings of one process.
#include "importers/linux_procfs/linux_procfs.h"
#include "tests/fuzz/importer_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto importer = trocar::make_linux_procfs_importer();
    std::string bytes("trocar gathering 1\n" + std::to_string(size) + " 5 11 proc/7/maps\n");
    bytes.insert(bytes.size(), reinterpret_cast<const char*>(data), size);
    const auto* gathered = reinterpret_cast<const std::uint8_t*>(bytes.data());
    (void)trocar::test::fuzz_importer(*importer, gathered, bytes.size());
    return trocar::test::fuzz_importer(*importer, data, size, true);
}
