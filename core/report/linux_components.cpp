// What AN1400 is made of, and how each sensor is told to record it. Rules of auditd: auditctl(8),
// audit-userspace rules/42-injection.rules; narrow ones, so that each channel has its own. Events of Tracee:
// aquasecurity/tracee docs/docs/events/builtin; conditions of Falco: falco.org supported-events; hooks of
// Tetragon: docs/concepts/tracing-policy.
#include "core/report/coverage_components.h"

#include <array>

namespace trocar {
namespace {

constexpr std::array kAttach{Operation::ptrace_attach, Operation::ptrace_traceme};
constexpr std::array kAttachRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S ptrace -F a0=0x10 -k ptrace_attach"},
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S ptrace -F a0=0x4206 -k ptrace_seize"},
    ComponentRule{"Tracee", "--events ptrace"},
    ComponentRule{"Falco", "evt.type=ptrace and evt.arg.request in (PTRACE_ATTACH, PTRACE_SEIZE)"},
    ComponentRule{"Tetragon", "kprobe sys_ptrace (syscall: true), args 0 and 1 labelled request and pid"}};

constexpr std::array kPoke{Operation::ptrace_write};
constexpr std::array kPokeRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S ptrace -F a0=0x4 -k ptrace_poke"},
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S ptrace -F a0=0x5 -k ptrace_poke"},
    ComponentRule{"Tracee", "--events ptrace"},
    ComponentRule{"Falco", "evt.type=ptrace and evt.arg.request in (PTRACE_POKETEXT, PTRACE_POKEDATA)"},
    ComponentRule{"Tetragon", "kprobe sys_ptrace (syscall: true), args 0 and 1 labelled request and pid"}};

constexpr std::array kRegisters{Operation::ptrace_registers};
constexpr std::array kRegisterRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S ptrace -F a0=0xd -k ptrace_registers"},
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S ptrace -F a0=0x4205 -k ptrace_registers"},
    ComponentRule{"Tracee", "--events ptrace"},
    ComponentRule{"Falco", "evt.type=ptrace and evt.arg.request in (PTRACE_SETREGS)"},
    ComponentRule{"Tetragon", "kprobe sys_ptrace (syscall: true), args 0 and 1 labelled request and pid"}};

constexpr std::array kControl{Operation::ptrace_control, Operation::ptrace_detach, Operation::ptrace_read};
constexpr std::array kControlRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S ptrace -k ptrace"},
    ComponentRule{"Tracee", "--events ptrace"}, ComponentRule{"Falco", "evt.type=ptrace"},
    ComponentRule{"Tetragon", "kprobe sys_ptrace (syscall: true), args 0 and 1 labelled request and pid"}};

constexpr std::array kVmWrite{Operation::process_vm_write};
constexpr std::array kVmWriteRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S process_vm_writev -k vm_write"},
    ComponentRule{"Tracee", "--events process_vm_writev"},
    ComponentRule{"Falco", "evt.type=process_vm_writev"},
    ComponentRule{"Tetragon",
                  "kprobe sys_process_vm_writev (syscall: true), arg 0 labelled pid, returnArg int"}};

// open has its flags in a1, openat in a2, openat2 behind a pointer.
constexpr std::array kMemOpen{Operation::proc_mem_write};
constexpr std::array kMemOpenRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S openat -F a2&3 -k mem_write"},
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S open -F a1&3 -k mem_write"},
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S openat2 -k mem_write"},
    ComponentRule{"Tracee", "--events security_file_open,vfs_write (pathname /proc/*/mem)"},
    ComponentRule{"Falco", "open_write and fd.name glob /proc/*/mem"},
    ComponentRule{
        "Tetragon",
        "kprobe sys_openat (syscall: true), args 0 to 2; or security_file_permission, args file and int"}};

constexpr std::array kMapsRead{Operation::proc_maps_read, Operation::proc_mem_read};
constexpr std::array kMapsReadRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S open,openat,openat2 -F dir=/proc -k proc_read"},
    ComponentRule{"Tracee", "--events security_file_open (pathname /proc/*/maps, /proc/*/mem)"},
    ComponentRule{"Falco", "open_read and (fd.name glob /proc/*/maps or fd.name glob /proc/*/mem)"},
    ComponentRule{"Tetragon",
                  "kprobe sys_openat (syscall: true), args 0 to 2, matchArgs index 1 Prefix /proc/"}};

constexpr std::array kVmRead{Operation::process_vm_read};
constexpr std::array kVmReadRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S process_vm_readv -k vm_read"},
    ComponentRule{"Tracee", "--events process_vm_readv"}, ComponentRule{"Falco", "evt.type=process_vm_readv"},
    ComponentRule{"Tetragon",
                  "kprobe sys_process_vm_readv (syscall: true), arg 0 labelled pid, returnArg int"}};

constexpr std::array kPidfd{Operation::pidfd_access};
constexpr std::array kPidfdRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S pidfd_open,pidfd_getfd -k pidfd"},
    ComponentRule{"Tracee", "--events pidfd_open,pidfd_getfd"},
    ComponentRule{"Falco", "evt.type in (pidfd_open, pidfd_getfd)"},
    ComponentRule{"Tetragon", "kprobe sys_pidfd_open (syscall: true), arg 0 labelled pid, returnArg int"}};

constexpr std::array kExecMap{Operation::exec_map, Operation::module_load, Operation::memfd_map};
constexpr std::array kExecMapRules{
    ComponentRule{"auditd", "-a always,exit -F arch=b64 -S mmap -F a2&4 -k exec_map"},
    ComponentRule{"auditd", "-a always,exit -F arch=b32 -S mmap2 -F a2&4 -k exec_map"},
    ComponentRule{"Tracee", "--events mmap,security_mmap_file"},
    ComponentRule{"Falco", "evt.type in (mmap, mmap2) and evt.arg.prot contains PROT_EXEC"},
    ComponentRule{
        "Tetragon",
        "kprobe sys_mmap (syscall: true), args 0 to 4; or security_mmap_file, args file, uint32, uint32"}};

constexpr std::array kExecProtect{Operation::exec_protect};
constexpr std::array kExecProtectRules{
    ComponentRule{"auditd",
                  "-a always,exit -F arch={arch} -S mprotect,pkey_mprotect -F a2&4 -k exec_protect"},
    ComponentRule{"Tracee", "--events mprotect"},
    ComponentRule{"Falco", "evt.type=mprotect and evt.arg.prot contains PROT_EXEC"},
    ComponentRule{"Tetragon", "kprobe sys_mprotect (syscall: true), args 0 to 2"}};

constexpr std::array kMemfd{Operation::memfd_create};
constexpr std::array kMemfdRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S memfd_create -k memfd"},
    ComponentRule{"Tracee", "--events memfd_create"}, ComponentRule{"Falco", "evt.type=memfd_create"},
    ComponentRule{"Tetragon", "kprobe sys_memfd_create (syscall: true), args string and int, returnArg int"}};

constexpr std::array kExec{Operation::process_exec, Operation::memfd_execute};
constexpr std::array kExecRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S execve,execveat -k exec"},
    ComponentRule{"Tracee", "--events sched_process_exec"},
    ComponentRule{"Falco", "evt.type in (execve, execveat) and evt.res=SUCCESS"},
    ComponentRule{"Tetragon", "process_exec, which is always on unless filtered"}};

constexpr std::array kPreload{Operation::preload};
constexpr std::array kPreloadRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -F path=/etc/ld.so.preload -F perm=wa -k preload"},
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S execve,execveat -k exec"},
    ComponentRule{
        "Tracee",
        "--events sched_process_exec (with its environment),security_file_open,security_inode_rename"},
    ComponentRule{"Falco", "proc.env contains LD_PRELOAD, or open_write and fd.name=/etc/ld.so.preload"},
    ComponentRule{"Tetragon",
                  "kprobe security_file_permission, args file and int, matchArgs /etc/ld.so.preload"}};

constexpr std::array kLives{Operation::process_create, Operation::process_exit};
constexpr std::array kLifeRules{
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S clone,clone3,fork,vfork -k life"},
    ComponentRule{"auditd", "-a always,exit -F arch={arch} -S exit_group -k life"},
    ComponentRule{"Tracee", "--events sched_process_fork,sched_process_exit"},
    ComponentRule{"Falco", "evt.type in (clone, clone3, fork, vfork, procexit)"},
    ComponentRule{"Tetragon", "process_exit, which is always on unless filtered"}};

constexpr std::array kSnapshot{Operation::process_seen, Operation::mapping_found,
                               Operation::code_page_changed, Operation::tracer_seen};

constexpr std::array<Component, 16> kRows{{
    {"Attach", "DC0021", "ptrace ATTACH, SEIZE", kAttach,
     "The access step is blind for ptrace, or nobody attached: words poked into a process stay alone.", "",
     "access", kAttachRules},
    {"Ptrace Write", "DC0021", "ptrace POKETEXT, POKEDATA", kPoke,
     "The write step is blind for ptrace, or nobody poked: T1055.008 cannot show.", "", "write", kPokeRules},
    {"Registers Set", "DC0021", "ptrace SETREGS, SETREGSET", kRegisters,
     "The execute step is blind, or did not happen: whether the target was steered to what was written is "
     "not told.",
     "", "execute", kRegisterRules},
    {"Trace Control", "DC0021", "ptrace CONT, DETACH, PEEK and others", kControl,
     "The execute step is blind for the target's continuation, and the requests that tell a debugger from an "
     "injector are not "
     "seen, or were not made.",
     "", "execute", kControlRules},
    {"Cross-Process Write", "DC0021", "process_vm_writev", kVmWrite,
     "The write step is blind for process_vm_writev, or it was not called.",
     "What was written is not recorded; the number of bytes is.", "write", kVmWriteRules},
    {"Process Memory File", "DC0055", "open of /proc/PID/mem for writing", kMemOpen,
     "The write step is blind for /proc/PID/mem, or nobody opened one: T1055.009 cannot show. An audit rule "
     "on the flags is cheap, "
     "one with dir=/proc has to be loaded after boot: the kernel drops it during boot.",
     "auditd: one open covers any number of writes; the writes themselves are not recorded.", "write",
     kMemOpenRules},
    {"Process Maps File", "DC0055", "open of /proc/PID/maps, mem for reading", kMapsRead,
     "The access step is blind for /proc: that a source looked for addresses in the target first is not "
     "seen, or it did not. Load the "
     "audit rule after boot.",
     "", "access", kMapsReadRules},
    {"Cross-Process Read", "DC0021", "process_vm_readv", kVmRead,
     "The access step is blind for process_vm_readv, or it was not called.", "", "access", kVmReadRules},
    {"Process Descriptor", "DC0021", "pidfd_open, pidfd_getfd", kPidfd,
     "The access step is blind for pidfds, or none was opened: files taken out of another process are not "
     "seen.",
     "", "access", kPidfdRules},
    {"Executable Mapping", "DC0021", "mmap with PROT_EXEC", kExecMap,
     "The memory step is blind for mmap, or nothing was mapped: the executable mapping that an injector "
     "makes its target run is "
     "logged as the target's own call, and a memfd mapped as a library shows nowhere else.",
     "", "memory", kExecMapRules},
    {"Executable Protection", "DC0021", "mprotect with PROT_EXEC", kExecProtect,
     "The memory step is blind for mprotect, or nothing was made executable.", "", "memory",
     kExecProtectRules},
    {"Memory File", "DC0021", "memfd_create", kMemfd,
     "The memfd step is blind, or none was made: where a memfd that is run came from is not told.",
     "auditd: the name of a memfd is not recorded at its creation.", "memfd", kMemfdRules},
    {"Program Execution", "DC0032", "execve, execveat", kExec,
     "The run step is blind: programs, command lines and parents are not known; code run from a memfd and "
     "LD_PRELOAD do not show.",
     "auditd: LD_PRELOAD in the environment is never logged; a snapshot of /proc with environ, or Tracee, "
     "shows it.",
     "run", kExecRules},
    {"Preload", "DC0032", "LD_PRELOAD, /etc/ld.so.preload", kPreload,
     "The run step is blind for preloads, or there was none: T1574.006 cannot show.", "", "run",
     kPreloadRules},
    {"Process Creation", "DC0032", "clone, fork, vfork, exit_group", kLives,
     "Beginnings and ends of processes are inferred: whose child a process is shows only where it runs a "
     "program.",
     "", "", kLifeRules},
    {"Process Snapshot", "DC0020", "/proc trees: maps, smaps, status, environ", kSnapshot,
     "What stays in memory is not seen: anonymous executable mappings, changed code pages, a changed [vdso] "
     "(T1055.014), the "
     "tracer of a stopped process. Collect /proc/PID/{maps,smaps,status,environ,exe,cmdline} while the host "
     "runs.",
     ""},
}};

}  // namespace

std::span<const Component> linux_components() {
    return kRows;
}

}  // namespace trocar
