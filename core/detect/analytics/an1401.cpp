#include "core/detect/analytics/an1401.h"

#include "core/detect/analytics/an1401_judge.h"

#include <algorithm>

namespace trocar {
namespace {

namespace mf = mac_flag;
constexpr std::int64_t kHourNanos = 3'600'000'000'000;

constexpr std::string_view kPortThread = "get_task > remote_thread_create";
constexpr std::string_view kTraceThread = "trace > remote_thread_create";
constexpr std::string_view kSuspendThread = "proc_suspend_resume > remote_thread_create";
constexpr std::string_view kReadThread = "get_task_read > remote_thread_create";
constexpr std::string_view kInsertMap = "exec DYLD_INSERT_LIBRARIES > mmap";

NameListValue combinations(bool all) {
    NameListValue list{{std::string(kPortThread), std::string(kTraceThread), std::string(kInsertMap)}, false};
    if (all) {
        list.names.insert(list.names.end(), {std::string(kSuspendThread), std::string(kReadThread)});
    }
    return list;
}

const ParameterSpec& context_spec() {
    static const ParameterSpec kSpec{"MachSyscallContext",
                                     "MachSyscallContext",
                                     "Which operations make a chain, in this order; those left out make "
                                     "none, and a thread without a chain stays alone. "
                                     "Suspensions between the two are steps of the path. Endpoint Security "
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

/// Opens a path when its combination is on.
struct Opening {
    std::string_view combination;
    Admission admission;
};

std::vector<Admission> openings(const ParameterSet& parameters, std::initializer_list<Opening> known) {
    const auto& on = std::get<NameListValue>(parameters.get(context_spec())).names;
    std::vector<Admission> out;
    for (const Opening& opening : known) {
        if (std::find(on.begin(), on.end(), opening.combination) != on.end()) {
            out.push_back(opening.admission);
        }
    }
    return out;
}

// The anchor is a thread in a foreign task; nothing else that Endpoint Security reports runs code there.
std::vector<Admission> port_led(const ParameterSet& parameters) {
    auto out = openings(parameters, {{kPortThread, of(0, Role::access, mac_access::kControlPort)},
                                     {kTraceThread, of(0, Role::access, mac_access::kTrace)},
                                     {kSuspendThread, of(0, Role::suspend)},
                                     {kReadThread, of(0, Role::read, mac_access::kReadPort)}});
    out.insert(out.end(), {of(1, Role::suspend), of(1, Role::resume), of(2, Role::execute)});
    return out;
}

std::vector<Admission> insert_led(const ParameterSet& parameters) {
    auto out = openings(parameters, {{kInsertMap, of(0, Role::create, 0, mf::kInserted)}});
    out.push_back(of(1, Role::load, 0, mf::kInserted));
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
          {"suspend", role_bit(Role::suspend) | role_bit(Role::resume), true, true, Nanos{0}},
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
