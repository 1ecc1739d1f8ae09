// Calls that a sensor tells by name, and the kernel hooks that stand beside system calls
// (docs/formats/linux-ebpf.md).

#include "core/model/signal.h"
#include "importers/linux_audit/audit_event.h"
#include "importers/linux_audit/audit_names.h"

#include <algorithm>

namespace trocar {

namespace {
constexpr std::uint64_t kModeAttach = 2;  // PTRACE_MODE_ATTACH, include/linux/ptrace.h
}

void AuditEventMapper::keep(std::span<const FieldValue> fields) {
    const std::size_t room = kMaxFields - std::min(kMaxFields, fields_.size());
    fields_.insert(fields_.end(), fields.begin(),
                   fields.begin() + static_cast<std::ptrdiff_t>(std::min(room, fields.size())));
}

void AuditEventMapper::call(const NamedCall& c) {
    AuditFacts& f = facts_;
    here_ = &processes(out_.host);
    f.call = c.name;
    f.is_syscall = !c.name.empty();
    f.has_pid = c.pid.has_value();
    f.pid = c.pid.value_or(0);
    f.ppid = c.parent.value_or(0);
    f.has_uid = c.uid.has_value();
    f.uid = c.uid.value_or(0);
    f.a = c.a;
    f.map_fd = c.fd.value_or(UINT64_MAX);
    f.has_exit = c.result.has_value();
    f.exit = c.result.value_or(0);
    f.failed = c.failed || f.exit < 0;
    f.thread = c.thread;
    f.exe = clean(c.exe);
    f.comm = clean(c.comm);
    f.user = clean(c.user);
    f.cwd = clean(c.cwd);
    f.path = clean(c.path);
    f.command_line = clean(c.command_line);
    f.preload = clean(c.preload);
    for (std::size_t i = 0; i < c.arguments.size(); ++i) {
        keep_argument(i, c.arguments[i]);
    }
    if (f.has_pid) {
        place_in_namespace(c);
        name_image(c.name == "execve" || c.name == "execveat");
    }
}

void AuditEventMapper::place_in_namespace(const NamedCall& c) {
    if (c.pid_namespace == 0) {
        here_->in_no_namespace(*c.pid);
        return;
    }
    here_->in_namespace(*c.pid, c.pid_namespace, c.pid_in_namespace);
    if (c.child_in_namespace != 0 && c.result.value_or(0) > 0) {
        here_->in_namespace(static_cast<std::uint32_t>(*c.result), c.pid_namespace, c.child_in_namespace);
    }
}

// A program run through its descriptor is what the descriptor stands for; a sensor that names no program
// means the one that an earlier event named.
void AuditEventMapper::name_image(bool by_exec) {
    AuditFacts& f = facts_;
    std::string_view image = here_->meant_by(f.pid, f.exe);
    if (image.empty() && !by_exec) {
        const LinuxProcesses::Process* known = here_->find(f.pid);
        image = known != nullptr && !known->exe.empty() ? std::string_view(known->exe) : f.comm;
    }
    std::string& copy = scratch();
    copy = image;
    f.exe = copy;
}

void AuditEventMapper::map_file_write() {
    const AuditFacts& f = facts_;
    std::string& path = scratch();
    path = f.path.empty() ? here_->file(f.pid, f.map_fd) : full_path(f.path);
    std::uint32_t pid = 0;
    std::string_view what;
    if (map_preload_file(path) || !proc_file(path, pid, what) || what != "mem") {
        return;
    }
    out_.operation = Operation::proc_mem_write;
    out_.flags |= linux_flag::kProcFile;
    out_.text = path;
    derive(Field::path, path);
    if (f.exit > 0) {
        derive(Field::bytes_moved, ValueKind::number, static_cast<std::uint64_t>(f.exit));
    }
    on_other(pid, false);
}

void AuditEventMapper::map_hook() {
    AuditFacts& f = facts_;
    if (f.call == "write_file") {
        map_file_write();
    } else if (f.call == "load_library") {
        out_.operation = is_memfd(f.path) ? Operation::memfd_map : Operation::module_load;
        out_.flags |= is_memfd(f.path) ? linux_flag::kMemfd | linux_flag::kRunWhole : 0U;
        out_.flags |= user_writable(f.path) ? signal_flag::kUserWritablePath : 0U;
        on_self();
    } else if (f.call == "ptrace_access_check" && (f.a[0] & kModeAttach) != 0) {
        out_.operation = Operation::ptrace_attach;
        out_.value = f.a[0];
        out_.text = "ptrace access check";
        on_other(static_cast<std::uint32_t>(f.a[1]), false);
    } else if (f.call == "process_seen") {
        out_.operation = Operation::process_seen;
        on_self();
        out_.actor = {};
        out_.text = f.exe;
        out_.life.command_line = f.command_line;
        out_.life.user = f.user;
        out_.life.parent.pid = f.ppid;
        out_.life.parent.has_pid = f.ppid != 0;
    }
}

}  // namespace trocar
