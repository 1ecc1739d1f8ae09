#include "core/detect/analytics/an1400.h"

#include "core/detect/analytics/an1400_judge.h"

namespace trocar {
namespace {

namespace lf = linux_flag;
constexpr std::uint32_t kLinux = signal_flag::kLinux;
constexpr std::int64_t kHourNanos = 3'600'000'000'000;
constexpr std::uint64_t kMaxPid = 4'194'304;  // PID_MAX_LIMIT of 64-bit kernels, include/linux/threads.h

Admission of(std::uint8_t stage, Role role, std::uint32_t all = 0, std::uint32_t none = 0) {
    return {stage, role, 0, 0, 0, lf::kDenied | none, kLinux | all};
}

// The anchor is a sure write: words poked, process_vm_writev, /proc/PID/mem opened for writing (FORMATS of the audit
// importer: docs/formats/audit.md). Everything else leads to it or speaks for it.
std::vector<Admission> write_led(const ParameterSet&) {
    return {of(0, Role::access), of(1, Role::read), of(1, Role::execute), of(1, Role::resume), of(2, Role::write)};
}

// A look into /proc (a collector's, ps) changes nothing: it leads to no trace.
std::vector<Admission> snapshot_led(const ParameterSet&) {
    return {of(0, Role::access, 0, lf::kProcFile), of(1, Role::map), of(1, Role::tamper, 0, lf::kMemfd)};
}

std::vector<Admission> memfd_led(const ParameterSet&) {
    return {of(0, Role::alloc, lf::kMemfd), of(1, Role::tamper, lf::kMemfd), of(1, Role::create)};
}

Admission denied(Role role) { return {0, role, 0, 0, 0, 0, kLinux | lf::kDenied}; }

/// Elastic's credential_access_potential_credential_access_via_ptrace and ATT&CK's examples (sshd, init).
NameListValue sensitive(bool all) {
    NameListValue list{{"systemd", "init", "sshd", "su", "sudo", "passwd", "login", "agetty", "pkexec", "polkitd", "sssd*",
                        "krb5_child", "nslcd", "winbindd", "unix_chkpwd", "ssh-agent", "gpg-agent", "gnome-keyring-daemon"},
                       false};
    if (all) {
        list.names.insert(list.names.end(), {"nginx", "apache2", "httpd", "dockerd", "containerd", "kubelet", "cron",
                                             "dbus-daemon", "ssh", "chsh", "chfn", "newgrp", "gpasswd", "getty"});
    }
    return list;
}

}  // namespace

Analytic make_an1400() {
    constexpr std::uint32_t kMemory =
        role_bit(Role::alloc) | role_bit(Role::protect) | role_bit(Role::map) | role_bit(Role::load);
    constexpr std::uint32_t kControl = role_bit(Role::execute) | role_bit(Role::resume);
    Analytic a;
    a.id = "AN1400";
    a.system = "Linux";
    a.title = "Linux process injection";
    a.patterns = {
        {"write-led",
         {{"access", role_bit(Role::access), false, false, Nanos{0}},
          {"control", role_bit(Role::read) | kControl, true, true, Nanos{0}},
          {"write", role_bit(Role::write), false, false, Nanos{0}}},
         write_led, write_led({}), true},
        {"snapshot-led",
         {{"access", role_bit(Role::access), false, false, Nanos{0}},
          {"trace", role_bit(Role::map) | role_bit(Role::tamper), false, false, Nanos{0}}},
         snapshot_led, snapshot_led({}), true},
        {"memfd-led",
         {{"memfd", role_bit(Role::alloc), false, false, Nanos{0}},
          {"execute", role_bit(Role::tamper) | role_bit(Role::create), false, false, Nanos{0}}},
         memfd_led, memfd_led({}), true, true},
    };
    a.parameters = {
        {"TargetPIDThreshold", "TargetPIDThreshold",
         "Shows a target whose pid is at most this, or whose name is on the list of sensitive targets, or whose user is not "
         "the source's. At its maximum every target shows.",
         "", Scope::key, ParameterValue{kMaxPid}, ParameterValue{std::uint64_t{1}}, ParameterValue{kMaxPid}, true},
        {"SensitiveTargets", "Sensitive targets",
         "Names or globs of programs whose memory is worth the most. Being listed raises confidence and passes "
         "TargetPIDThreshold; \"only these\" hides every other target.",
         "", Scope::key, ParameterValue{sensitive(false)}, ParameterValue{NameListValue{}},
         ParameterValue{sensitive(true)}, false},
        {"TimeWindow", "TimeWindow",
         "Longest time from the first access to the write into the target. Widening it links more: chains rise, lone "
         "writes fall.",
         "", Scope::window, ParameterValue{Nanos{300 * kSecond.count}}, ParameterValue{kMillisecond},
         ParameterValue{Nanos{24 * kHourNanos}}, true},
        {"Window", "TimeWindow measures", "span: from the first step to the write. gap: the longest pause between two steps.",
         "", Scope::window, ParameterValue{WindowMeasure::span}, ParameterValue{WindowMeasure::span},
         ParameterValue{WindowMeasure::gap}, false},
    };
    a.steps = {
        {"access",
         role_bit(Role::access) | role_bit(Role::read),
         {Operation::ptrace_attach, Operation::ptrace_traceme, Operation::ptrace_read, Operation::process_vm_read,
          Operation::process_vm_write, Operation::proc_mem_read, Operation::proc_maps_read, Operation::pidfd_access,
          Operation::tracer_seen}},
        {"write",
         role_bit(Role::write),
         {Operation::ptrace_write, Operation::process_vm_write, Operation::proc_mem_write}},
        {"memory",
         kMemory | role_bit(Role::tamper),
         {Operation::exec_map, Operation::exec_protect, Operation::module_load, Operation::mapping_found,
          Operation::code_page_changed}},
        {"execute", kControl, {Operation::ptrace_registers, Operation::ptrace_control, Operation::ptrace_detach}},
        {"memfd", role_bit(Role::alloc), {Operation::memfd_create}, true},
        {"run",
         role_bit(Role::tamper) | role_bit(Role::create),
         {Operation::memfd_execute, Operation::memfd_map, Operation::preload},
         true},
    };
    a.context = {Operation::process_seen, Operation::thread_create, Operation::process_exec};
    a.attempts = {denied(Role::access), denied(Role::write)};
    a.make_judge = [](const Capture& capture) -> std::unique_ptr<Judge> {
        return std::make_unique<An1400Judge>(capture);
    };
    return a;
}

}  // namespace trocar
