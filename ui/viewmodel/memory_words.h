#pragma once

#include "core/store/memory_snapshots.h"

#include <QString>

#include <cstdint>

namespace trocar::ui {

// The words of a memory map, for people.

/// "4 KiB", "1.5 MiB", "127 TiB".
[[nodiscard]] QString sizeText(std::uint64_t bytes);
/// "appeared", "protection changed", ...; "" for no change.
[[nodiscard]] QString changeText(RegionChange change);
/// "library or program", "anonymous", ...
[[nodiscard]] QString kindText(RegionKind kind);
/// "anonymous rwx, changed code pages"; "" for none.
[[nodiscard]] QString findingsText(std::uint8_t findings);
/// The path made visible, or in brackets what there is instead of one.
[[nodiscard]] QString backingText(const MemoryRegion& region);
/// What a comparison leaves out and what to beware of; "" when there is nothing to say.
[[nodiscard]] QString noteText(const MemoryComparison& shown);

}  // namespace trocar::ui
