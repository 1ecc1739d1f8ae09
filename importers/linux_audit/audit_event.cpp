#include "importers/linux_audit/audit_event.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/base/escape.h"
#include "core/model/signal.h"
#include "importers/linux_audit/audit_names.h"

namespace trocar {
namespace {

constexpr LossKind kFieldsCut{"audit_fields_cut", LossSeverity::warning,
                              "An event has more fields than the limit (loading a kernel module can log thousands of paths); the "
                              "rest is in the raw record."};
constexpr LossKind kArgumentsCut{"audit_arguments_cut", LossSeverity::warning,
                                 "A command line is longer than the limit; the rest is in the raw record."};
constexpr LossKind kWithoutSyscall{
    "audit_records_apart", LossSeverity::info,
    "Records that belong to a system call whose SYSCALL record is not in this file, or far away in it."};

template <class T>
bool whole_number(std::string_view text, T& out, int base = 10) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

/// Fields that the kernel and user space write through audit_log_untrustedstring or audit_encode_nv_string
/// (audit-userspace auparse/typetab.h, AUPARSE_TYPE_ESCAPED and _PROCTITLE).
bool is_encoded(std::string_view name) {
    switch (name.size()) {
        case 3: return name == "exe" || name == "key" || name == "cmd" || name == "cwd" || name == "dir" || name == "new";
        case 4: return name == "comm" || name == "name" || name == "path" || name == "acct" || name == "data" || name == "file" || name == "grp";
        case 5: return name == "ocomm";
        case 8: return name == "root_dir" || name == "sw" || name == "terminal";
        case 9: return name == "proctitle" || name == "interface";
        default: return name == "unit" || name == "vm" || name == "invalid_context" || name == "old-disk" || name == "new-disk";
    }
}

bool is_plain_decimal(std::string_view text) {
    return !text.empty() && text.size() <= 19 && (text[0] != '0' || text.size() == 1) &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

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

/// Directories where a plain user can leave a program or library.
bool user_writable(std::string_view path) {
    for (const std::string_view root : {"/tmp/", "/var/tmp/", "/dev/shm/", "/home/", "/run/user/", "/memfd:"}) {
        if (path.starts_with(root)) {
            return true;
        }
    }
    return false;
}

/// "/proc/PID/WHAT", also with task/TID between.
bool proc_path(std::string_view path, std::uint32_t& pid, std::string_view& what) {
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

std::uint32_t as_pid(std::uint64_t value) {
    return static_cast<std::uint32_t>(value);
}

}  // namespace

std::string& AuditEventMapper::scratch() {
    if (scratch_used_ == scratch_.size()) {
        scratch_.emplace_back();
    }
    std::string& text = scratch_[scratch_used_++];
    text.clear();
    return text;
}

std::string_view AuditEventMapper::clean(std::string_view text) {
    const bool ascii = std::none_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
    if (ascii || is_valid_utf8(text)) {
        return text;
    }
    std::string& out = scratch();
    out = valid_utf8(text);
    return out;
}

FieldId AuditEventMapper::field(std::string_view name) {
    if (name.size() <= 8) {
        std::uint64_t key = 0;
        std::memcpy(&key, name.data(), name.size());
        const auto found = short_names_.find(key);
        if (found != short_names_.end()) {
            return found->second;
        }
        if (short_names_.size() >= kMaxNames || !is_valid_utf8(name)) {
            return {};
        }
        const FieldId id = sink_.field(name);
        short_names_[key] = id;
        return id;
    }
    const std::string text(name.substr(0, 256));
    const auto found = long_names_.find(text);
    if (found != long_names_.end()) {
        return found->second;
    }
    if (long_names_.size() >= kMaxNames || !is_valid_utf8(text)) {
        return {};
    }
    return long_names_[text] = sink_.field(text);
}

LinuxProcesses& AuditEventMapper::processes(std::string_view host) {
    const std::string name(host);
    if (hosts_.size() >= kMaxHosts && !hosts_.contains(name)) {
        hosts_.clear();
    }
    return hosts_[name];
}

void AuditEventMapper::derive(Field field, std::string_view text) {
    fields_.push_back({id_of(field), ValueKind::text, 0, 0, text});
}
void AuditEventMapper::derive(Field field, ValueKind kind, std::uint64_t number) {
    fields_.push_back({id_of(field), kind, number, 0, {}});
}

void AuditEventMapper::read_argument(const AuditToken& token) {
    std::string_view digits = token.name.substr(1);
    const std::size_t end = digits.find_first_not_of("0123456789");
    const std::string_view rest = end == std::string_view::npos ? std::string_view{} : digits.substr(end);
    std::size_t index = 0;
    if ((!rest.empty() && rest.front() != '[') || !whole_number(digits.substr(0, end), index)) {
        return;  // argc, a1_len
    }
    std::string& piece = scratch();
    if (token.quoted || !decode_audit_hex(token.value, piece)) {
        piece.assign(token.value);
    }
    AuditFacts& f = facts_;
    if (index >= kMaxArguments || f.argument_bytes + piece.size() > kMaxArgumentBytes) {
        sink_.lost(kArgumentsCut, {out_.record, 0, {}}, out_.raw);
        return;
    }
    while (f.argument_count <= index) {
        if (f.arguments.size() == f.argument_count) {
            f.arguments.emplace_back();
        }
        f.arguments[f.argument_count++].clear();
    }
    f.arguments[index] += piece;
    f.argument_bytes += piece.size();
}

void AuditEventMapper::read_token(std::string_view type, const AuditToken& token) {
    AuditFacts& f = facts_;
    const std::string_view name = token.name;
    if (type == "EXECVE" && name.size() >= 2 && name[0] == 'a' && name[1] >= '0' && name[1] <= '9') {
        read_argument(token);
        return;
    }
    if (fields_.size() >= kMaxFields) {
        return;  // counted once, in emit()
    }
    FieldValue value;
    value.field = field(name);
    value.text = token.value;
    if (value.field.none()) {
        sink_.lost(kFieldsCut, {out_.record, 0, {}}, out_.raw);
        return;
    }
    const Field known = value.field.value < kKnownFieldCount ? static_cast<Field>(value.field.value) : Field::count_;
    if (token.quoted || token.enriched) {
        value.text = clean(value.text);
    } else if (is_plain_decimal(token.value) && !is_encoded(name)) {
        value.kind = ValueKind::number;
        (void)whole_number(token.value, value.number);
    } else if (is_encoded(name)) {
        std::string& decoded = scratch();
        if (decode_audit_hex(token.value, decoded)) {
            // Arguments in a title are set apart by NUL, several keys by 0x01.
            std::replace(decoded.begin(), decoded.end(), name == "key" ? '\x01' : '\0', ' ');
            value.text = clean(decoded);
        } else {
            value.text = clean(token.value);
        }
    } else {
        value.text = clean(token.value);
    }
    if (type == "SYSCALL" && !token.enriched) {
        const auto hexadecimal = [&](std::uint64_t& into) {
            if (whole_number(token.value, into, 16)) {
                value.kind = ValueKind::hex;
                value.number = into;
                value.text = {};
            }
        };
        std::uint64_t arch = 0;
        switch (known) {
            case Field::audit_arch:
                hexadecimal(arch);
                f.arch = static_cast<std::uint32_t>(arch);
                break;
            case Field::a0: hexadecimal(f.a[0]); break;
            case Field::a1: hexadecimal(f.a[1]); break;
            case Field::a2: hexadecimal(f.a[2]); break;
            case Field::a3: hexadecimal(f.a[3]); break;
            case Field::syscall_number: (void)whole_number(token.value, f.number); break;
            case Field::audit_success: f.failed = token.value == "no"; break;
            case Field::audit_exit: f.has_exit = whole_number(token.value, f.exit); break;
            case Field::ppid: (void)whole_number(token.value, f.ppid); break;
            default: break;
        }
    }
    const bool main_record = type == f.first_type || type == "SYSCALL";
    switch (known) {
        case Field::pid:
            if (main_record && !token.enriched) {
                f.has_pid = whole_number(token.value, f.pid);
            }
            break;
        case Field::uid:
            if (main_record && !f.has_uid) {
                f.has_uid = whole_number(token.value, f.uid);
            }
            break;
        case Field::named_uid: f.user = main_record ? value.text : f.user; break;
        case Field::exe: f.exe = value.text; break;
        case Field::comm: f.comm = value.text; break;
        case Field::cwd: f.cwd = value.text; break;
        case Field::proctitle: f.proctitle = value.text; break;
        case Field::audit_op: f.op = value.text; break;
        case Field::opid:
            if (!f.has_opid) {  // several with a signal to a group: the first
                f.has_opid = whole_number(token.value, f.opid);
            }
            break;
        case Field::ouid:
            if (type == "OBJ_PID") {
                (void)whole_number(token.value, f.ouid);
            }
            break;
        case Field::ocomm: f.ocomm = value.text; break;
        case Field::audit_fd:
            if (type == "MMAP") {
                (void)whole_number(token.value, f.map_fd);
            }
            break;
        case Field::audit_name:
            if (type == "PATH" && f.path.empty()) {
                f.path = value.kind == ValueKind::number ? token.value : value.text;
            }
            break;
        case Field::nametype:
            f.creates_file = f.creates_file || token.value == "CREATE";
            // The item of a parent directory comes before the file itself.
            if (type == "PATH" && token.value == "PARENT") {
                f.path = {};
            }
            break;
        case Field::saddr: f.address = value.text; break;
        default: break;
    }
    fields_.push_back(value);
}

void AuditEventMapper::read_record(const AuditHead& head) {
    if (fields_.size() + 32 < kMaxFields) {
        derive(Field::record_type, clean(head.type));
    }
    if (head.type == "SYSCALL") {
        facts_.is_syscall = true;
    }
    AuditTokens tokens(head.body);
    AuditToken token;
    while (tokens.next(token)) {
        read_token(head.type, token);
    }
}

std::string_view AuditEventMapper::full_path() {
    const AuditFacts& f = facts_;
    if (f.path.empty() || f.path.front() == '/' || f.cwd.empty()) {
        return f.path;
    }
    std::string& out = scratch();
    out = f.cwd;
    out += out.ends_with('/') ? "" : "/";
    out += f.path.starts_with("./") ? f.path.substr(2) : f.path;
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
    const std::string_view path = full_path();
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
        here_->opened(f.pid, static_cast<std::uint64_t>(f.exit), path);
    }
    std::uint32_t pid = 0;
    std::string_view what;
    if (!proc_path(path, pid, what)) {
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
    const std::string_view path = here_->file(f.pid, f.map_fd);
    if (path.starts_with("/memfd:")) {
        out_.operation = Operation::memfd_map;
        out_.flags |= linux_flag::kMemfd;
    }
    if (!path.empty()) {
        std::string& copy = scratch();
        copy = path;
        out_.text = copy;
        derive(Field::path, copy);
        out_.flags |= user_writable(path) ? signal_flag::kUserWritablePath : 0U;
    }
}

void AuditEventMapper::map_execution() {
    AuditFacts& f = facts_;
    out_.operation = Operation::process_exec;
    on_self();
    std::string& line = scratch();
    std::string_view preload;
    for (std::size_t i = 0; i < f.argument_count; ++i) {
        append_argument(line, clean(f.arguments[i]));
        for (const std::string_view name : {"LD_PRELOAD=", "LD_AUDIT="}) {
            const std::size_t at = f.arguments[i].find(name);
            if (at != std::string::npos && preload.empty()) {
                const std::string_view rest = std::string_view(f.arguments[i]).substr(at);
                preload = clean(rest.substr(0, rest.find_first_of(" \t\n;")));
            }
        }
    }
    if (line.empty()) {
        line = f.failed ? full_path() : f.proctitle;
    }
    out_.text = line;
    derive(Field::command_line, line);
    if (f.failed) {
        out_.operation = Operation::file_open;  // nothing began: a search along PATH, mostly
        out_.text = full_path();
        return;
    }
    out_.life.command_line = line;
    out_.life.user = f.user;
    out_.life.parent.pid = f.ppid;
    out_.life.parent.has_pid = f.ppid != 0;
    const LinuxProcesses::Process* parent = here_->find(f.ppid);
    out_.life.parent_image = parent != nullptr ? std::string_view(parent->exe) : std::string_view{};
    if (f.exe.starts_with("/memfd:")) {
        out_.operation = Operation::memfd_execute;
        out_.flags |= linux_flag::kMemfd | signal_flag::kUserWritablePath;
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
    if (call == "clone3" || (flags & 0x10000U) != 0) {
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
    const std::string_view call = syscall_name(f.arch, f.number);
    const auto starts = [&](std::string_view text) { return call.starts_with(text); };
    out_.channel = channel_of(f.arch);
    out_.event_id = f.number;
    out_.text = f.path.empty() ? (call.empty() ? std::string_view("SYSCALL") : call) : full_path();
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
        out_.flags |= linux_flag::kMemfd;
        out_.value = f.a[1];
        on_self();
        if (!f.failed && f.exit >= 0) {
            here_->opened(f.pid, static_cast<std::uint64_t>(f.exit), "/memfd:");  // the name is not logged
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
    } else if (starts("unlink") || call == "rmdir") {
        out_.operation = Operation::file_delete;
    } else if (call == "connect" || call == "bind" || starts("accept")) {
        out_.operation = Operation::network;
    } else if (call == "init_module" || call == "finit_module") {
        out_.operation = Operation::driver_load;
    }
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
        LinuxProcesses::Process& self = here_->at(f.pid);
        if (self.exe != f.exe && !f.exe.empty()) {
            self.exe.assign(f.exe);
        }
        self.ppid = f.ppid;
        self.uid = f.uid;
        interpret_syscall();
        return;
    }
    out_.channel = f.first_type;
    out_.text = !f.op.empty() ? f.op : !f.path.empty() ? full_path() : f.first_type;
    if (is_sensor_state(f.first_type)) {
        out_.operation = Operation::sensor_state;
        out_.actor = {};
    }
    if (accompanies(f.first_type)) {
        sink_.lost(kWithoutSyscall, {out_.record, 0, std::string(f.first_type)}, out_.raw);
    }
}

void AuditEventMapper::emit(std::string_view lines, RawPlace raw, std::uint64_t line_number) {
    out_ = RawEvent{};
    out_.raw = raw;
    out_.record = line_number;
    out_.provider = "auditd";
    out_.flags = signal_flag::kLinux;
    fields_.clear();
    scratch_used_ = 0;
    std::vector<std::string> kept = std::move(facts_.arguments);
    facts_ = AuditFacts{};
    facts_.arguments = std::move(kept);
    bool first = true;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        AuditHead head;
        if (read_audit_head(lines.substr(0, end), head)) {
            if (first) {
                first = false;
                facts_.first_type = clean(head.type);
                out_.host = head.node.empty() ? std::string_view(host_) : clean(head.node);
                out_.time = UtcNanos{head.seconds * kSecond.count + head.millis * kMillisecond.count};
                derive(Field::audit_serial, ValueKind::number, head.serial);
            }
            read_record(head);
        }
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    if (fields_.size() >= kMaxFields) {
        sink_.lost(kFieldsCut, {out_.record, 0, {}}, out_.raw);
    }
    interpret();
    out_.fields = fields_;
    sink_.event(out_);
}

}  // namespace trocar
