#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace trocar {

// Signal flags (core/model/signal.h) of the Sysmon events that matter in an injection. Pure; text as Sysmon
// writes it.

/// Event 10. `trace` is frames joined by '|':
/// "C:\Windows\SYSTEM32\ntdll.dll+9c524|...|UNKNOWN(00000206ABCD)". A first frame outside the system-call
/// stubs (ntdll, win32u and the WOW64 layer) is a direct system call. windows_flag tells process creation from the
/// opening of a process by the frames between ntdll and the caller.
[[nodiscard]] std::uint32_t call_trace_flags(std::string_view trace) noexcept;

/// Event 8. `module` is nothing when the schema has no StartModule: absent is unstated, "" and "-" are "no
/// module holds that address". `address` is nothing when StartAddress does not read.
[[nodiscard]] std::uint32_t thread_start_flags(std::optional<std::uint64_t> address,
                                               std::optional<std::string_view> module,
                                               std::string_view function) noexcept;

/// Events 6 and 7. `is_unsigned`: Signed says false.
[[nodiscard]] std::uint32_t module_flags(std::string_view image_loaded, bool is_unsigned) noexcept;

/// Event 25, field Type.
[[nodiscard]] std::uint32_t tamper_flags(std::string_view type) noexcept;

/// Sysmon's ways to say nothing: empty or "-".
[[nodiscard]] bool says_nothing(std::string_view text) noexcept;

}  // namespace trocar
