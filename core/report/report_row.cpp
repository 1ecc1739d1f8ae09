#include "core/report/report_row.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "core/base/text.h"

namespace trocar {
namespace {

// Fields that say what happened; who, when and the record's own keys stand elsewhere in every export.
// Names: Sysmon schema 4.90 (`sysmon -s`).
constexpr std::array<std::string_view, 6> kAccess{"GrantedAccess", "CallTrace", "SourceThreadId", "SourceUser",
                                                  "TargetUser", "RuleName"};
constexpr std::array<std::string_view, 7> kThread{"StartAddress", "StartModule", "StartFunction", "NewThreadId",
                                                  "SourceUser", "TargetUser", "RuleName"};
constexpr std::array<std::string_view, 8> kLoad{"ImageLoaded", "Signed", "Signature", "SignatureStatus",
                                                "OriginalFileName", "Company", "Hashes", "RuleName"};
constexpr std::array<std::string_view, 2> kTamper{"Type", "RuleName"};
constexpr std::array<std::string_view, 9> kCreate{"CommandLine",   "CurrentDirectory",  "User",
                                                  "IntegrityLevel", "ParentImage",      "ParentCommandLine",
                                                  "NewProcessName", "ParentProcessName", "Hashes"};
// Of any other event everything but the keys.
constexpr std::array<std::string_view, 9> kKeys{"UtcTime",           "ProcessGuid",       "ProcessId",
                                                "Image",             "SourceProcessGuid", "SourceProcessId",
                                                "TargetProcessGuid", "TargetProcessId",   "LogonGuid"};

// Of a Linux call: what was asked, of whom, with which outcome (docs/formats/audit.md).
constexpr std::array<std::string_view, 22> kCall{
    "Request", "TargetPid", "ResolvedPid", "Address", "Written", "Bytes", "Protection", "MapFlags", "OpenFlags", "Path", "Library",
    "exit",    "Errno",     "pid",         "uid",     "UID",     "exe",   "comm",       "ocomm",    "opid",      "key",  "CommandLine"};

// Of an Endpoint Security message: what was asked, and whose code asked whom (names: eslogger's keys, the event's own
// without its prefix; importers/macos_es).
constexpr std::array<std::string_view, 18> kMessage{
    "type", "sig", "thread_state.flavor", "source.path", "protection", "max_protection", "args", "env", "script",
    "process.signing_id", "process.team_id", "process.cdhash", "process.codesigning_flags",
    "target.executable.path", "target.signing_id", "target.team_id", "target.cdhash", "target.codesigning_flags"};
constexpr std::string_view kEndpointSecurity = "Endpoint Security";

bool among(std::string_view name, std::span<const std::string_view> list) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

bool matters(Operation operation, std::string_view provider, std::string_view name) {
    if (provider == kEndpointSecurity) {
        return among(name, kMessage);
    }
    switch (operation) {
        case Operation::process_access: return among(name, kAccess);
        case Operation::remote_thread: return among(name, kThread);
        case Operation::module_load: return among(name, kLoad);
        case Operation::process_tamper: return among(name, kTamper);
        case Operation::process_create: return among(name, kCreate);
        default:
            return operation >= Operation::ptrace_attach ? among(name, kCall) : !among(name, kKeys);
    }
}

/// As eslogger, Santa and Elastic Defend (process.env_vars) name it, alone or as the last part of a dotted name.
bool holds_environment(std::string_view name) {
    constexpr std::array<std::string_view, 3> kNames{"env", "envs", "env_vars"};
    return among(name.substr(name.rfind('.') + 1), kNames);
}

/// A report leaves the case: of an environment it tells the names, and the values of those alone that choose libraries.
std::string without_secret(const std::string& variable) {
    constexpr std::array<std::string_view, 2> kLoaders{"DYLD_", "LD_"};
    const std::size_t equals = variable.find('=');
    const bool loader = std::any_of(kLoaders.begin(), kLoaders.end(),
                                    [&](std::string_view prefix) { return variable.starts_with(prefix); });
    return loader ? variable : variable.substr(0, equals == std::string::npos ? 0 : equals + 1) + "(redacted)";
}

/// Elements of an array bear one name and become one field.
void add_field(EvidenceDetail& detail, std::string name, std::string value) {
    if (!detail.fields.empty() && detail.fields.back().first == name) {
        detail.fields.back().second += " " + value;
    } else {
        detail.fields.emplace_back(std::move(name), std::move(value));
    }
}

struct IdHash {
    std::size_t operator()(const ChainId& id) const { return id.high ^ (id.low * 0x9e3779b97f4a7c15ULL); }
};

constexpr std::size_t kReadAtOnce = 4096;

Operation operation_of(Role role) {
    switch (role) {
        case Role::access: return Operation::process_access;
        case Role::alloc: return Operation::memory_alloc;
        case Role::protect: return Operation::memory_protect;
        case Role::write: return Operation::memory_write;
        case Role::map: return Operation::memory_map;
        case Role::execute: return Operation::remote_thread;
        case Role::load: return Operation::module_load;
        case Role::create: return Operation::process_create;
        case Role::suspend: return Operation::suspend;
        case Role::resume: return Operation::resume;
        case Role::tamper: return Operation::process_tamper;
        case Role::read: return Operation::ptrace_read;
    }
    return Operation::generic;
}

/// What the loaded capture alone knows of a piece of evidence.
EvidenceDetail from_capture(const Capture& capture, const Evidence& evidence) {
    EvidenceDetail detail;
    if (evidence.signal < capture.signals.role.size()) {
        detail.operation = operation_of(capture.signals.role[evidence.signal]);
    }
    if (evidence.signal < capture.record.size()) {
        detail.record = capture.record[evidence.signal];
    }
    const SourceId source = capture.source_of(evidence.event);
    if (source.value < capture.sources.size()) {
        detail.source_file = evidence_name(capture.sources[source.value].name);
    }
    return detail;
}

}  // namespace

ReportSide side_of(const Capture& capture, ProcessId process) {
    ReportSide side;
    if (process.value < capture.processes.lives.size()) {
        const ProcessLife& life = capture.processes.lives[process.value];
        side.image = capture.strings->text(life.image);
        side.pid = life.pid;
        side.key = capture.strings->text(life.key);
        if (life.host.value < capture.hosts.size()) {
            side.host = capture.strings->text(capture.hosts[life.host.value]);
        }
    }
    side.name = file_name(side.image);
    if (side.name.empty()) {
        side.name = "unknown process";
    }
    return side;
}

std::vector<std::string> spoofed_lines(const Capture& capture, std::size_t limit) {
    std::vector<std::string> out;
    const std::vector<ProcessId> children = spoofed_children(capture);
    for (std::size_t i = 0; i < std::min(children.size(), limit); ++i) {
        const ReportSide side = side_of(capture, children[i]);
        out.push_back(side.host + " " + format_time(capture.processes.lives[children[i].value].start, 3) + " " +
                      side.label() + ": " + creation_words(capture, children[i]));
    }
    if (children.size() > out.size()) {
        out.push_back("and " + grouped(children.size() - out.size()) + " more, in the JSON export");
    }
    return out;
}

std::string evidence_name(std::string_view path) {
    // "folder/capture.zip!/logs/x.evtx": the folder is of this machine, what follows the archive's name is evidence.
    const std::size_t member = path.find("!/");
    if (member == std::string_view::npos) {
        return std::string(file_name(path));
    }
    return std::string(file_name(path.substr(0, member))) + std::string(path.substr(member));
}

std::string short_provider(std::string_view provider) {
    if (equal_ignoring_case(provider, "Microsoft-Windows-Sysmon")) {
        return "Sysmon";
    }
    if (equal_ignoring_case(provider, "Microsoft-Windows-Security-Auditing")) {
        return "Security";
    }
    return std::string(provider);
}

std::vector<Finding> shown_findings(const ReportInput& input, const FindingView& view) {
    std::vector<Finding> out;
    const std::span<const Finding> rows = view.rows();
    for (const std::uint32_t index : view.visible(0, rows.size())) {
        if (input.unfold) {
            for (Finding& member : view.unfolded(rows[index])) {
                out.push_back(std::move(member));
            }
        } else {
            out.push_back(rows[index]);
        }
    }
    return out;
}

Result<std::vector<ReportRow>> report_rows(const ReportInput& input, const FindingView& view,
                                           std::span<const Finding> findings) {
    std::unordered_map<ChainId, const VerdictRow*, IdHash> verdicts;
    for (const VerdictRow& row : input.verdicts) {
        verdicts.emplace(row.chain, &row);
    }
    std::vector<ReportRow> out;
    out.reserve(findings.size());
    std::vector<EventId> ids;
    for (const Finding& finding : findings) {
        ReportRow row;
        row.view = &view;
        row.finding = finding;
        row.why = view.explain(finding);
        for (const Evidence& evidence : row.why.evidence) {
            ids.push_back(evidence.event);
        }
        if (const auto found = verdicts.find(finding.id); found != verdicts.end()) {
            row.verdict = found->second->verdict;
            row.note = found->second->note;
        }
        out.push_back(std::move(row));
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());

    std::unordered_map<std::uint32_t, EvidenceDetail> details;
    const Capture& capture = view.analysis().capture();
    for (std::size_t at = 0; at < ids.size() && input.case_file != nullptr; at += kReadAtOnce) {
        const auto part = std::span(ids).subspan(at, std::min(kReadAtOnce, ids.size() - at));
        Result<std::vector<EventRow>> events = input.case_file->events(part);
        if (!events.ok()) {
            return events.error();
        }
        for (EventRow& event : events.value()) {
            EvidenceDetail detail;
            detail.operation = event.operation;
            detail.event_id = event.event_id;
            detail.record = event.record;
            detail.provider = short_provider(capture.strings->text(event.provider));
            for (const SourceInfo& source : input.info.sources) {
                if (source.id == event.source) {
                    detail.source_file = evidence_name(source.path);
                }
            }
            for (auto& [name, value] : event.fields) {
                if (!value.empty() && matters(event.operation, detail.provider, name)) {
                    const bool hide = holds_environment(name) && !input.show_environment;
                    add_field(detail, std::move(name), hide ? without_secret(value) : std::move(value));
                }
            }
            details.insert_or_assign(event.id.value, std::move(detail));
        }
    }
    for (ReportRow& row : out) {
        for (const Evidence& evidence : row.why.evidence) {
            const auto found = details.find(evidence.event.value);
            EvidenceDetail detail = found == details.end() ? from_capture(capture, evidence) : found->second;
            detail.evidence = evidence;
            row.evidence.push_back(std::move(detail));
        }
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> parameters_in_force(const FindingView& view) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const ParameterSpec& spec : view.analysis().analytic().parameters) {
        ParameterValue value = view.parameters().get(spec);
        // The window moves without the set: what shows is what is said.
        if (spec.scope == Scope::window && std::holds_alternative<Nanos>(value)) {
            value = view.window();
        } else if (std::holds_alternative<WindowMeasure>(value)) {
            value = view.measure();
        }
        out.emplace_back(std::string(spec.name), format_parameter(value));
    }
    return out;
}

}  // namespace trocar
