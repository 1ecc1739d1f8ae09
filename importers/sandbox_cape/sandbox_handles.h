#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <tsl/robin_map.h>

#include "core/base/seeded_hash.h"

namespace trocar {

/// What the handles of one process stand for, from the calls that open, copy and close them. Bounded: beyond
/// kMaxHandles the table begins anew, so that only lookups fail. Thread safety: one thread.
class SandboxHandles {
public:
    static constexpr std::size_t kMaxHandles = 1U << 16U;

    void opened(std::uint64_t handle, std::uint32_t pid);
    void closed(std::uint64_t handle);
    void copied(std::uint64_t from, std::uint64_t to);
    /// The process that a process or thread handle leads to; nothing when its opening is not known.
    [[nodiscard]] std::optional<std::uint32_t> process(std::uint64_t handle) const;
    void clear() { pids_.clear(); }

    /// NtCurrentProcess (-1) and NtCurrentThread (-2), written in 32 or 64 bits.
    [[nodiscard]] static bool is_own(std::uint64_t handle);

private:
    tsl::robin_map<std::uint64_t, std::uint32_t, SeededHash> pids_;
};

}  // namespace trocar
