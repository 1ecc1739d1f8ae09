#pragma once

#include "core/memory/memory_map.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace trocar {

/// What became of a region between two snapshots of one process.
enum class RegionChange : std::uint8_t {
    same,
    appeared,    ///< not a byte of it was mapped before
    vanished,    ///< not a byte of it is mapped any more
    replaced,    ///< bytes of it had another backing before
    protection,  ///< bytes of it had other permissions before, on the same backing
    grown,       ///< bytes of it were not mapped before
    shrunk,      ///< it was larger: bytes beside it are not mapped any more
    pages,       ///< more of its pages are no longer the file's (smaps)
};
[[nodiscard]] std::string_view name(RegionChange change) noexcept;

/// One row of a comparison; indices into the two maps.
struct RegionDifference {
    static constexpr std::uint32_t kNone = 0xffffffffU;
    RegionChange change = RegionChange::same;
    std::uint32_t before =
        kNone;  ///< the region whose bytes decide about the change, else the first one it overlaps
    std::uint32_t after = kNone;  ///< kNone: vanished
};

/// True when the two regions are parts of one object: the same bytes of the same file, or both without a file
/// under one name. Permissions and places may differ; the memory of two regions without a file is only the
/// same at the same place.
[[nodiscard]] bool same_backing(const MemoryRegion& a, const MemoryRegion& b) noexcept;

/// Every region of `after`, and those of `before` of which nothing is left, by address. When several changes
/// hold, the one first in this list is named: replaced, protection, grown, shrunk, pages. O(regions); memory:
/// 12 bytes a row.
[[nodiscard]] std::vector<RegionDifference> compare(const MemoryMap& before, const MemoryMap& after);

}  // namespace trocar
