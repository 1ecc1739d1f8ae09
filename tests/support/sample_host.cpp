#include "tests/support/sample_host.h"

#include "core/base/sha256.h"
#include "core/base/text.h"

#include <algorithm>

namespace trocar::test {
namespace {

using Data = std::vector<std::pair<std::string, TypedValue>>;

constexpr std::string_view kComputer = "TROCAR-DEMO";
constexpr std::string_view kSystem32 = "C:\\Windows\\System32\\";
constexpr std::string_view kMicrosoft = "Microsoft Windows";

TypedValue text(std::string_view t) {
    return TypedValue::text(t);
}
TypedValue u32(std::uint32_t v) {
    return TypedValue::u32(v);
}

/// A hash for the eye: of the path, not of any file.
std::string invented_hash(std::string_view path) {
    return "SHA256=" + hex(sha256(as_bytes(path)));
}

std::string address_text(std::uint64_t address) {
    std::string digits = hex(address).substr(2);
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    return "0x" + std::string(16 - digits.size(), '0') + digits;
}

}  // namespace

std::uint64_t SampleHost::Dice::next() {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

std::string SampleHost::trace_system() {
    return "C:\\Windows\\SYSTEM32\\ntdll.dll+9d234|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|"
           "C:\\Windows\\System32\\svchost.exe+3f21";
}
std::string SampleHost::trace_create() {
    return "C:\\Windows\\SYSTEM32\\ntdll.dll+9e664|C:\\Windows\\System32\\KERNELBASE.dll+8e73|"
           "C:\\Windows\\System32\\KERNELBASE.dll+71a6|C:\\Windows\\System32\\KERNEL32.DLL+1cbb4";
}
std::string SampleHost::trace_unknown() {
    return "C:\\Windows\\SYSTEM32\\ntdll.dll+9d234|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|UNKNOWN("
           "00000241C8A30F2A)";
}

std::string SampleHost::stamp(Ms at) const {
    return format_time(shifted(start_, {at * 1'000'000}), 3);
}

void SampleHost::add(Ms at, std::uint16_t id, std::uint8_t version, Data data, Ms delay) {
    EvtxEvent e;
    e.event_id = id;
    e.version = version;
    e.task = id;
    e.process_id = 2816;  // the Sysmon service
    e.thread_id = 3904;
    e.data = std::move(data);
    e.data.insert(e.data.begin(), {"UtcTime", utc(at)});
    e.data.insert(e.data.begin(), {"RuleName", text("-")});
    // The service writes a little after the fact, not always in order.
    const Ms wait = 2 + static_cast<Ms>(dice_.below(30)) + delay + extra_delay_;
    e.logged =
        shifted(start_, {(at + wait) * 1'000'000 + static_cast<std::int64_t>(dice_.below(9999)) * 100});
    events_.push_back({e.logged, std::move(e)});
}

SampleHost::Process SampleHost::remember(std::string_view image, std::uint32_t pid, std::string_view user,
                                         Ms created) {
    // Laid out as Sysmon does: machine, start in seconds, then a token that no two processes share.
    const auto seconds =
        static_cast<std::uint64_t>(shifted(start_, {created * 1'000'000}).count / 1'000'000'000);
    Known k;
    k.guid.high = 0x5d0cda7aULL << 32 | (seconds >> 16 & 0xffff) << 16 | (seconds & 0xffff);
    k.guid.low = 0x0100'0000'0000'2a00ULL + (processes_.size() << 20 | pid);
    k.pid = pid;
    k.image = image;
    k.user = user;
    k.created = created;
    processes_.push_back(std::move(k));
    return processes_.size() - 1;
}

std::uint32_t SampleHost::new_pid() {
    return last_pid_ += 4 * (1 + static_cast<std::uint32_t>(dice_.below(40)));
}

SampleHost::Process SampleHost::running(std::string_view image, std::uint32_t pid, std::string_view user) {
    return remember(image, pid, user, -3'600'000 + static_cast<Ms>(pid));
}

SampleHost::Process SampleHost::create(Ms at, Process parent, std::string_view image,
                                       std::string_view command_line, std::string_view user) {
    const Process child = remember(image, new_pid(), user, at);
    const Known& c = processes_[child];
    const Known& p = processes_[parent];
    const bool system = c.user.starts_with("NT AUTHORITY");
    add(at, 1, 5,
        {{"ProcessGuid", TypedValue::guid(c.guid)},
         {"ProcessId", u32(c.pid)},
         {"Image", text(c.image)},
         {"FileVersion", text("-")},
         {"Description", text("-")},
         {"Product", text("-")},
         {"Company", text("-")},
         {"OriginalFileName", text(file_name(c.image))},
         {"CommandLine", text(command_line)},
         {"CurrentDirectory", text("C:\\Windows\\system32\\")},
         {"User", text(c.user)},
         {"LogonGuid", TypedValue::guid({0x5d0cda7a'0001'0001ULL, system ? 0x3e7ULL : 0x7f21aULL})},
         {"LogonId", TypedValue::hex64(system ? 0x3e7 : 0x7f21a)},
         {"TerminalSessionId", u32(system ? 0 : 1)},
         {"IntegrityLevel", text(system ? "System" : "Medium")},
         {"Hashes", text(invented_hash(c.image))},
         {"ParentProcessGuid", TypedValue::guid(p.guid)},
         {"ParentProcessId", u32(p.pid)},
         {"ParentImage", text(p.image)},
         {"ParentCommandLine", text(p.image)},
         {"ParentUser", text(p.user)}});
    // The creator's handle is older than the event of the creation; csrss opens every process of a session.
    access(at - 8, parent, child, 0x1fffff, trace_create());
    access(at + 3, csrss_, child, 0x1fffff,
           "C:\\Windows\\SYSTEM32\\ntdll.dll+9e664|C:\\Windows\\system32\\basesrv.DLL+2fb6|"
           "C:\\Windows\\SYSTEM32\\CSRSRV.dll+5b25");
    load_of_start(child, at);
    return child;
}

void SampleHost::load_of_start(Process process, Ms at) {
    load(at + 1, process, processes_[process].image, true, kMicrosoft);
    Ms later = at + 2;
    for (const std::string_view module :
         {"ntdll.dll", "kernel32.dll", "KernelBase.dll", "ucrtbase.dll", "user32.dll"}) {
        load(later, process, std::string(kSystem32) + std::string(module), true, kMicrosoft);
        later += static_cast<Ms>(dice_.below(6));
    }
}

void SampleHost::exit(Ms at, Process process) {
    processes_[process].ended = at;
    const Known& p = processes_[process];
    add(at, 5, 3,
        {{"ProcessGuid", TypedValue::guid(p.guid)},
         {"ProcessId", u32(p.pid)},
         {"Image", text(p.image)},
         {"User", text(p.user)}});
}

void SampleHost::access(Ms at, Process source, Process target, std::uint32_t granted,
                        std::string_view trace) {
    const Known& s = processes_[source];
    const Known& t = processes_[target];
    add(at, 10, 3,
        {{"SourceProcessGUID", TypedValue::guid(s.guid)},
         {"SourceProcessId", u32(s.pid)},
         {"SourceThreadId", u32(s.pid + 8)},
         {"SourceImage", text(s.image)},
         {"TargetProcessGUID", TypedValue::guid(t.guid)},
         {"TargetProcessId", u32(t.pid)},
         {"TargetImage", text(t.image)},
         {"GrantedAccess", TypedValue::hex32(granted)},
         {"CallTrace", text(trace)},
         {"SourceUser", text(s.user)},
         {"TargetUser", text(t.user)}});
}

void SampleHost::thread(Ms at, Process source, Process target, std::uint64_t address, std::string_view module,
                        std::string_view function) {
    const Known& s = processes_[source];
    const Known& t = processes_[target];
    add(at, 8, 2,
        {{"SourceProcessGuid", TypedValue::guid(s.guid)},
         {"SourceProcessId", u32(s.pid)},
         {"SourceImage", text(s.image)},
         {"TargetProcessGuid", TypedValue::guid(t.guid)},
         {"TargetProcessId", u32(t.pid)},
         {"TargetImage", text(t.image)},
         {"NewThreadId", u32(t.pid + 400 + 4 * static_cast<std::uint32_t>(dice_.below(900)))},
         {"StartAddress", text(address_text(address))},
         {"StartModule", text(module.empty() ? "-" : module)},
         {"StartFunction", text(function.empty() ? "-" : function)},
         {"SourceUser", text(s.user)},
         {"TargetUser", text(t.user)}});
}

void SampleHost::load(Ms at, Process process, std::string_view module, bool is_signed,
                      std::string_view signer) {
    const Known& p = processes_[process];
    add(at, 7, 3,
        {{"ProcessGuid", TypedValue::guid(p.guid)},
         {"ProcessId", u32(p.pid)},
         {"Image", text(p.image)},
         {"ImageLoaded", text(module)},
         {"FileVersion", text("-")},
         {"Description", text("-")},
         {"Product", text("-")},
         {"Company", text("-")},
         {"OriginalFileName", text("-")},
         {"Hashes", text(invented_hash(module))},
         {"Signed", text(is_signed ? "true" : "false")},
         {"Signature", text(is_signed ? signer : "-")},
         {"SignatureStatus", text(is_signed ? "Valid" : "Unavailable")},
         {"User", text(p.user)}},
        static_cast<Ms>(dice_.below(120)));  // written late: the signature is checked first
}

void SampleHost::tamper(Ms at, Process process, std::string_view type) {
    const Known& p = processes_[process];
    add(at, 25, 5,
        {{"ProcessGuid", TypedValue::guid(p.guid)},
         {"ProcessId", u32(p.pid)},
         {"Image", text(p.image)},
         {"Type", text(type)},
         {"User", text(p.user)}});
}

void SampleHost::connect(Ms at, Process process, std::string_view address, std::uint16_t port) {
    const Known& p = processes_[process];
    add(at, 3, 5,
        {{"ProcessGuid", TypedValue::guid(p.guid)},
         {"ProcessId", u32(p.pid)},
         {"Image", text(p.image)},
         {"User", text(p.user)},
         {"Protocol", text("tcp")},
         {"Initiated", TypedValue::boolean(true)},
         {"SourceIsIpv6", TypedValue::boolean(false)},
         {"SourceIp", text("192.0.2.17")},
         {"SourceHostname", text(kComputer)},
         {"SourcePort", TypedValue::u16(static_cast<std::uint16_t>(49'700 + dice_.below(9000)))},
         {"SourcePortName", text("-")},
         {"DestinationIsIpv6", TypedValue::boolean(false)},
         {"DestinationIp", text(address)},
         {"DestinationHostname", text("-")},
         {"DestinationPort", TypedValue::u16(port)},
         {"DestinationPortName", text(port == 443 ? "https" : "-")}},
        800);
}

void SampleHost::query(Ms at, Process process, std::string_view name, std::string_view results) {
    const Known& p = processes_[process];
    add(at, 22, 5,
        {{"ProcessGuid", TypedValue::guid(p.guid)},
         {"ProcessId", u32(p.pid)},
         {"QueryName", text(name)},
         {"QueryStatus", text("0")},
         {"QueryResults", text(results)},
         {"Image", text(p.image)},
         {"User", text(p.user)}},
        900);
}

void SampleHost::file(Ms at, Process process, std::string_view path) {
    const Known& p = processes_[process];
    add(at, 11, 2,
        {{"ProcessGuid", TypedValue::guid(p.guid)},
         {"ProcessId", u32(p.pid)},
         {"Image", text(p.image)},
         {"TargetFilename", text(path)},
         {"CreationUtcTime", utc(at)},
         {"User", text(p.user)}});
}

void SampleHost::registry(Ms at, Process process, std::string_view key, std::string_view value) {
    const Known& p = processes_[process];
    Data data{{"EventType", text(value.empty() ? "CreateKey" : "SetValue")},
              {"ProcessGuid", TypedValue::guid(p.guid)},
              {"ProcessId", u32(p.pid)},
              {"Image", text(p.image)},
              {"TargetObject", text(key)}};
    if (!value.empty()) {
        data.push_back({"Details", text(value)});
    }
    data.push_back({"User", text(p.user)});
    // Event 12 has RuleName, EventType, UtcTime in this order; the difference is of no use to a reader.
    add(at, value.empty() ? 12 : 13, 2, std::move(data));
}

std::string SampleHost::evtx() {
    std::stable_sort(events_.begin(), events_.end(),
                     [](const Logged& a, const Logged& b) { return a.written < b.written; });
    EvtxWriter writer("Microsoft-Windows-Sysmon",
                      parse_guid("{5770385F-C22A-43E0-BF4C-06F5698FFBD9}").value(),
                      "Microsoft-Windows-Sysmon/Operational", std::string(kComputer));
    for (const Logged& logged : events_) {
        writer.add(logged.event);
    }
    return writer.finish();
}

}  // namespace trocar::test
