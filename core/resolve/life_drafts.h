#pragma once

#include "core/base/string_table.h"
#include "core/model/process.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace trocar {

/// A mention may lie this far outside a life's interval: Sysmon stamps accesses and module loads up to 335 ms
/// before the process's own event 1, and accesses after its event 5 (measured on 198 public captures).
inline constexpr Nanos kIntervalSlack{500'000'000};
/// Sysmon 1 and Security 4688 of one process start are stamped apart by the logging services: joined up to
/// this.
inline constexpr Nanos kSameStart{2'000'000'000};
/// Two records of one creation in two exports differ by the exports' rounding only.
inline constexpr Nanos kSameRecord{2'000'000};

/// A life while it is being put together: which references it unites and what decides about joining it.
struct LifeDraft {
    std::uint32_t host = 0;  ///< hosts of equal name, ignoring case, have one number
    Guid guid;
    std::uint32_t pid = 0;
    bool has_pid = false;
    StringId image;       ///< none or a name that says something
    UtcNanos begin, end;  ///< created, exited; none when not seen
    UtcNanos first, last;
    std::vector<std::uint32_t> members;  ///< reference numbers

    /// Where the life stands in time: its begin, else the first time it was seen.
    [[nodiscard]] UtcNanos position() const { return begin.none() ? first : begin; }
};

/// True for the ways in which sensors write "no name": "<unknown process>", "-", "?", "".
[[nodiscard]] bool names_no_image(std::string_view image);

/// Groups references into lives. The outcome depends on what the references say, not on their order.
/// `host_number`: by HostId. Every reference is a member of exactly one draft.
[[nodiscard]] std::vector<LifeDraft> draft_lives(std::span<const ProcessReference> references,
                                                 std::span<const std::uint32_t> host_number,
                                                 const StringTable& strings);

/// Among drafts of one (host, pid), ordered by position(): the one whose interval holds `at`, best first by
/// exactness and name; size() when none does. `image` none: any name fits.
[[nodiscard]] std::size_t draft_holding(std::span<const LifeDraft* const> lives, UtcNanos at, StringId image,
                                        const StringTable& strings);

}  // namespace trocar
