#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/model/operation.h"

namespace trocar {

/// What an event does in an injection. Stored in cases: append only.
enum class Role : std::uint8_t {
    access, alloc, protect, write, map, execute, load, create, suspend, resume, tamper, read
};
inline constexpr int kRoleCount = 12;
[[nodiscard]] std::string_view name(Role role) noexcept;

/// Facts about one signal's event, computed once at import so that correlation reads no text.
/// Stored in cases: append only.
namespace signal_flag {
inline constexpr std::uint32_t kUnknownFrame = 1U << 0;       ///< CallTrace holds UNKNOWN(...)
inline constexpr std::uint32_t kDirectSyscall = 1U << 1;      ///< first frame of CallTrace is not ntdll (or win32u)
inline constexpr std::uint32_t kNoCallTrace = 1U << 2;        ///< CallTrace empty or absent
inline constexpr std::uint32_t kStartOutsideModules = 1U << 3;///< StartModule is "-" or "", in a user-mode address
inline constexpr std::uint32_t kStartUnstated = 1U << 4;      ///< schema without StartModule: absent is not outside
inline constexpr std::uint32_t kStartLoadLibrary = 1U << 5;   ///< StartFunction LoadLibrary*, LdrLoadDll
inline constexpr std::uint32_t kStartCtrlRoutine = 1U << 6;   ///< console control thread (csrss)
inline constexpr std::uint32_t kStartKernelAddress = 1U << 7; ///< 0xFFFF8000_00000000 and above
inline constexpr std::uint32_t kStartDebugBreak = 1U << 8;    ///< DbgUiRemoteBreakin
inline constexpr std::uint32_t kUnsigned = 1U << 9;           ///< Signed=false
inline constexpr std::uint32_t kNativeImage = 1U << 10;       ///< .ni.dll: unsigned by design
inline constexpr std::uint32_t kUserWritablePath = 1U << 11;  ///< module from a path a plain user can write
inline constexpr std::uint32_t kImageReplaced = 1U << 12;     ///< Sysmon 25 "Image is replaced"
inline constexpr std::uint32_t kImageLocked = 1U << 13;       ///< Sysmon 25 "Image is locked for access"
inline constexpr std::uint32_t kLogTime = 1U << 14;           ///< ordered by log time: UtcTime was missing
inline constexpr std::uint32_t kRecovered = 1U << 15;         ///< from slack
inline constexpr std::uint32_t kStartInModule = 1U << 16;     ///< StartModule names a module
inline constexpr std::uint32_t kUnknownFirstFrame = 1U << 17; ///< first frame is UNKNOWN
inline constexpr std::uint32_t kClrModule = 1U << 18;         ///< clr.dll, mscoree.dll, clrjit.dll, coreclr.dll
inline constexpr std::uint32_t kLinux = 1U << 19;             ///< bits 20..31 are linux_flag, else windows_flag or mac_flag
inline constexpr std::uint32_t kMac = 1U << 31;               ///< without kLinux: bits 0, 1 and 20..30 are mac_flag
inline constexpr std::uint32_t kNotWindows = kLinux | kMac;   ///< one of them: not of a Windows host
}  // namespace signal_flag

/// Facts about signals of a Windows host. The bits mean these only without signal_flag::kNotWindows.
namespace windows_flag {
inline constexpr std::uint32_t kCreateTrace = 1U << 20;  ///< the call trace leaves through CreateProcess* or
                                                         ///< RtlCreateUserProcess
inline constexpr std::uint32_t kBareTrace = 1U << 21;    ///< from ntdll straight into the caller: which Nt* call is not told
inline constexpr std::uint32_t kApc = 1U << 22;          ///< an execution by QueueUserAPC; set from the operation
inline constexpr std::uint32_t kContext = 1U << 23;      ///< an execution by SetThreadContext; set from the operation
inline constexpr std::uint32_t kFailed = 1U << 24;       ///< the call failed (NTSTATUS, HRESULT): an attempt
}  // namespace windows_flag

/// Facts about signals of a Linux host, together with signal_flag::kLinux. Of the bits of signal_flag, kLogTime,
/// kUserWritablePath (of the object that is loaded, preloaded or made by memfd_create) and kRecovered apply too; bits 0 to
/// 2 mean what they say here.
namespace linux_flag {
inline constexpr std::uint32_t kRunWhole = 1U << 0;     ///< a memfd run as a program (execve) or mapped as the dynamic
                                                        ///< loader maps a library (MAP_PRIVATE)
inline constexpr std::uint32_t kPresumed = 1U << 1;     ///< a file whose open is not recorded, presumed to be the memfd
inline constexpr std::uint32_t kShared = 1U << 2;       ///< in a snapshot: mapped MAP_SHARED, as no program or library is
inline constexpr std::uint32_t kDenied = 1U << 20;      ///< the call failed: an attempt
inline constexpr std::uint32_t kAttach = 1U << 21;      ///< PTRACE_ATTACH, PTRACE_SEIZE
inline constexpr std::uint32_t kTraceme = 1U << 22;     ///< PTRACE_TRACEME: traced by agreement
inline constexpr std::uint32_t kTracer = 1U << 23;      ///< a request that debuggers and tracers make: SETOPTIONS, SYSCALL,
                                                        ///< PEEKUSER, GETREGSET, GETSIGINFO, GETEVENTMSG, GET_SYSCALL_INFO
inline constexpr std::uint32_t kPoke = 1U << 24;        ///< POKETEXT, POKEDATA
inline constexpr std::uint32_t kProcFile = 1U << 25;    ///< through /proc/PID/...
inline constexpr std::uint32_t kProcessVm = 1U << 26;   ///< process_vm_readv, process_vm_writev
inline constexpr std::uint32_t kMemfd = 1U << 27;       ///< the object is a memfd
inline constexpr std::uint32_t kAnonymous = 1U << 28;   ///< a mapping without a file
inline constexpr std::uint32_t kWritable = 1U << 29;    ///< PROT_WRITE beside PROT_EXEC; /proc file opened O_RDWR
inline constexpr std::uint32_t kOtherUser = 1U << 30;   ///< uid of actor and target are known and differ
inline constexpr std::uint32_t kDescendant = 1U << 31;  ///< the target descends from the actor
}  // namespace linux_flag

/// Facts about signals of a Mac, together with signal_flag::kMac and without kLinux. Of the bits of signal_flag, kLogTime,
/// kUserWritablePath (of the library that is mapped or inserted) and kRecovered apply too. What Endpoint Security calls
/// action.result, codesigning_flags, is_platform_binary and team_id; a signature that no field tells of sets no bit.
namespace mac_flag {
inline constexpr std::uint32_t kRunning = 1U << 0;           ///< thread_create_running: the thread came with its state
inline constexpr std::uint32_t kSourceAdHoc = 1U << 1;       ///< the actor is signed ad hoc or not at all
inline constexpr std::uint32_t kDenied = 1U << 20;           ///< refused: an attempt (same bit as linux_flag::kDenied)
inline constexpr std::uint32_t kTargetPlatform = 1U << 21;   ///< the target is part of macOS
inline constexpr std::uint32_t kTargetTeam = 1U << 22;       ///< the target is signed by a developer with a team id
inline constexpr std::uint32_t kTargetAdHoc = 1U << 23;      ///< the target is signed ad hoc: nobody vouches for it
inline constexpr std::uint32_t kTargetUnsigned = 1U << 24;
inline constexpr std::uint32_t kSourcePlatform = 1U << 25;
inline constexpr std::uint32_t kTargetDebuggable = 1U << 26; ///< CS_GET_TASK_ALLOW: built to be debugged
inline constexpr std::uint32_t kOwnChild = 1U << 27;         ///< the target names the actor as its parent
inline constexpr std::uint32_t kInserted = 1U << 28;         ///< dyld_insert, or module_load of a library it named
inline constexpr std::uint32_t kStripped = 1U << 29;         ///< dyld_insert: dyld ignores the variable in this program
inline constexpr std::uint32_t kTargetHard = 1U << 30;       ///< CS_HARD: cs_invalidated never comes from it
}  // namespace mac_flag

/// What a signal of a Mac got of the target's task, as bits of its value.
namespace mac_access {
inline constexpr std::uint64_t kControlPort = 1U << 0;  ///< get_task: memory, threads, everything
inline constexpr std::uint64_t kTrace = 1U << 1;        ///< ptrace
inline constexpr std::uint64_t kReadPort = 1U << 2;     ///< get_task_read
inline constexpr std::uint64_t kInspectPort = 1U << 3;  ///< get_task_inspect
}  // namespace mac_access

/// A pair of process lives, or (none, target) for signals seen only in the target (module loads).
struct Pair {
    ProcessId source;
    ProcessId target;
    std::uint32_t first = 0;  ///< rows [first, last) of the SignalTable
    std::uint32_t last = 0;
};

/// Every signal of a capture: columns, rows sorted by (pair, time, id). `id` is the event's dense id in the case,
/// which follows (source file, record), so that ties order the same after a re-import.
/// Thread safety: immutable once built. About 29 bytes a signal.
struct SignalTable {
    std::vector<UtcNanos> time;
    std::vector<EventId> event;
    std::vector<std::uint64_t> value;   ///< GrantedAccess | StartAddress | ptrace request | address | prot | ... | 0
    std::vector<StringId> text;         ///< StartFunction | ImageLoaded | CallTrace | request | path
    std::vector<std::uint32_t> flags;   ///< signal_flag
    std::vector<Role> role;
    std::vector<Pair> pairs;            ///< sorted by (target, source): pairs of one target are neighbours, and the
                                        ///< (none, target) group, when there is one, comes last of them
    [[nodiscard]] std::size_t size() const { return time.size(); }
};

}  // namespace trocar
