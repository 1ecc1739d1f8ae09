#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace trocar {

/// A process as the report's list has it, without its calls.
struct SandboxProcess {
    std::uint32_t pid = 0, parent = 0;
    bool has_pid = false, has_parent = false;
    std::string image;  ///< path in the guest; a bare name when the report has no path
    std::string command_line, user;
    UtcNanos first_seen;  ///< when the monitor began to speak in it: not its start
};

/// What is known of a report before its calls are read.
struct ReportFacts {
    std::string version;                    ///< "2.2-CAPE"
    std::string machine;                    ///< the sandbox's name of the guest
    std::string computer;                   ///< the guest's own name
    std::vector<SandboxProcess> processes;  ///< in the order of the report

    /// One that nothing is known of beyond the list: a file that changes while it is read.
    [[nodiscard]] const SandboxProcess& at(std::size_t number) const;
};

/// "2021-01-28 02:14:16,401", the comma as the sandbox's Python writes it; seconds since 1970 as a number ("1564.25");
/// without a zone: `zone_minutes` east of UTC. kNoTime when neither.
[[nodiscard]] UtcNanos sandbox_time(std::string_view text, int zone_minutes);

/// A pid from text: the low 32 bits, since the monitor logs 64 bits of which the upper may be junk (140707423584940 is
/// 684). False: no number.
[[nodiscard]] bool sandbox_pid(std::string_view text, std::uint32_t& pid);

/// A path in the guest. Its 32-bit view names the real System32 C:\Windows\sysnative (MSDN, "File System Redirector").
[[nodiscard]] std::string sandbox_path(std::string_view path);

/// Takes one member of a process, or of its `environ`: `raw` is its JSON. Unknown names are passed over.
void take_process_member(SandboxProcess& process, ReportFacts& facts, std::string_view name, std::string_view raw,
                         int zone_minutes);
/// Takes the report's "info": `raw` is its JSON.
void take_info(ReportFacts& facts, std::string_view raw);

}  // namespace trocar
