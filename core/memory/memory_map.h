#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// What backs a region.
enum class RegionKind : std::uint8_t {
    image,      ///< a file of which some part is mapped executable: the program or a library
    file,       ///< any other file
    anonymous,  ///< no file: malloc, thread stacks, shared memory, System V segments
    stack,      ///< [stack]
    heap,       ///< [heap]
    vdso,       ///< [vdso]
    kernel,     ///< [vvar], [vsyscall], [uprobes]: the kernel's own
    memfd,      ///< a file that lives in memory only
    deleted,    ///< a file that has no name any more
};
[[nodiscard]] std::string_view name(RegionKind kind) noexcept;

/// What about a region is worth a look, whatever came before. Bits.
namespace region_finding {
inline constexpr std::uint8_t kAnonymousWritableCode = 1U << 0;  ///< rwx without a file
inline constexpr std::uint8_t kAnonymousCode = 1U << 1;          ///< executable, not writable, without a file
inline constexpr std::uint8_t kMemfdCode = 1U << 2;              ///< a memfd mapped executable
inline constexpr std::uint8_t kDeletedCode = 1U << 3;            ///< a deleted file mapped executable
inline constexpr std::uint8_t kChangedVdso = 1U << 4;            ///< a [vdso] that was written to (smaps)
inline constexpr std::uint8_t kDirtyCode = 1U
                                           << 5;  ///< private executable pages that are no longer the file's
}  // namespace region_finding
inline constexpr std::array<std::uint8_t, 6> kRegionFindings{
    region_finding::kAnonymousWritableCode, region_finding::kAnonymousCode, region_finding::kMemfdCode,
    region_finding::kDeletedCode,           region_finding::kChangedVdso,   region_finding::kDirtyCode};
/// "anonymous rwx", "changed [vdso]", ...; of one bit.
[[nodiscard]] std::string_view name_of_finding(std::uint8_t bit) noexcept;

/// One mapping: bytes [start, end) of the address space. A value; texts are evidence.
struct MemoryRegion {
    std::uint64_t start = 0, end = 0;
    std::array<char, 4> permissions{'-', '-', '-', 'p'};
    RegionKind kind = RegionKind::anonymous;
    std::uint8_t findings = 0;  ///< region_finding
    std::uint64_t offset = 0;   ///< within the file
    std::string device;         ///< "fe:00"
    std::uint64_t inode = 0;    ///< 0: no file
    std::string path;           ///< as the kernel writes it; "": none
    /// KiB that are no longer the file's (smaps, Anonymous); none: only maps was collected.
    std::optional<std::uint64_t> anonymous_kb;

    [[nodiscard]] std::uint64_t size() const { return end - start; }
    [[nodiscard]] bool executable() const { return permissions[2] == 'x'; }
    [[nodiscard]] bool writable() const { return permissions[1] == 'w'; }
    [[nodiscard]] bool shared() const { return permissions[3] == 's'; }
    [[nodiscard]] std::string_view rights() const { return {permissions.data(), permissions.size()}; }
};

/// One snapshot of an address space. Regions ascend and do not overlap.
struct MemoryMap {
    std::vector<MemoryRegion> regions;
    std::uint64_t bad_lines = 0;  ///< of maps: no mapping; in smaps other lines are expected
    std::uint64_t overlapping =
        0;  ///< left out: the kernel lists none; a map read while it changed may show one twice
    std::uint64_t left_out = 0;  ///< more regions than are kept
    bool has_pages = false;      ///< smaps: changed pages are known
};

/// The kernel's own limit is 65,530 mappings a process (vm.max_map_count,
/// Documentation/admin-guide/sysctl/vm.rst); what is beyond twice that is counted and left out.
inline constexpr std::size_t kMaxRegions = 131'072;

/// Reads maps or smaps. Memory: the text once more, and about 140 bytes a region. A stop gives what was read
/// so far.
[[nodiscard]] MemoryMap read_memory_map(std::string_view text, std::stop_token stop = {});

/// The region that holds `address`, or null. O(log regions).
[[nodiscard]] const MemoryRegion* region_at(const MemoryMap& map, std::uint64_t address) noexcept;

}  // namespace trocar
