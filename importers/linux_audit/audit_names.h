#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trocar {

/// The architectures whose system calls have names here: AUDIT_ARCH_* of <linux/audit.h>.
inline constexpr std::uint32_t kArchX86_64 = 0xc000003eU;
inline constexpr std::uint32_t kArchI386 = 0x40000003U;
inline constexpr std::uint32_t kArchAarch64 = 0xc00000b7U;

/// "x86_64"; "" for others.
[[nodiscard]] std::string_view audit_arch_name(std::uint32_t arch) noexcept;
/// Name of a system call under an architecture; "" when not known.
[[nodiscard]] std::string_view syscall_name(std::uint32_t arch, std::uint32_t number) noexcept;
/// "PTRACE_ATTACH"; "" when not known.
[[nodiscard]] std::string_view ptrace_request_name(std::uint64_t request) noexcept;
/// "SIGKILL"; "" when not known.
[[nodiscard]] std::string_view signal_name(std::uint64_t number) noexcept;
/// "EACCES"; "" when not known.
[[nodiscard]] std::string_view errno_name(std::uint64_t number) noexcept;
/// AUDIT_ARCH_* of "x86_64", "i386", "aarch64", ...; 0 when not known.
[[nodiscard]] std::uint32_t audit_arch_number(std::string_view name) noexcept;
/// Number of a system call by name under an architecture; false when not known.
[[nodiscard]] bool syscall_number(std::uint32_t arch, std::string_view name, std::uint32_t& out) noexcept;
/// 13 of "EACCES"; 0 when not known.
[[nodiscard]] std::uint64_t errno_number(std::string_view name) noexcept;
/// The number that interpreted text stands for: "PTRACE_ATTACH", "PROT_READ|PROT_EXEC", "O_RDWR|O_CLOEXEC", "SIGTERM",
/// "AT_FDCWD", "0x7ffd0000", "17". False: some word of it is not known.
[[nodiscard]] bool interpreted_number(std::string_view text, std::uint64_t& out) noexcept;

/// Flags by name, joined by '|', what has no name in hex: "PROT_READ|PROT_EXEC".
[[nodiscard]] std::string protection_text(std::uint64_t prot);
[[nodiscard]] std::string map_flags_text(std::uint64_t flags);
[[nodiscard]] std::string open_flags_text(std::uint64_t flags);
[[nodiscard]] std::string clone_flags_text(std::uint64_t flags);

/// "/proc/PID/WHAT", also with task/TID between.
[[nodiscard]] bool proc_file(std::string_view path, std::uint32_t& pid, std::string_view& what);
/// "/memfd:NAME (deleted)" as the kernel writes it, "memfd:NAME" as eBPF sensors do.
[[nodiscard]] bool is_memfd(std::string_view path);
/// A path where a plain user can leave a program or library: temporary folders, homes, memfds.
[[nodiscard]] bool user_writable(std::string_view path);

}  // namespace trocar
