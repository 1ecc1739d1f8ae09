#pragma once

#include <cstdint>
#include <string_view>

namespace trocar {

/// What an event says happened, one vocabulary over all systems. The numbers are stored in case files: append only.
enum class Operation : std::uint8_t {
    generic = 0,  ///< kept and searchable, without a meaning of its own here
    process_create = 1,
    process_exit = 2,
    process_access = 3,   ///< a handle to another process (Sysmon 10)
    remote_thread = 4,    ///< a thread started in another process (Sysmon 8)
    module_load = 5,      ///< Sysmon 7
    process_tamper = 6,   ///< image replaced or locked (Sysmon 25)
    driver_load = 7,
    raw_disk_read = 8,
    file_create = 9,
    file_time_change = 10,
    file_delete = 11,
    file_stream = 12,
    file_block = 13,      ///< Sysmon 27, 28, 29
    registry = 14,        ///< Sysmon 12, 13, 14
    network = 15,
    dns_query = 16,
    pipe = 17,            ///< Sysmon 17, 18
    wmi = 18,             ///< Sysmon 19, 20, 21
    clipboard = 19,
    sensor_state = 20,    ///< Sysmon 4, 16, 255: the sensor speaks of itself
    memory_alloc = 21,
    memory_protect = 22,
    memory_write = 23,
    memory_map = 24,
    memory_unmap = 25,
    thread_context = 26,
    apc_queue = 27,
    suspend = 28,
    resume = 29,
    // Linux system calls by what they do to another process, or to the memory of the caller (docs/formats/audit.md).
    // Actor and target: the caller and the process acted on; of those marked (self) the caller is both.
    ptrace_attach = 30,      ///< PTRACE_ATTACH, PTRACE_SEIZE
    ptrace_traceme = 31,     ///< PTRACE_TRACEME: actor the parent that will trace, target the caller
    ptrace_read = 32,        ///< PEEK*, GETREGS*, GETSIGINFO, ...: reads memory or registers
    ptrace_write = 33,       ///< POKETEXT, POKEDATA: value is the address, field Written the word
    ptrace_registers = 34,   ///< SETREGS*, SETFPREGS*, POKEUSER: steers a thread of the target
    ptrace_control = 35,     ///< CONT, SINGLESTEP, SYSCALL, INTERRUPT, SETOPTIONS, ...
    ptrace_detach = 36,
    process_vm_read = 37,
    process_vm_write = 38,   ///< value is the number of bytes written
    proc_mem_read = 39,      ///< /proc/PID/mem opened for reading only
    proc_mem_write = 40,     ///< /proc/PID/mem opened for writing
    proc_maps_read = 41,     ///< /proc/PID/{maps,smaps,map_files,...} opened
    pidfd_access = 42,       ///< pidfd_open, pidfd_getfd
    memfd_create = 43,       ///< (self)
    memfd_execute = 44,      ///< (self) execve of a memfd: the image is memory that no file holds
    memfd_map = 45,          ///< (self) a memfd mapped executable
    exec_map = 46,           ///< (self) anonymous executable mapping; of a file: module_load
    exec_protect = 47,       ///< (self) mprotect or pkey_mprotect to executable
    process_exec = 48,       ///< execve, execveat: the life goes on under another image. Actor the parent, target the caller
    preload = 49,            ///< process_exec with LD_PRELOAD or LD_AUDIT in its arguments or environment
    thread_create = 50,      ///< clone with CLONE_THREAD; clone3, which does not tell
    file_open = 51,
    signal_send = 52,        ///< kill, tkill, tgkill, pidfd_send_signal
    // What a snapshot of /proc shows, alone or against an earlier one (docs/formats/procfs.md). Target: the process shown.
    tracer_seen = 53,        ///< status TracerPid != 0: actor the tracer
    mapping_found = 54,      ///< executable mapping that nothing explains: anonymous, memfd, deleted, or new since the last
    code_page_changed = 55,  ///< dirty page of an executable file mapping, a changed [vdso]; text is the mapping's name
    process_seen = 56,       ///< a list names a process that runs: image, parent, command line, but not its start
    // What Endpoint Security reports (docs/formats/macos-es.md); process_*, module_load, suspend, resume, exec_protect and
    // signal_send serve macOS too. Actor and target: who asked and whose task; of those marked (self) the target alone.
    task_control = 57,       ///< get_task: the control port of a task
    task_read = 58,          ///< get_task_read
    task_inspect = 59,       ///< get_task_inspect
    task_name = 60,          ///< get_task_name: tells who, gives nothing
    task_thread = 61,        ///< remote_thread_create: an attempt unless the action says otherwise
    code_invalidated = 62,   ///< (self) cs_invalidated: a page no longer matches the signature
    trace_attach = 63,       ///< trace: ptrace attach, may repeat
    dyld_insert = 64,        ///< exec with DYLD_INSERT_LIBRARIES. Actor the parent, target the process
    security_log = 65,       ///< unified log of com.apple.security or libsystem_kernel.dylib, of no meaning known here
};
inline constexpr int kOperationCount = 66;

/// The field's own word: "ProcessAccess", "CreateRemoteThread" (Sysmon's rule names where there is one).
[[nodiscard]] std::string_view name(Operation operation) noexcept;
[[nodiscard]] bool operation_from_name(std::string_view text, Operation& out) noexcept;

/// The classes that have a colour and a glyph of their own (UX: seven classes; see ui/shell/theme).
enum class OperationClass : std::uint8_t { access, alloc, write, protect, execute, image, process, other };
[[nodiscard]] OperationClass operation_class(Operation operation) noexcept;

}  // namespace trocar
