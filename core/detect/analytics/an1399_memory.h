#pragma once

#include <cstdint>

#include "core/detect/capture.h"

namespace trocar {

/// What AN1399 reads from calls on the target's memory: Threat-Intelligence events, API logs of sandboxes. A memory step is
/// a signal of role alloc, protect, write or map; its value is the base address, its text names the call, the size and the
/// protection: "ALLOCVM_REMOTE 0x180000, 0x2000 bytes, PAGE_EXECUTE_READWRITE". Failed calls are none.
[[nodiscard]] bool is_memory_step(const SignalTable& table, std::uint32_t row);

/// Pages that a memory step is about. Without a size, one page.
struct MemoryRegion {
    std::uint64_t base = 0, size = 0;
    bool executable = false;  ///< allocated, mapped or protected PAGE_EXECUTE*
    [[nodiscard]] bool holds(std::uint64_t address) const { return address >= base && address - base < size; }
};
[[nodiscard]] MemoryRegion memory_region(const Capture& capture, std::uint32_t row);

/// The source's memory step that holds the address where `anchor` runs, no later than it: the last write, else the last of
/// the others. kNoSignal when none does, or the address is not told. Looks at 2,048 rows before the anchor.
[[nodiscard]] std::uint32_t step_under_start(const Capture& capture, const Pair& pair, std::uint32_t anchor);

/// Facts (an1399_facts.h) of the steps before `anchor` that belong to it: those around the address where it runs, whenever
/// they were, and the others up to ten seconds before it or before its tightest step `nearest`.
[[nodiscard]] std::uint64_t memory_facts(const Capture& capture, const Pair& pair, std::uint32_t anchor, std::uint32_t nearest);

/// When the source has put more into the target than CreateProcess puts into every child (one small allocation and a few
/// writes of data: parameters, PEB, shim data): a map, or a write where it did not make the target, or with executable
/// memory, or the fifth one. kNoTime: never.
[[nodiscard]] UtcNanos payload_from(const Capture& capture, const Pair& pair, bool made_target);
/// From when on a resumption of the target's threads runs that payload. kNoTime: never, or another execution of the pair
/// (thread, APC, context) tells it better.
[[nodiscard]] UtcNanos resumed_payload_from(const Capture& capture, const Pair& pair, bool made_target);

}  // namespace trocar
