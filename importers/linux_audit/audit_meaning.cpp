// What a system call means: operation, actor and target, value, flags (docs/formats/audit.md).

#include <algorithm>

#include "core/model/signal.h"
#include "importers/linux_audit/audit_event.h"
#include "importers/linux_audit/audit_names.h"

namespace trocar {
namespace {

constexpr LossKind kOfNamespace{
    "target_in_pid_namespace", LossSeverity::warning,
    "A process in a pid namespace of its own names another by its number there, and nothing says which process of the host "
    "that is; the event is kept and takes no part in chains."};
constexpr LossKind kWithoutSyscall{
    "audit_records_apart", LossSeverity::info,
    "Records that belong to a system call whose SYSCALL record is not in this file, or far away in it."};

std::string_view channel_of(std::uint32_t arch) {
    switch (arch) {
        case kArchX86_64: return "syscall x86_64";
        case kArchI386: return "syscall i386";
        case kArchAarch64: return "syscall aarch64";
        default: return "syscall";
    }
}

/// Record types that only accompany a SYSCALL record (linux-audit/audit-documentation, specs/messages).
bool accompanies(std::string_view type) {
    for (const std::string_view t : {"PATH", "CWD", "PROCTITLE", "EXECVE", "MMAP", "OBJ_PID", "SOCKADDR", "EOE", "FD_PAIR", "BPRM_FCAPS"}) {
        if (type == t) {
            return true;
        }
    }
    return false;
}

bool is_sensor_state(std::string_view type) {
    return type.starts_with("DAEMON_") || type == "CONFIG_CHANGE" || type == "EVENT_LISTENER" || type == "KERNEL" ||
           type == "SYSTEM_BOOT" || type == "SYSTEM_SHUTDOWN";
}

void append_argument(std::string& line, std::string_view argument) {
    line += line.empty() ? "" : " ";
    const bool plain = !argument.empty() && argument.find_first_of(" \t\n\"'\\$`*?;&|<>(){}[]#~") == std::string_view::npos;
    if (plain) {
        line += argument;
        return;
    }
    line += '\'';
    for (const char c : argument) {
        line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    line += '\'';
}

constexpr std::uint64_t kMapPrivate = 2;  // MAP_PRIVATE (mman-common.h)

std::uint32_t as_pid(std::uint64_t value) {
    return static_cast<std::uint32_t>(value);
}

}  // namespace

std::string_view AuditEventMapper::full_path(std::string_view path) {
    const AuditFacts& f = facts_;
    if (path.empty() || path.front() == '/' || f.cwd.empty()) {
        return path;
    }
    std::string& out = scratch();
    out = f.cwd;
    out += out.ends_with('/') ? "" : "/";
    out += path.starts_with("./") ? path.substr(2) : path;
    return out;
}

void AuditEventMapper::on_self() {
    out_.target = out_.actor;
}

void AuditEventMapper::on_other(std::uint32_t number, bool alias) {
    AuditFacts& f = facts_;
    derive(Field::target_pid, ValueKind::number, number);
    std::uint32_t pid = number;
    if (f.has_opid) {
        pid = f.opid;
        if (alias && f.opid != number) {
            here_->means(f.pid, number, f.opid);
        }
    } else {
        pid = here_->resolve(f.pid, number);
    }
    if (pid == 0 && number != 0) {
        sink_.lost(kOfNamespace, {out_.record, 0, std::to_string(number)}, out_.raw);
        return;
    }
    if (pid != number) {
        derive(Field::resolved_pid, ValueKind::number, pid);
    }
    out_.target.pid = pid;
    out_.target.has_pid = pid != 0;
    const LinuxProcesses::Process* known = here_->find(pid);
    out_.target.image = known != nullptr && !known->exe.empty() ? std::string_view(known->exe) : f.ocomm;
    const std::uint32_t uid = f.ouid != LinuxProcesses::kNobody ? f.ouid : known != nullptr ? known->uid : f.ouid;
    if (uid != LinuxProcesses::kNobody && f.has_uid && uid != f.uid) {
        out_.flags |= linux_flag::kOtherUser;
    }
    if (here_->descends(pid, f.pid)) {
        out_.flags |= linux_flag::kDescendant;
    }
}

void AuditEventMapper::map_ptrace() {
    AuditFacts& f = facts_;
    const std::uint64_t request = f.a[0];
    out_.value = request;
    out_.text = ptrace_request_name(request);
    if (out_.text.empty()) {
        out_.text = "ptrace";
    }
    derive(Field::request, out_.text);
    if (request == 0) {
        out_.operation = Operation::ptrace_traceme;
        out_.flags |= linux_flag::kTraceme | linux_flag::kDescendant;
        on_self();
        out_.actor = {};
        out_.actor.pid = f.ppid;
        out_.actor.has_pid = f.ppid != 0;
        const LinuxProcesses::Process* parent = here_->find(f.ppid);
        out_.actor.image = parent != nullptr ? std::string_view(parent->exe) : std::string_view{};
        return;
    }
    switch (request) {
        case 0x10:
        case 0x4206:
            out_.operation = Operation::ptrace_attach;
            out_.flags |= linux_flag::kAttach;
            break;
        case 4:
        case 5:
            out_.operation = Operation::ptrace_write;
            out_.flags |= linux_flag::kPoke;
            out_.value = f.a[2];
            derive(Field::address, ValueKind::hex, f.a[2]);
            derive(Field::written, ValueKind::hex, f.a[3]);
            break;
        case 6: case 13: case 15: case 19: case 0x4205: out_.operation = Operation::ptrace_registers; break;
        case 7: case 8: case 9: case 24: case 31: case 32: case 33: case 0x4200: case 0x4203: case 0x4207: case 0x4208:
        case 0x420b:
            out_.operation = Operation::ptrace_control;
            if (request == 24 || request == 31 || request == 0x4200) {
                out_.flags |= linux_flag::kTracer;
            }
            break;
        case 0x11: out_.operation = Operation::ptrace_detach; break;
        default:
            out_.operation = Operation::ptrace_read;
            if (request == 3 || request == 0x4201 || request == 0x4202 || request == 0x4204 || request == 0x420e) {
                out_.flags |= linux_flag::kTracer;
            }
            break;
    }
    on_other(as_pid(f.a[1]), true);
    if (request == 0x11) {
        here_->no_longer_means(f.pid, as_pid(f.a[1]));
    }
}

void AuditEventMapper::map_open(std::uint64_t flags, bool flags_known) {
    AuditFacts& f = facts_;
    const std::string_view path = full_path(f.path);
    out_.operation = f.creates_file ? Operation::file_create : Operation::file_open;
    out_.text = path;
    if (flags_known) {
        out_.value = flags;
        std::string& text = scratch();
        text = open_flags_text(flags);
        derive(Field::open_flags, text);
    }
    if (!path.empty()) {
        derive(Field::path, path);
    }
    if (!f.failed && f.exit >= 0 && f.has_exit && !path.empty()) {
        here_->opened(f.pid, static_cast<std::uint64_t>(f.exit), here_->meant_by(f.pid, path));
    }
    std::uint32_t pid = 0;
    std::string_view what;
    if (!proc_file(path, pid, what)) {
        if ((flags & 3U) != 0) {
            (void)map_preload_file(path);
        }
        return;
    }
    const std::uint64_t access = flags & 3U;
    if (what == "mem") {
        out_.operation = flags_known && access != 0 ? Operation::proc_mem_write : Operation::proc_mem_read;
        out_.flags |= access == 2 ? linux_flag::kWritable : 0U;
    } else if (what == "maps" || what == "smaps" || what == "smaps_rollup" || what == "numa_maps" || what == "pagemap" ||
               what == "auxv" || what == "syscall" || what == "stack" || what.starts_with("map_files")) {
        out_.operation = Operation::proc_maps_read;
    } else {
        return;
    }
    out_.flags |= linux_flag::kProcFile;
    on_other(pid, false);
}

// Every program started from then on loads what the file lists (ld.so(8)).
bool AuditEventMapper::map_preload_file(std::string_view path) {
    if (path != "/etc/ld.so.preload") {
        return false;
    }
    out_.operation = Operation::preload;
    out_.flags |= linux_flag::kWritable;
    out_.text = path;
    on_self();
    return true;
}

void AuditEventMapper::map_memory(std::string_view call) {
    AuditFacts& f = facts_;
    const std::uint64_t prot = f.a[2];
    std::string& text = scratch();
    text = protection_text(prot);
    derive(Field::protection, text);
    out_.value = prot;
    out_.text = text;
    out_.flags |= (prot & 2U) != 0 ? linux_flag::kWritable : 0U;
    if (call != "mmap" && call != "mmap2") {
        if ((prot & 4U) != 0) {
            out_.operation = Operation::exec_protect;
            on_self();
        }
        return;
    }
    std::string& flags = scratch();
    flags = map_flags_text(f.a[3]);
    derive(Field::map_flags, flags);
    if ((prot & 4U) == 0) {
        return;
    }
    on_self();
    if ((f.a[3] & 0x20U) != 0) {
        out_.operation = Operation::exec_map;
        out_.flags |= linux_flag::kAnonymous;
        return;
    }
    out_.operation = Operation::module_load;
    const std::string_view path = f.call.empty() || f.path.empty() ? here_->file(f.pid, f.map_fd) : f.path;
    const bool as_library = (f.a[3] & kMapPrivate) != 0;
    const bool newest_memfd = here_->maps_newest_memfd(f.pid, f.map_fd);
    if (is_memfd(path)) {
        out_.operation = Operation::memfd_map;
        out_.flags |= linux_flag::kMemfd | (as_library ? linux_flag::kRunWhole : 0U);
    } else if (path.empty() && as_library && newest_memfd) {
        out_.operation = Operation::memfd_map;
        out_.flags |= linux_flag::kMemfd | linux_flag::kPresumed;
        out_.text = "presumably the memfd: the open of this descriptor is not recorded";
    }
    if (!path.empty()) {
        std::string& copy = scratch();
        copy = path;
        out_.text = copy;
        derive(Field::path, copy);
        out_.flags |= user_writable(path) ? signal_flag::kUserWritablePath : 0U;
    }
}

std::string AuditEventMapper::arguments_text() {
    std::string line;
    for (std::size_t i = 0; i < facts_.argument_count; ++i) {
        append_argument(line, clean(facts_.arguments[i]));
    }
    return line;
}

void AuditEventMapper::map_execution() {
    AuditFacts& f = facts_;
    out_.operation = Operation::process_exec;
    on_self();
    std::string& line = scratch();
    std::string_view preload = f.preload;
    const auto look_for_preload = [&](std::string_view text) {
        for (const std::string_view name : {"LD_PRELOAD=", "LD_AUDIT="}) {
            const std::size_t at = text.find(name);
            if (at != std::string::npos && preload.empty()) {
                const std::string_view rest = text.substr(at);
                preload = clean(rest.substr(0, rest.find_first_of(" \t\n;")));
            }
        }
    };
    line = arguments_text();
    for (std::size_t i = 0; i < f.argument_count; ++i) {
        look_for_preload(f.arguments[i]);
    }
    look_for_preload(f.command_line);
    if (line.empty()) {
        line = !f.command_line.empty() ? f.command_line : f.failed ? full_path(f.path) : f.proctitle;
    }
    out_.text = line;
    derive(Field::command_line, line);
    if (f.failed) {
        out_.operation = Operation::file_open;  // nothing began: a search along PATH, mostly
        out_.text = full_path(f.path);
        return;
    }
    out_.life.command_line = line;
    out_.life.user = f.user;
    out_.life.parent.pid = f.ppid;
    out_.life.parent.has_pid = f.ppid != 0;
    const LinuxProcesses::Process* parent = here_->find(f.ppid);
    out_.life.parent_image = parent != nullptr ? std::string_view(parent->exe) : std::string_view{};
    if (is_memfd(f.exe)) {
        out_.operation = Operation::memfd_execute;
        out_.flags |= linux_flag::kMemfd | linux_flag::kRunWhole | signal_flag::kUserWritablePath;
    } else if (!preload.empty()) {
        out_.operation = Operation::preload;
        out_.text = preload;
        const std::string_view library = preload.substr(preload.find('=') + 1);
        derive(Field::library, library);
        out_.flags |= user_writable(library) ? signal_flag::kUserWritablePath : 0U;
    } else {
        out_.actor = out_.life.parent;
        out_.actor.image = out_.life.parent_image;
    }
}

void AuditEventMapper::map_clone(std::string_view call) {
    AuditFacts& f = facts_;
    // clone3 has its flags behind a pointer; fork and vfork have none.
    const std::uint64_t flags = call == "clone" ? f.a[0] : 0;
    if (call == "clone") {
        std::string& text = scratch();
        text = clone_flags_text(flags);
        derive(Field::clone_flags, text);
        out_.value = flags;
    }
    if (f.failed || f.exit <= 0 || f.exit > 0x7fffffff) {
        return;
    }
    const std::uint32_t child = as_pid(static_cast<std::uint64_t>(f.exit));
    // What clone3 made is a thread unless it has already acted as a process of its own.
    const LinuxProcesses::Process* acted = here_->find(child);
    const bool perhaps_thread = call == "clone3" && (acted == nullptr || acted->ppid != f.pid);
    if (f.thread || perhaps_thread || (flags & 0x10000U) != 0) {
        out_.operation = Operation::thread_create;
        here_->thread_of(child, f.pid);
        return;
    }
    out_.operation = Operation::process_create;
    out_.text = f.exe;
    out_.target.pid = child;
    out_.target.has_pid = true;
    out_.target.image = f.exe;
    out_.life.user = f.user;
    out_.life.parent = out_.actor;
    out_.life.parent_image = f.exe;
    LinuxProcesses::Process& process = here_->at(child);
    process.exe.assign(f.exe);
    process.ppid = f.pid;
    process.uid = f.uid;
}

void AuditEventMapper::interpret_syscall() {
    AuditFacts& f = facts_;
    const std::string_view call = f.call.empty() ? syscall_name(f.arch, f.number) : f.call;
    const auto starts = [&](std::string_view text) { return call.starts_with(text); };
    if (f.call.empty()) {
        out_.channel = channel_of(f.arch);
        out_.event_id = f.number;
    }
    out_.text = f.path.empty() ? (call.empty() ? std::string_view("SYSCALL") : call) : full_path(f.path);
    if (f.failed) {
        out_.flags |= linux_flag::kDenied;
        if (const std::string_view name = errno_name(static_cast<std::uint64_t>(-f.exit)); f.exit < 0 && !name.empty()) {
            derive(Field::error_name, name);
        }
    }
    if (call == "ptrace") {
        map_ptrace();
    } else if (call == "process_vm_writev" || call == "process_vm_readv") {
        out_.operation = starts("process_vm_w") ? Operation::process_vm_write : Operation::process_vm_read;
        out_.flags |= linux_flag::kProcessVm;
        out_.text = call;
        out_.value = f.exit > 0 ? static_cast<std::uint64_t>(f.exit) : 0;
        derive(Field::bytes_moved, ValueKind::number, out_.value);
        on_other(as_pid(f.a[0]), false);
    } else if (call == "open" || call == "creat") {
        map_open(call == "creat" ? 01101U : f.a[1], true);
    } else if (call == "openat") {
        map_open(f.a[2], true);
    } else if (call == "openat2") {
        map_open(0, false);
    } else if (call == "mmap" && f.arch == kArchI386) {
        return;  // its arguments are behind a pointer (man 2 mmap, old_mmap)
    } else if (call == "mmap" || call == "mmap2" || call == "mprotect" || call == "pkey_mprotect") {
        map_memory(call);
    } else if (call == "write" || call == "writev" || call == "pwrite64" || call == "pwritev" || call == "pwritev2") {
        f.map_fd = f.a[0];
        map_file_write();
    } else if (call == "execve" || call == "execveat") {
        map_execution();
    } else if (starts("clone") || call == "fork" || call == "vfork") {
        map_clone(call);
    } else if (call == "exit_group") {
        out_.operation = Operation::process_exit;
        out_.value = f.a[0];
        out_.text = f.exe;
        on_self();
        out_.actor = {};
    } else if (call == "memfd_create") {
        out_.operation = Operation::memfd_create;
        out_.text = f.path.empty() ? call : f.path;  // a name, no path
        out_.flags |= linux_flag::kMemfd;
        out_.value = f.a[1];
        on_self();
        if (!f.failed && f.exit >= 0) {
            // Audit does not log the name.
            here_->opened(f.pid, static_cast<std::uint64_t>(f.exit), "/memfd:" + std::string(f.call.empty() ? "" : f.path));
            here_->made_memfd(f.pid, static_cast<std::uint64_t>(f.exit));
        }
    } else if (call == "pidfd_open" || call == "pidfd_getfd") {
        out_.operation = Operation::pidfd_access;
        out_.text = call;
        out_.value = f.exit >= 0 ? static_cast<std::uint64_t>(f.exit) : 0;
        if (call == "pidfd_open") {
            on_other(as_pid(f.a[0]), false);
            if (!f.failed && f.exit >= 0) {
                std::string name = "pidfd:" + std::to_string(out_.target.pid);
                here_->opened(f.pid, static_cast<std::uint64_t>(f.exit), name);
            }
        } else if (const std::string_view of = here_->file(f.pid, f.a[0]); of.starts_with("pidfd:")) {
            std::uint32_t pid = 0;
            if (whole_number(of.substr(6), pid)) {
                on_other(pid, false);
            }
        }
    } else if (call == "kill" || call == "tkill" || call == "tgkill" || call == "pidfd_send_signal") {
        out_.operation = Operation::signal_send;
        const std::uint64_t number = call == "tgkill" ? f.a[2] : f.a[1];
        out_.value = number;
        out_.text = signal_name(number).empty() ? call : signal_name(number);
        derive(Field::signal_name, out_.text);
        if (f.has_opid || (call != "pidfd_send_signal" && static_cast<std::int32_t>(f.a[0]) > 0)) {
            on_other(call == "pidfd_send_signal" ? f.opid : as_pid(f.a[0]), false);
        }
    } else if (starts("rename") || starts("link") || starts("symlink")) {
        (void)map_preload_file(full_path(f.call.empty() ? f.created : f.path));
    } else if (starts("unlink") || call == "rmdir") {
        out_.operation = Operation::file_delete;
    } else if (call == "connect" || call == "bind" || starts("accept")) {
        out_.operation = Operation::network;
    } else if (call == "init_module" || call == "finit_module") {
        out_.operation = Operation::driver_load;
    } else if (!f.call.empty()) {
        map_hook();
    }
}

void AuditEventMapper::remember_caller() {
    const AuditFacts& f = facts_;
    if (!f.has_pid) {
        return;
    }
    LinuxProcesses::Process& self = here_->at(f.pid);
    if (self.exe != f.exe && !f.exe.empty()) {
        self.exe.assign(f.exe);
    }
    // A sensor may leave out what the audit system always says.
    self.ppid = f.call.empty() || f.ppid != 0 ? f.ppid : self.ppid;
    self.uid = f.call.empty() || f.has_uid ? f.uid : self.uid;
}

void AuditEventMapper::interpret() {
    AuditFacts& f = facts_;
    here_ = &processes(out_.host);
    if (f.has_pid) {
        out_.actor.pid = f.pid;
        out_.actor.has_pid = true;
        out_.actor.image = f.exe;
    }
    if (f.is_syscall) {
        remember_caller();
        interpret_syscall();
        return;
    }
    if (f.first_type.empty()) {
        return;  // not of the audit system, and no call
    }
    out_.channel = f.first_type;
    out_.text = !f.op.empty() ? f.op : !f.path.empty() ? full_path(f.path) : f.first_type;
    if (is_sensor_state(f.first_type)) {
        out_.operation = Operation::sensor_state;
        out_.actor = {};
    }
    if (f.argument_count != 0) {
        derive(Field::command_line, scratch() = arguments_text());
    }
    if (accompanies(f.first_type)) {
        sink_.lost(kWithoutSyscall, {out_.record, 0, std::string(f.first_type)}, out_.raw);
    }
}

}  // namespace trocar
