#include "tests/support/mac_host.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace trocar::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t kUid = 501, kGroup = 20, kSession = 100'007;
// XNU, osfmk/kern/cs_blobs.h: VALID, ADHOC, ENFORCEMENT, DYLD_PLATFORM, PLATFORM_BINARY, SIGNED as real lines have them.
constexpr std::uint32_t kPlatformFlags = 0x26015b11, kTeamFlags = 0x22000001, kAdHocFlags = 0x22020003, kNoFlags = 0;

std::uint32_t flags_of(const MacHost::Program& program) {
    switch (program.by) {
        case MacHost::Signed::platform: return kPlatformFlags | program.more_flags;
        case MacHost::Signed::team: return kTeamFlags | program.more_flags;
        case MacHost::Signed::ad_hoc: return kAdHocFlags | program.more_flags;
        case MacHost::Signed::nobody: return kNoFlags | program.more_flags;
    }
    return 0;
}

/// A hash of the path, not of any file.
std::string code_hash(const std::string& path) {
    std::uint64_t h = 0xcbf29ce484222325ULL;
    std::string out;
    for (int part = 0; out.size() < 40; ++part) {
        for (const char c : path) {
            h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
        }
        h += static_cast<std::uint64_t>(part);
        std::array<char, 20> text{};
        std::snprintf(text.data(), text.size(), "%016llX", static_cast<unsigned long long>(h));
        out += text.data();
    }
    return out.substr(0, 40);
}

Json file(std::string_view path) {
    return {{"path", path}, {"path_truncated", false}};
}

}  // namespace

std::string MacHost::stamp(Us at) const {
    return format_iso_time(shifted(start_, Nanos{at * 1000}));
}

Json MacHost::token(const Known& known) const {
    const std::uint32_t group = known.uid == 0 ? 0 : kGroup;
    const std::uint32_t audit = known.uid == 0 ? 0xffffffffU : kUid;
    if (style_.token_arrays) {
        return Json::array({audit, known.uid, group, known.uid, group, known.pid, kSession, known.version});
    }
    return {{"auid", audit}, {"euid", known.uid},  {"egid", group},    {"ruid", known.uid},
            {"rgid", group}, {"pid", known.pid}, {"asid", kSession}, {"pidversion", known.version}};
}

Json MacHost::process(const Known& known) const {
    const Known launchd{{}, 1, 1, 0, 0, 0, false};
    const Known& parent = known.has_parent ? processes_[known.parent] : launchd;
    const Program& program = known.program;
    Json out{{"audit_token", token(known)},
             {"parent_audit_token", token(parent)},
             {"responsible_audit_token", token(known)},
             {"ppid", parent.pid},
             {"original_ppid", parent.pid},
             {"group_id", known.pid},
             {"session_id", 1},
             {"is_platform_binary", program.by == Signed::platform},
             {"is_es_client", false},
             {"codesigning_flags", flags_of(program)},
             {"cdhash", code_hash(program.path)},
             {"signing_id", program.by == Signed::nobody ? Json(nullptr) : Json(program.signing_id)},
             {"team_id", program.team.empty() ? Json(nullptr) : Json(program.team)},
             {"executable", file(program.path)},
             {"tty", nullptr},
             {"start_time", stamp(known.started)}};
    if (style_.version >= 10) {
        out["cs_validation_category"] = program.by == Signed::platform ? 1 : program.by == Signed::team ? 6 : 10;
    }
    return out;
}

void MacHost::add(Us at, const char* type, int number, Process source, Json body) {
    sent_.push_back({at,
                     {{"schema_version", 1},
                      {"version", style_.version},
                      {"event_type", number},
                      {"action_type", 1},
                      {"action", {{"result", {{"result_type", 0}, {"result", {{"auth", 0}}}}}}},
                      {"time", stamp(at)},
                      {"mach_time", at * 24},  // 125/3 ns a tick on Apple silicon
                      {"thread", {{"thread_id", 9000 + processes_[source].pid}}},
                      {"process", process(processes_[source])},
                      {"event", {{type, std::move(body)}}}}});
}

void MacHost::on_target(Us at, const char* type, int number, Process source, Process target, Json body) {
    if (body.is_null()) {
        body = Json::object();
    }
    body["target"] = process(processes_[target]);
    add(at, type, number, source, std::move(body));
}

MacHost::Process MacHost::running(const Program& program, std::uint32_t pid, std::uint32_t uid) {
    constexpr Us kHour = 3'600'000'000;
    processes_.push_back({program, pid, ++last_version_, uid, 0, -kHour - pid, false});
    return processes_.size() - 1;
}

MacHost::Process MacHost::start(Us at, Process parent, const Program& program, const std::vector<std::string>& arguments,
                                const std::vector<std::string>& environment, std::uint32_t uid) {
    last_pid_ += 3;
    const Process made = processes_.size();
    processes_.push_back({processes_[parent].program, last_pid_, ++last_version_, uid, parent, at, true});
    add(at, "fork", 11, parent, {{"child", process(processes_[made])}});
    exec(at + 2000, made, program, arguments, environment);
    return made;
}

void MacHost::exec(Us at, Process self, const Program& program, const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment) {
    const Json before = process(processes_[self]);
    processes_[self].program = program;
    processes_[self].version = ++last_version_;
    std::vector<std::string> line{program.path};
    line.insert(line.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables{"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "HOME=/Users/mira", "SHELL=/bin/zsh"};
    variables.insert(variables.end(), environment.begin(), environment.end());
    add(at, "exec", 9, self,
        {{"target", process(processes_[self])},
         {"dyld_exec_path", program.path},
         {"script", nullptr},
         {"cwd", file("/Users/mira")},
         {"args", line},
         {"env", variables},
         {"last_fd", 2}});
    sent_.back().message["process"] = before;
}

void MacHost::exit(Us at, Process self) {
    add(at, "exit", 15, self, {{"stat", 0}});
}

void MacHost::thread(Us at, Process source, Process target, bool runs) {
    const Json state = runs ? Json{{"flavor", 6}, {"state", nullptr}} : Json(nullptr);
    on_target(at, "remote_thread_create", 97, source, target, {{"thread_state", state}});
}

void MacHost::signal(Us at, Process source, Process target, int number) {
    on_target(at, "signal", 31, source, target, {{"sig", number}, {"instigator", nullptr}});
}

void MacHost::map(Us at, Process self, std::string_view path) {
    add(at, "mmap", 20, self,
        {{"source", file(path)}, {"protection", 5}, {"max_protection", 5}, {"flags", 2}, {"file_pos", 0}});
}

std::string MacHost::lines() const {
    std::vector<std::size_t> order(sent_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sent_[a].at < sent_[b].at; });
    std::map<int, std::uint64_t> of_type;
    std::uint64_t all = 0;
    std::string out;
    for (const std::size_t i : order) {
        Json message = sent_[i].message;
        message["seq_num"] = of_type[message["event_type"].get<int>()]++;
        message["global_seq_num"] = all++;
        out += message.dump() + "\n";
    }
    return out;
}

}  // namespace trocar::test
