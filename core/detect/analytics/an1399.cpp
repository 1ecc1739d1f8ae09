#include "core/detect/analytics/an1399.h"

#include "core/detect/access_rights.h"
#include "core/detect/analytics/an1399_judge.h"

namespace trocar {
namespace {

// Sysmon stamps at the 15.6 ms system tick and writes an access up to 100 ms after the thread it served; module loads
// come up to 16 ms before it (measured on public captures).
constexpr Nanos kSkew{100'000'000};
constexpr Nanos kMinute{60'000'000'000};
constexpr Nanos kHour{60 * kMinute.count};

constexpr ParameterValue kDefaultMask{MaskValue{kVmWrite | kVmOperation, true}};

const ParameterSpec& access_mask_spec() {
    static const ParameterSpec kSpec{
        "AccessMask", "AccessMask",
        "Rights the handle must have been granted. Requiring more rights leaves fewer chains; the default, VM_WRITE and "
        "VM_OPERATION, is what writing into another process takes.",
        "", Scope::step, kDefaultMask, ParameterValue{MaskValue{0, true}}, ParameterValue{MaskValue{kAllAccess, true}},
        false};
    return kSpec;
}

/// Started with the names ticked that injectors prefer; the other known targets can be added (UX: tick to include).
NameListValue default_targets() {
    return {{"lsass.exe", "explorer.exe", "svchost.exe", "winlogon.exe", "services.exe", "spoolsv.exe", "notepad.exe",
             "rundll32.exe", "dllhost.exe", "wermgr.exe", "searchprotocolhost.exe", "runtimebroker.exe", "chrome.exe",
             "firefox.exe", "msedge.exe", "iexplore.exe"},
            false};
}

/// Every name offered: Splunk security_content's two lists of injection targets, SigmaHQ's uncommon targets of remote
/// threads, ATT&CK's examples.
NameListValue known_targets() {
    return {{"lsass.exe", "explorer.exe", "svchost.exe", "winlogon.exe", "csrss.exe", "services.exe",
             "wininit.exe", "spoolsv.exe", "notepad.exe", "calc.exe", "mspaint.exe", "wordpad.exe",
             "write.exe", "ping.exe", "sethc.exe", "rundll32.exe", "regsvr32.exe", "dllhost.exe",
             "wermgr.exe", "werfault.exe", "searchprotocolhost.exe", "searchindexer.exe", "taskhost.exe",
             "taskhostw.exe", "runtimebroker.exe", "gpupdate.exe", "userinit.exe", "smss.exe",
             "taskmgr.exe", "rdpclip.exe", "mobsync.exe", "msra.exe", "xwizard.exe", "dxdiag.exe",
             "onedrivesetup.exe", "mstsc.exe", "keepass.exe", "cmd.exe", "powershell.exe", "pwsh.exe",
             "chrome.exe", "firefox.exe", "msedge.exe", "iexplore.exe"},
            false};
}

/// Only signals of Windows hosts (a case may hold others beside them), and no calls that failed.
constexpr std::uint32_t kNone = signal_flag::kNotWindows | windows_flag::kFailed;

/// Any handle at all.
ParameterSet loosest() {
    ParameterSet set;
    set.set(access_mask_spec(), access_mask_spec().minimum);
    return set;
}

Admission handle(const ParameterSet& parameters, std::uint64_t at_least) {
    const MaskValue mask = std::get<MaskValue>(parameters.get(access_mask_spec()));
    Admission a{0, Role::access, at_least, 0, 0, kNone};
    (mask.all ? a.value_all : a.value_any) |= mask.bits;
    return a;
}

std::vector<Admission> access_led(const ParameterSet& parameters) {
    return {handle(parameters, 0),
            {1, Role::execute, 0, 0, 0, kNone},
            {1, Role::tamper, 0, 0, 0, kNone},
            {1, Role::resume, 0, 0, 0, kNone}};
}

/// Memory-led: calls on the target's memory lead to an execution whether or not a handle was recorded.
std::vector<Admission> memory_leads() {
    return {{0, Role::alloc, 0, 0, 0, kNone},
            {0, Role::protect, 0, 0, 0, kNone},
            {0, Role::write, 0, 0, 0, kNone},
            {0, Role::map, 0, 0, 0, kNone}};
}

std::vector<Admission> load_led(const ParameterSet& parameters) {
    namespace flag = signal_flag;
    return {handle(parameters, kVmWrite | kVmOperation),
            {1, Role::load, 0, 0, flag::kUnsigned | flag::kUserWritablePath, flag::kNativeImage | kNone}};
}

}  // namespace

Analytic make_an1399() {
    Analytic a;
    a.id = "AN1399";
    a.system = "Windows";
    a.title = "Windows process injection";
    a.patterns = {
        {"access-led",
         {{"access", role_bit(Role::access), false, false, Nanos{0}},
          {"execute", role_bit(Role::execute) | role_bit(Role::tamper) | role_bit(Role::resume), false, false, kSkew}},
         access_led, access_led(loosest()), true, false, memory_leads()},
        {"load-led",
         {{"access", role_bit(Role::access), false, false, Nanos{0}},
          {"load", role_bit(Role::load), false, false, kSkew}},
         load_led, load_led(loosest()), false},
    };
    a.parameters = {
        access_mask_spec(),
        {"TimeWindow", "TimeWindow",
         "Longest time from opening the handle to execution in the target. Widening it links more: chains rise, lone "
         "executions fall.",
         "", Scope::window, ParameterValue{Nanos{10 * kSecond.count}}, ParameterValue{kMillisecond},
         ParameterValue{Nanos{24 * kHour.count}}, true},
        {"Window", "TimeWindow measures",
         "span: from the first step to execution. gap: the longest pause between two steps.", "", Scope::window,
         ParameterValue{WindowMeasure::span}, ParameterValue{WindowMeasure::span}, ParameterValue{WindowMeasure::gap},
         false},
        {"InjectedProcessList", "InjectedProcessList",
         "Targets that injectors prefer, as image names or globs. Being listed raises confidence; \"only these\" hides "
         "every other target.",
         "", Scope::key, ParameterValue{default_targets()}, ParameterValue{NameListValue{}},
         ParameterValue{known_targets()}, false},
    };
    a.steps = {
        {"access", role_bit(Role::access), {Operation::process_access}},
        {"alloc", role_bit(Role::alloc) | role_bit(Role::map), {Operation::memory_alloc, Operation::memory_map}},
        {"write", role_bit(Role::write), {Operation::memory_write}},
        {"protect", role_bit(Role::protect), {Operation::memory_protect}},
        {"execute",
         role_bit(Role::execute) | role_bit(Role::tamper) | role_bit(Role::resume),
         {Operation::remote_thread, Operation::thread_context, Operation::apc_queue, Operation::process_tamper}},
        {"load", role_bit(Role::load), {Operation::module_load}},
    };
    a.attempts = {{0, Role::access, 0, 0, windows_flag::kFailed, signal_flag::kNotWindows}};
    a.make_judge = [](const Capture& capture) -> std::unique_ptr<Judge> {
        return std::make_unique<An1399Judge>(capture);
    };
    return a;
}

}  // namespace trocar
