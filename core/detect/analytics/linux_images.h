#pragma once

#include <string_view>

namespace trocar {

/// Paths of Linux programs and libraries, as judgements about who may do what. By path, never by bare name: a name is
/// the attacker's choice.

/// Under a folder that only root writes: /usr, /bin, /sbin, /lib*, /opt, /snap.
[[nodiscard]] bool in_linux_system_folder(std::string_view path);
/// Temporary folders, /dev/shm, homes, /proc, memfds and files that were deleted.
[[nodiscard]] bool in_linux_user_writable_folder(std::string_view path);
/// A debugger, tracer, profiler or checkpointer of a system folder (gdb, strace, ltrace, py-spy, criu, ...).
[[nodiscard]] bool known_tracer(std::string_view path);
/// A container runtime or session helper that re-executes itself from a memfd (runc, lxc, buildah, ...).
[[nodiscard]] bool sealed_self_copy(std::string_view memfd);
/// A run-time compiler that maps its code through memfds (.NET, Java, QEMU, Wine).
[[nodiscard]] bool maps_own_code(std::string_view path);
/// A program of a system folder that makes machine code in anonymous memory as it runs: the above, JavaScript engines,
/// interpreters with a just-in-time compiler or libffi.
[[nodiscard]] bool makes_code_at_run_time(std::string_view path);
/// "LD_PRELOAD=/usr/lib/a.so:/usr/lib/b.so": every library is named by a path below a system folder.
[[nodiscard]] bool preloads_from_system_folders(std::string_view assignment);

}  // namespace trocar
