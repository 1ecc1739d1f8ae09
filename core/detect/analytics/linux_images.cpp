#include "core/detect/analytics/linux_images.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/base/text.h"

namespace trocar {
namespace {

bool under_any(std::string_view path, std::span<const std::string_view> folders) {
    return std::any_of(folders.begin(), folders.end(), [&](std::string_view f) { return path.starts_with(f); });
}

// Filesystem Hierarchy Standard 3.0: folders of the distribution and of the administrator.
constexpr std::array<std::string_view, 9> kSystem{"/usr/", "/bin/",  "/sbin/", "/lib/", "/lib64/",
                                                  "/opt/", "/snap/", "/nix/store/", "/gnu/store/"};
constexpr std::array<std::string_view, 9> kWritable{"/tmp/", "/var/tmp/", "/dev/shm/",  "/home/", "/run/user/",
                                                    "/proc/", "/memfd:",   "/dev/mqueue/", "memfd:"};
// falcosecurity/rules and Elastic's Linux rules leave their lists of tracers to the user; these are the ones that
// distributions ship.
constexpr std::array<std::string_view, 24> kTracers{
    "gdb",     "gdb-*",  "gdbserver",          "lldb",   "lldb-*",          "lldb-server*", "strace",  "ltrace",
    "rr",      "dlv",    "systemd-coredump",   "apport", "abrt-hook-ccpp",  "crash",        "criu",    "py-spy",
    "rbspy",   "perf",   "procdump",           "qemu-*", "valgrind*",       "gcore",        "proot",   "*-gdb"};
// elastic/detection-rules defense_evasion_potential_memory_file_descriptor_process_execution, falcosecurity/rules
// "Fileless execution via memfd_create".
constexpr std::array<std::string_view, 6> kSelfCopies{"runc_cloned*", "lxc-attach*", "buildah-chroot-*",
                                                      "teleport-sessionhelper*", "/sbin/ldconfig.real*",
                                                      "spawn_worker_trampoline*"};
constexpr std::array<std::string_view, 6> kCompilers{"dotnet", "java", "qemu-*", "wine*", "pwsh", "mono*"};

// V8, SpiderMonkey and JavaScriptCore; libffi's closures (CPython's ctypes and cffi, Ruby, GJS); the just-in-time compilers of
// PyPy, LuaJIT, Julia, Erlang/OTP (BeamAsm), PHP (PCRE's sljit maps it writable and executable, pcre.jit is on by default).
constexpr std::array<std::string_view, 20> kCodeMakers{
    "node",   "nodejs",  "deno",    "bun",   "chrome", "chromium*", "electron*", "firefox*", "thunderbird*", "WebKitWebProcess",
    "python*", "pypy*",  "ruby*",   "gjs*",  "luajit*", "julia",    "beam.smp",  "php*",     "gnome-shell",  "code"};

bool named_among(std::string_view path, std::span<const std::string_view> globs) {
    const std::string_view name = file_name(path);
    return std::any_of(globs.begin(), globs.end(), [&](std::string_view g) { return glob_match(g, name); });
}

}  // namespace

bool in_linux_system_folder(std::string_view path) {
    return under_any(path, kSystem) && !path.ends_with(" (deleted)");
}

bool in_linux_user_writable_folder(std::string_view path) {
    return under_any(path, kWritable) || path.ends_with(" (deleted)");
}

bool known_tracer(std::string_view path) { return in_linux_system_folder(path) && named_among(path, kTracers); }

bool sealed_self_copy(std::string_view memfd) {
    if (memfd.starts_with('/')) {
        memfd.remove_prefix(1);
    }
    if (!memfd.starts_with("memfd:")) {
        return false;
    }
    memfd.remove_prefix(6);
    return std::any_of(kSelfCopies.begin(), kSelfCopies.end(), [&](std::string_view g) { return glob_match(g, memfd); });
}

bool maps_own_code(std::string_view path) { return in_linux_system_folder(path) && named_among(path, kCompilers); }

bool makes_code_at_run_time(std::string_view path) {
    return maps_own_code(path) || (in_linux_system_folder(path) && named_among(path, kCodeMakers));
}

bool preloads_from_system_folders(std::string_view assignment) {
    std::string_view rest = assignment.substr(assignment.find('=') + 1);
    bool any = false;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(" :"), rest.size());
        const std::string_view library = rest.substr(0, end);
        if (!library.empty() && (!in_linux_system_folder(library) || library.find("/../") != std::string_view::npos)) {
            return false;
        }
        any = any || !library.empty();
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return any;
}

}  // namespace trocar
