#include "core/detect/analytics/an1401.h"

#include "core/detect/analytics/an1401_judge.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

namespace mf = mac_flag;
constexpr std::int64_t kHourNanos = 3'600'000'000'000;

constexpr std::string_view kPortThread = "get_task > remote_thread_create";
constexpr std::string_view kTraceThread = "trace > remote_thread_create";
constexpr std::string_view kSuspendThread = "proc_suspend_resume > remote_thread_create";
constexpr std::string_view kReadThread = "get_task_read > remote_thread_create";
constexpr std::string_view kPortSuspendThread = "get_task > proc_suspend_resume > remote_thread_create";
constexpr std::string_view kTraceSuspendThread = "trace > proc_suspend_resume > remote_thread_create";
constexpr std::string_view kReadSuspendThread = "get_task_read > proc_suspend_resume > remote_thread_create";
constexpr std::string_view kInsertMap = "exec DYLD_INSERT_LIBRARIES > mmap";

NameListValue combinations(bool all) {
    NameListValue list{{std::string(kPortThread), std::string(kTraceThread), std::string(kInsertMap)}, false};
    if (all) {
        for (const std::string_view name :
             {kPortSuspendThread, kTraceSuspendThread, kReadSuspendThread, kSuspendThread, kReadThread}) {
            list.names.emplace_back(name);
        }
    }
    return list;
}

const ParameterSpec& context_spec() {
    static const ParameterSpec kSpec{"MachSyscallContext",
                                     "MachSyscallContext",
                                     "Which operations make a chain, in this order; those left out make "
                                     "none, and a thread without a chain stays alone. Where suspension is "
                                     "named, it has to come between; elsewhere it may. Endpoint Security "
                                     "has no event for a memory write.",
                                     "",
                                     Scope::pattern,
                                     ParameterValue{combinations(false)},
                                     ParameterValue{NameListValue{}},
                                     ParameterValue{combinations(true)},
                                     false};
    return kSpec;
}

Admission of(std::uint8_t stage, Role role, std::uint64_t value = 0, std::uint32_t all = 0) {
    return {stage, role, value, 0, 0, mf::kDenied | signal_flag::kLinux, signal_flag::kMac | all};
}

bool is_on(const ParameterSet& parameters, std::string_view combination) {
    const auto& on = std::get<NameListValue>(parameters.get(context_spec())).names;
    return std::find(on.begin(), on.end(), combination) != on.end();
}

/// What opens a path: straight to the thread, or only through a suspension.
struct Opening {
    std::string_view straight, suspended;
    Role role;
    std::uint64_t value;
};
constexpr std::array kOpenings{Opening{kPortThread, kPortSuspendThread, Role::access, mac_access::kControlPort},
                               Opening{kTraceThread, kTraceSuspendThread, Role::access, mac_access::kTrace},
                               Opening{kReadThread, kReadSuspendThread, Role::read, mac_access::kReadPort},
                               Opening{kSuspendThread, {}, Role::suspend, 0}};

// The anchor is a thread in a foreign task; nothing else that Endpoint Security reports runs code there. The middle stage is
// filled by a suspension, or by the opening itself where it may lead straight on: one signal, two steps, no time between.
std::vector<Admission> port_led(const ParameterSet& parameters) {
    std::vector<Admission> out{of(1, Role::suspend), of(1, Role::resume), of(2, Role::execute)};
    for (const Opening& opening : kOpenings) {
        const bool straight = is_on(parameters, opening.straight);
        if (straight || (!opening.suspended.empty() && is_on(parameters, opening.suspended))) {
            out.push_back(of(0, opening.role, opening.value));
        }
        if (straight) {
            out.push_back(of(1, opening.role, opening.value));
        }
    }
    return out;
}

std::vector<Admission> insert_led(const ParameterSet& parameters) {
    std::vector<Admission> out{of(1, Role::load, 0, mf::kInserted)};
    if (is_on(parameters, kInsertMap)) {
        out.push_back(of(0, Role::create, 0, mf::kInserted));
    }
    return out;
}

ParameterSet loosest() {
    ParameterSet set;
    set.set(context_spec(), context_spec().maximum);
    return set;
}

Admission attempt(Role role, std::uint32_t flags) {
    return {0, role, 0, 0, 0, signal_flag::kLinux, signal_flag::kMac | flags};
}

NameListValue signature_kinds() {
    return {{"platform", "team", "signed", "adhoc", "unsigned"}, false};
}

std::vector<ParameterSpec> parameters() {
    return {
        {"TargetProcessSignature", "TargetProcessSignature",
         "Who signed the target: platform (part of macOS), team (a developer), signed, adhoc, unsigned; a "
         "team id; or a glob over "
         "the signing id (org.videolan.*). Being listed raises confidence; \"only these\" hides every other "
         "target.",
         "", Scope::key, ParameterValue{NameListValue{}}, ParameterValue{NameListValue{}},
         ParameterValue{signature_kinds()}, false},
        context_spec(),
        {"TimeWindow", "TimeWindow",
         "Longest time from the task port to the thread, or from the start of the program to the mapping. "
         "Widening it links "
         "more: chains rise, lone threads fall.",
         "", Scope::window, ParameterValue{Nanos{30 * kSecond.count}}, ParameterValue{kMillisecond},
         ParameterValue{Nanos{24 * kHourNanos}}, true},
        {"Window", "TimeWindow measures",
         "span: from the first step to the last. gap: the longest pause between two steps.", "",
         Scope::window, ParameterValue{WindowMeasure::span}, ParameterValue{WindowMeasure::span},
         ParameterValue{WindowMeasure::gap}, false},
    };
}

std::vector<AnalyticStep> steps() {
    return {
        {"task port",
         role_bit(Role::access) | role_bit(Role::read),
         {Operation::task_control, Operation::task_read, Operation::task_inspect, Operation::trace_attach}},
        {"suspend",
         role_bit(Role::suspend) | role_bit(Role::resume),
         {Operation::suspend, Operation::resume}},
        // Shown by nothing: Endpoint Security has no such event.
        {"memory write (Endpoint Security reports no write into another task)", role_bit(Role::write), {}},
        {"thread", role_bit(Role::execute), {Operation::task_thread}},
        {"changed code", role_bit(Role::tamper), {Operation::code_invalidated}},
        {"library", role_bit(Role::load), {Operation::module_load}},
        {"program start", role_bit(Role::create), {Operation::process_exec, Operation::dyld_insert}},
    };
}

}  // namespace

Analytic make_an1401() {
    Analytic a;
    a.id = "AN1401";
    a.system = "macOS";
    a.title = "macOS process injection";
    a.patterns = {
        {"port-led",
         {{"access", role_bit(Role::access) | role_bit(Role::suspend) | role_bit(Role::read), false, false,
           Nanos{0}},
          {"suspend",
           role_bit(Role::suspend) | role_bit(Role::resume) | role_bit(Role::access) | role_bit(Role::read), false, true,
           Nanos{0}},
          {"thread", role_bit(Role::execute), false, false, Nanos{0}}},
         port_led,
         port_led(loosest()),
         true},
        {"insert-led",
         {{"exec", role_bit(Role::create), false, false, Nanos{0}},
          {"mmap", role_bit(Role::load), false, false, Nanos{0}}},
         insert_led,
         insert_led(loosest()),
         false},
    };
    a.parameters = parameters();
    a.steps = steps();
    a.attempts = {attempt(Role::access, mf::kDenied), attempt(Role::read, mf::kDenied),
                  attempt(Role::create, mf::kInserted)};
    a.make_judge = [](const Capture& capture) -> std::unique_ptr<Judge> {
        return std::make_unique<An1401Judge>(capture);
    };
    return a;
}

}  // namespace trocar
