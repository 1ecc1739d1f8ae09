#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trocar {

/// "explorer.exe (4120)". Without a pid, "explorer.exe": 0 is no program's, but the kernel's own process or one
/// of a source that names processes and no pids (unified log, system.log).
[[nodiscard]] inline std::string with_pid(std::string_view name, std::uint32_t pid) {
    return pid == 0 ? std::string(name) : std::string(name) + " (" + std::to_string(pid) + ")";
}

}  // namespace trocar
