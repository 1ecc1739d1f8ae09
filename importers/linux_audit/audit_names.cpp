#include "importers/linux_audit/audit_names.h"

#include "core/base/text.h"
#include "importers/linux_audit/audit_event.h"

#include <algorithm>
#include <span>

namespace trocar {
namespace {

struct Named {
    std::uint32_t number;
    const char* name;
};

#include "importers/linux_audit/syscall_tables.inc"

// <linux/ptrace.h>, <asm/ptrace-abi.h>
constexpr Named kRequests[] = {
    {0, "PTRACE_TRACEME"}, {1, "PTRACE_PEEKTEXT"}, {2, "PTRACE_PEEKDATA"}, {3, "PTRACE_PEEKUSER"},
    {4, "PTRACE_POKETEXT"}, {5, "PTRACE_POKEDATA"}, {6, "PTRACE_POKEUSER"}, {7, "PTRACE_CONT"},
    {8, "PTRACE_KILL"}, {9, "PTRACE_SINGLESTEP"}, {12, "PTRACE_GETREGS"}, {13, "PTRACE_SETREGS"},
    {14, "PTRACE_GETFPREGS"}, {15, "PTRACE_SETFPREGS"}, {16, "PTRACE_ATTACH"}, {17, "PTRACE_DETACH"},
    {18, "PTRACE_GETFPXREGS"}, {19, "PTRACE_SETFPXREGS"}, {24, "PTRACE_SYSCALL"}, {25, "PTRACE_GET_THREAD_AREA"},
    {26, "PTRACE_SET_THREAD_AREA"}, {30, "PTRACE_ARCH_PRCTL"}, {31, "PTRACE_SYSEMU"},
    {32, "PTRACE_SYSEMU_SINGLESTEP"}, {33, "PTRACE_SINGLEBLOCK"}, {0x4200, "PTRACE_SETOPTIONS"},
    {0x4201, "PTRACE_GETEVENTMSG"}, {0x4202, "PTRACE_GETSIGINFO"}, {0x4203, "PTRACE_SETSIGINFO"},
    {0x4204, "PTRACE_GETREGSET"}, {0x4205, "PTRACE_SETREGSET"}, {0x4206, "PTRACE_SEIZE"},
    {0x4207, "PTRACE_INTERRUPT"}, {0x4208, "PTRACE_LISTEN"}, {0x4209, "PTRACE_PEEKSIGINFO"},
    {0x420a, "PTRACE_GETSIGMASK"}, {0x420b, "PTRACE_SETSIGMASK"}, {0x420c, "PTRACE_SECCOMP_GET_FILTER"},
    {0x420d, "PTRACE_SECCOMP_GET_METADATA"}, {0x420e, "PTRACE_GET_SYSCALL_INFO"},
    {0x420f, "PTRACE_GET_RSEQ_CONFIGURATION"}};

// <asm-generic/signal.h>
constexpr Named kSignals[] = {
    {1, "SIGHUP"}, {2, "SIGINT"}, {3, "SIGQUIT"}, {4, "SIGILL"}, {5, "SIGTRAP"}, {6, "SIGABRT"}, {7, "SIGBUS"},
    {8, "SIGFPE"}, {9, "SIGKILL"}, {10, "SIGUSR1"}, {11, "SIGSEGV"}, {12, "SIGUSR2"}, {13, "SIGPIPE"},
    {14, "SIGALRM"}, {15, "SIGTERM"}, {16, "SIGSTKFLT"}, {17, "SIGCHLD"}, {18, "SIGCONT"}, {19, "SIGSTOP"},
    {20, "SIGTSTP"}, {21, "SIGTTIN"}, {22, "SIGTTOU"}, {23, "SIGURG"}, {24, "SIGXCPU"}, {25, "SIGXFSZ"},
    {26, "SIGVTALRM"}, {27, "SIGPROF"}, {28, "SIGWINCH"}, {29, "SIGIO"}, {30, "SIGPWR"}, {31, "SIGSYS"}};

// <asm-generic/mman-common.h>, <linux/mman.h>
constexpr Named kProtections[] = {{1, "PROT_READ"}, {2, "PROT_WRITE"}, {4, "PROT_EXEC"}, {8, "PROT_SEM"}};
constexpr Named kMapFlags[] = {
    {1, "MAP_SHARED"}, {2, "MAP_PRIVATE"}, {0x10, "MAP_FIXED"}, {0x20, "MAP_ANONYMOUS"}, {0x40, "MAP_32BIT"},
    {0x100, "MAP_GROWSDOWN"}, {0x800, "MAP_DENYWRITE"}, {0x1000, "MAP_EXECUTABLE"}, {0x2000, "MAP_LOCKED"},
    {0x4000, "MAP_NORESERVE"}, {0x8000, "MAP_POPULATE"}, {0x10000, "MAP_NONBLOCK"}, {0x20000, "MAP_STACK"},
    {0x40000, "MAP_HUGETLB"}, {0x80000, "MAP_SYNC"}, {0x100000, "MAP_FIXED_NOREPLACE"}};
// <asm-generic/fcntl.h>; O_RDONLY, O_WRONLY, O_RDWR are the low two bits
constexpr Named kOpenFlags[] = {
    {0100, "O_CREAT"}, {0200, "O_EXCL"}, {0400, "O_NOCTTY"}, {01000, "O_TRUNC"}, {02000, "O_APPEND"},
    {04000, "O_NONBLOCK"}, {010000, "O_DSYNC"}, {040000, "O_DIRECT"}, {0100000, "O_LARGEFILE"},
    {0200000, "O_DIRECTORY"}, {0400000, "O_NOFOLLOW"}, {01000000, "O_NOATIME"}, {02000000, "O_CLOEXEC"},
    {04000000, "O_SYNC"}, {010000000, "O_PATH"}};
// <linux/sched.h>
constexpr Named kCloneFlags[] = {
    {0x100, "CLONE_VM"}, {0x200, "CLONE_FS"}, {0x400, "CLONE_FILES"}, {0x800, "CLONE_SIGHAND"},
    {0x1000, "CLONE_PIDFD"}, {0x2000, "CLONE_PTRACE"}, {0x4000, "CLONE_VFORK"}, {0x8000, "CLONE_PARENT"},
    {0x10000, "CLONE_THREAD"}, {0x20000, "CLONE_NEWNS"}, {0x40000, "CLONE_SYSVSEM"}, {0x80000, "CLONE_SETTLS"},
    {0x100000, "CLONE_PARENT_SETTID"}, {0x200000, "CLONE_CHILD_CLEARTID"}, {0x800000, "CLONE_UNTRACED"},
    {0x1000000, "CLONE_CHILD_SETTID"}, {0x2000000, "CLONE_NEWCGROUP"}, {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"}, {0x10000000, "CLONE_NEWUSER"}, {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"}, {0x80000000, "CLONE_IO"}};

std::string_view find(std::span<const Named> table, std::uint64_t number) noexcept {
    const auto at = std::lower_bound(table.begin(), table.end(), number,
                                     [](const Named& row, std::uint64_t n) { return row.number < n; });
    return at != table.end() && at->number == number ? std::string_view(at->name) : std::string_view{};
}

const Named* find_name(std::span<const Named> table, std::string_view name) noexcept {
    const auto at = std::find_if(table.begin(), table.end(), [&](const Named& row) { return name == row.name; });
    return at == table.end() ? nullptr : &*at;
}

bool number_of_word(std::string_view word, std::uint64_t& out) noexcept {
    if (const auto number = parse_number(word)) {
        out = *number;
        return true;
    }
    // <fcntl.h>; the names of audit-userspace's tables are those of the headers
    constexpr Named kOthers[] = {{0xffffff9cU, "AT_FDCWD"}, {0, "O_RDONLY"}, {1, "O_WRONLY"}, {2, "O_RDWR"},
                                 {0, "PROT_NONE"}, {0x20, "MAP_ANON"}};
    for (const std::span<const Named> table :
         {std::span<const Named>(kRequests), std::span<const Named>(kProtections), std::span<const Named>(kMapFlags),
          std::span<const Named>(kOpenFlags), std::span<const Named>(kCloneFlags), std::span<const Named>(kSignals),
          std::span<const Named>(kOthers)}) {
        if (const Named* row = find_name(table, word)) {
            out = row->number;
            return true;
        }
    }
    return false;
}

void add(std::string& text, std::string_view word) {
    text += text.empty() ? "" : "|";
    text += word;
}

std::string flags_text(std::span<const Named> table, std::uint64_t flags, std::string text, std::string_view none) {
    for (const Named& flag : table) {
        if ((flags & flag.number) != 0) {
            add(text, flag.name);
            flags &= ~std::uint64_t{flag.number};
        }
    }
    if (flags != 0) {
        add(text, hex(flags));
    }
    return text.empty() ? std::string(none) : text;
}

}  // namespace

std::string_view audit_arch_name(std::uint32_t arch) noexcept {
    switch (arch) {
        case kArchX86_64: return "x86_64";
        case kArchI386: return "i386";
        case kArchAarch64: return "aarch64";
        case 0x40000028U: return "arm";
        case 0x80000015U: return "ppc64";
        case 0xc0000015U: return "ppc64le";
        case 0x80000016U: return "s390x";
        case 0xc00000f3U: return "riscv64";
        default: return {};
    }
}

std::string_view syscall_name(std::uint32_t arch, std::uint32_t number) noexcept {
    switch (arch) {
        case kArchX86_64: return find(kX86_64, number);
        case kArchI386: return find(kI386, number);
        case kArchAarch64: return find(kAarch64, number);
        default: return {};
    }
}

std::string_view ptrace_request_name(std::uint64_t request) noexcept {
    return find(kRequests, request);
}
std::string_view signal_name(std::uint64_t number) noexcept {
    return find(kSignals, number);
}
std::string_view errno_name(std::uint64_t number) noexcept {
    return find(kErrors, number);
}
std::uint32_t audit_arch_number(std::string_view name) noexcept {
    for (const std::uint32_t arch : {kArchX86_64, kArchI386, kArchAarch64, 0x40000028U, 0x80000015U, 0xc0000015U, 0x80000016U,
                                     0xc00000f3U}) {
        if (audit_arch_name(arch) == name) {
            return arch;
        }
    }
    return name == "b64" ? kArchX86_64 : name == "b32" || name == "i686" || name == "i586" ? kArchI386 : 0;
}

bool syscall_number(std::uint32_t arch, std::string_view name, std::uint32_t& out) noexcept {
    const std::span<const Named> table = arch == kArchI386      ? std::span<const Named>(kI386)
                                         : arch == kArchAarch64 ? std::span<const Named>(kAarch64)
                                                                : std::span<const Named>(kX86_64);
    const Named* row = find_name(table, name);
    if (row != nullptr) {
        out = row->number;
    }
    return row != nullptr;
}

std::uint64_t errno_number(std::string_view name) noexcept {
    const Named* row = find_name(kErrors, name);
    return row == nullptr ? 0 : row->number;
}

bool interpreted_number(std::string_view text, std::uint64_t& out) noexcept {
    std::uint64_t sum = 0, one = 0;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t bar = std::min(text.find('|', at), text.size());
        if (!number_of_word(text.substr(at, bar - at), one)) {
            return false;
        }
        sum |= one;
        at = bar + 1;
    }
    out = sum;
    return true;
}

std::string protection_text(std::uint64_t prot) {
    return flags_text(kProtections, prot, {}, "PROT_NONE");
}
std::string map_flags_text(std::uint64_t flags) {
    return flags_text(kMapFlags, flags, {}, "0");
}
std::string open_flags_text(std::uint64_t flags) {
    const char* const kAccess[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
    return flags_text(kOpenFlags, flags & ~std::uint64_t{3}, kAccess[flags & 3], {});
}
std::string clone_flags_text(std::uint64_t flags) {
    // The low byte is the signal sent to the parent when the child ends.
    const std::string_view sent = signal_name(flags & 0xff);
    return flags_text(kCloneFlags, flags & ~std::uint64_t{sent.empty() ? 0U : 0xffU}, std::string(sent), "0");
}

bool proc_file(std::string_view path, std::uint32_t& pid, std::string_view& what) {
    constexpr std::string_view kProc = "/proc/";
    if (!path.starts_with(kProc)) {
        return false;
    }
    path.remove_prefix(kProc.size());
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos || !whole_number(path.substr(0, slash), pid)) {
        return false;
    }
    what = path.substr(slash + 1);
    if (what.starts_with("task/")) {
        const std::size_t next = what.find('/', 5);
        what = next == std::string_view::npos ? std::string_view{} : what.substr(next + 1);
    }
    return true;
}

bool is_memfd(std::string_view path) {
    return path.starts_with("/memfd:") || path.starts_with("memfd:");
}

bool user_writable(std::string_view path) {
    for (const std::string_view root : {"/tmp/", "/var/tmp/", "/dev/shm/", "/home/", "/run/user/"}) {
        if (path.starts_with(root)) {
            return true;
        }
    }
    return is_memfd(path);
}

}  // namespace trocar
