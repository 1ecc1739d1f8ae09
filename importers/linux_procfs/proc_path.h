#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/time.h"

namespace trocar {

/// The files of /proc/PID that are read (proc(5)); `other` ones belong to the process but are not.
enum class ProcKind : std::uint8_t { status, stat, exe, cmdline, environ, fd, maps, smaps, exe_list, other };
inline constexpr std::size_t kProcKinds = 10;

/// Where a collected file belongs: "FOLDER/PID/maps" or "FOLDER/PID/maps.txt". One folder is one snapshot of a host.
/// exe_list is UAC's running_processes_full_paths.txt, without a pid.
struct ProcPath {
    ProcKind kind = ProcKind::other;
    std::uint32_t pid = 0;
    std::string_view folder;
};
/// False for paths that do not look so. Files that no proc(5) names count as `other` only below a folder "proc".
[[nodiscard]] bool read_proc_path(std::string_view path, ProcPath& out);

/// The folder of a folder; "" at the top.
[[nodiscard]] std::string_view parent_folder(std::string_view folder);

/// The host that a folder or archive of UAC names: uac-HOST-OS-YYYYMMDDhhmmss (tclahr/uac, its default output name); ""
/// when none does.
[[nodiscard]] std::string_view host_in_path(std::string_view path);
/// The seconds since 1970 that a folder's name begins with ("1795487647.619_live"), the innermost; kNoTime when none
/// does.
[[nodiscard]] UtcNanos time_in_path(std::string_view path);

}  // namespace trocar
