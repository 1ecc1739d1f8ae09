#include "importers/windows_event/sysmon_flags.h"

#include "core/base/text.h"
#include "core/base/windows_path.h"
#include "core/model/signal.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

using namespace signal_flag;

// Lowest address of the kernel half on x86-64 and arm64 Windows (Windows Internals 7, part 1, chapter 5).
constexpr std::uint64_t kKernelHalf = 0xFFFF'8000'0000'0000ULL;

// Where a user-mode system call leaves from: ntdll and win32u hold the stubs, the wow64 modules stand in
// front of them in a 32-bit process. Sigma proc_access_win_* rules on direct system calls except the same.
constexpr std::array<std::string_view, 5> kStubModules{"ntdll.dll", "win32u.dll", "wow64.dll", "wow64cpu.dll",
                                                       "wow64win.dll"};

// CLR 4, CLR 2 and .NET Core: the runtime that an unmanaged process loads for execute-assembly.
constexpr std::array<std::string_view, 7> kClrModules{
    "clr.dll", "clrjit.dll", "mscoree.dll", "mscoreei.dll", "mscorwks.dll", "mscorjit.dll", "coreclr.dll"};

// Between a program and ntdll: CreateProcess* is CreateProcessInternalW and an entry above it, both in these, so a
// creation shows two frames or more of them; OpenProcess shows one (305 of 305 parents in public captures).
constexpr std::array<std::string_view, 3> kApiModules{"kernelbase.dll", "kernel32.dll", "advapi32.dll"};

constexpr std::string_view kUnknown = "UNKNOWN";
constexpr std::string_view kWow64 = "(wow64)";

bool one_of(std::string_view name, const auto& list) noexcept {
    return std::any_of(list.begin(), list.end(),
                       [&](std::string_view m) { return equal_ignoring_case(name, m); });
}

// "C:\Windows\System32\KERNEL32.DLL(wow64)+1a2b" -> "KERNEL32.DLL"
std::string_view frame_module(std::string_view frame) noexcept {
    const std::size_t plus = frame.rfind('+');
    if (plus != std::string_view::npos) {
        frame = frame.substr(0, plus);
    }
    if (ends_ignoring_case(frame, kWow64)) {
        frame.remove_suffix(kWow64.size());
    }
    return file_name(trimmed(frame));
}

bool has_unknown_frame(std::string_view trace) noexcept {
    for (std::size_t at = trace.find(kUnknown); at != std::string_view::npos;
         at = trace.find(kUnknown, at + 1)) {
        // At the head of a frame only: a folder may be called UNKNOWN too.
        if (at == 0 || trace[at - 1] == '|') {
            return true;
        }
    }
    return false;
}

/// Takes the first frame off.
std::string_view take_frame(std::string_view& trace) noexcept {
    const std::string_view frame = trace.substr(0, trace.find('|'));
    trace.remove_prefix(std::min(trace.size(), frame.size() + 1));
    return trimmed(frame);
}

/// How the trace leaves the caller for the kernel: windows_flag, or 0 (one API frame: OpenProcess and its like).
std::uint32_t exit_flags(std::string_view trace) noexcept {
    // Of a 32-bit process the 64-bit frames below say nothing: its own are marked.
    if (const std::size_t own = trace.find(kWow64); own != std::string_view::npos) {
        const std::size_t bar = trace.rfind('|', own);
        trace.remove_prefix(bar == std::string_view::npos ? 0 : bar + 1);
    }
    const auto run_of = [&](const auto& modules) {
        int frames = 0;
        for (std::string_view rest = trace; one_of(frame_module(take_frame(rest)), modules); trace = rest) {
            ++frames;
        }
        return frames;
    };
    const int stubs = run_of(std::array<std::string_view, 1>{"ntdll.dll"});
    if (stubs == 0 || trace.empty()) {
        return 0;
    }
    const int api = run_of(kApiModules);
    // Two of ntdll and none of the API: RtlCreateUserProcess and its like.
    return api >= 2 || (api == 0 && stubs >= 2) ? windows_flag::kCreateTrace : api == 0 ? windows_flag::kBareTrace : 0;
}

}  // namespace

bool says_nothing(std::string_view text) noexcept {
    const std::string_view t = trimmed(text);
    return t.empty() || t == "-";
}

std::uint32_t call_trace_flags(std::string_view trace) noexcept {
    if (says_nothing(trace)) {
        return kNoCallTrace;
    }
    trace = trimmed(trace);
    std::uint32_t flags = has_unknown_frame(trace) ? kUnknownFrame : 0;
    const std::string_view first = trimmed(trace.substr(0, trace.find('|')));
    if (first.starts_with(kUnknown)) {
        flags |= kUnknownFirstFrame | kDirectSyscall;
    } else if (!first.empty() && !one_of(frame_module(first), kStubModules)) {
        flags |= kDirectSyscall;
    }
    return flags | exit_flags(trace);
}

std::uint32_t thread_start_flags(std::optional<std::uint64_t> address, std::optional<std::string_view> module,
                                 std::string_view function) noexcept {
    std::uint32_t flags = 0;
    const bool kernel = address && *address >= kKernelHalf;
    if (kernel) {
        flags |= kStartKernelAddress;
    }
    if (!module) {
        flags |= kStartUnstated;
    } else if (!says_nothing(*module)) {
        flags |= kStartInModule;
    } else if (!address) {
        flags |= kStartUnstated;  // neither where nor in what: no claim
    } else if (!kernel) {
        flags |= kStartOutsideModules;
    }
    if (starts_ignoring_case(function, "LoadLibrary") || equal_ignoring_case(function, "LdrLoadDll")) {
        flags |= kStartLoadLibrary;
    } else if (equal_ignoring_case(function, "CtrlRoutine")) {
        flags |= kStartCtrlRoutine;
    } else if (equal_ignoring_case(function, "DbgUiRemoteBreakin")) {
        flags |= kStartDebugBreak;
    }
    return flags;
}

std::uint32_t module_flags(std::string_view image_loaded, bool is_unsigned) noexcept {
    std::uint32_t flags = is_unsigned ? kUnsigned : 0;
    if (is_native_image_path(image_loaded)) {
        flags |= kNativeImage;
    }
    if (is_user_writable_path(image_loaded)) {
        flags |= kUserWritablePath;
    }
    if (one_of(file_name(image_loaded), kClrModules)) {
        flags |= kClrModule;
    }
    return flags;
}

std::uint32_t tamper_flags(std::string_view type) noexcept {
    // The two texts that Sysmon writes (Sysmon 13 and later, event 25).
    if (contains_ignoring_case(type, "image is replaced")) {
        return kImageReplaced;
    }
    return contains_ignoring_case(type, "image is locked for access") ? kImageLocked : 0;
}

}  // namespace trocar
