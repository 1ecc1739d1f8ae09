#include "tests/support/capture_builder.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <map>
#include <sstream>
#include <tuple>

#include "core/base/text.h"
#include "core/detect/event_signals.h"

namespace trocar::test {
namespace {

struct SignalRow {
    ProcessId source, target;
    UtcNanos time;
    EventId event;
    std::uint64_t value;
    StringId text;
    std::uint32_t flags;
    Role role;
    [[nodiscard]] auto key() const { return std::tuple(target.value, source.value, time, event.value, role); }
};

std::uint16_t sysmon_id(Operation operation) {
    switch (operation) {
        case Operation::process_create: return 1;
        case Operation::process_exit: return 5;
        case Operation::module_load: return 7;
        case Operation::remote_thread: return 8;
        case Operation::process_access: return 10;
        case Operation::file_create: return 11;
        case Operation::registry: return 13;
        case Operation::process_tamper: return 25;
        default: return 0;
    }
}

}  // namespace

CaptureBuilder::CaptureBuilder(std::string_view host, UtcNanos origin)
    : strings_(std::make_shared<StringTable>()), origin_(origin), host_(host) {
    strings_->intern("");
}

ProcessId CaptureBuilder::process(std::string_view image, std::uint32_t pid, ProcessId parent) {
    ProcessLife life;
    life.host = HostId{0};
    life.pid = pid;
    const bool is_file = image.ends_with(".exe") && image.find_first_of("/\\") == std::string_view::npos;
    life.image = strings_->intern(is_file ? "C:\\Windows\\System32\\" + std::string(image) : std::string(image));
    life.command_line = strings_->intern("");
    life.user = strings_->intern("WS01\\analyst");
    life.integrity = strings_->intern("Medium");
    life.key = strings_->intern(host_ + "|" + std::to_string(pid) + "|" + std::to_string(processes_.lives.size()));
    life.parent = parent;
    life.later_image = strings_->intern("");
    processes_.lives.push_back(life);
    return ProcessId{static_cast<std::uint32_t>(processes_.lives.size() - 1)};
}

EventId CaptureBuilder::event(Nanos after, Operation operation, ProcessId actor, ProcessId target, std::uint64_t value,
                              std::string_view text, std::uint32_t flags) {
    assert(actor.none() || actor.value < processes_.lives.size());
    assert(target.none() || target.value < processes_.lives.size());
    const EventId id{static_cast<std::uint32_t>(rows_.size())};
    const UtcNanos at = shifted(origin_, after);
    rows_.push_back({at, id, operation, actor, target, value, strings_->intern(text), flags});
    for (const ProcessId p : {actor, target}) {
        if (!p.none()) {
            ProcessLife& life = processes_.lives[p.value];
            life.first_seen = life.first_seen.none() ? at : std::min(life.first_seen, at);
            life.last_seen = life.last_seen.none() ? at : std::max(life.last_seen, at);
        }
    }
    if (operation == Operation::process_create && !target.none()) {
        ProcessLife& life = processes_.lives[target.value];
        life.start = at;
        life.start_inferred = false;
        life.create_event = id;
        life.parent = actor;
    } else if (operation == Operation::process_exit && !target.none()) {
        processes_.lives[target.value].end = at;
        processes_.lives[target.value].exit_event = id;
    }
    return id;
}

BuiltCapture CaptureBuilder::build() {
    auto capture = std::make_shared<Capture>();
    auto columns = std::make_shared<EventColumns>();
    capture->hosts = {strings_->intern(host_)};
    capture->sources.push_back({"literal", {}, 0, static_cast<std::uint32_t>(rows_.size())});
    const StringId provider = strings_->intern("Microsoft-Windows-Sysmon");
    const StringId channel = strings_->intern("Microsoft-Windows-Sysmon/Operational");
    columns->channels.push_back({HostId{0}, provider, channel});
    capture->processes = processes_;
    capture->event_count = rows_.size();

    std::vector<Row> rows = rows_;
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return std::tie(a.time, a.id) < std::tie(b.time, b.id); });
    std::vector<SignalRow> found;
    std::map<Operation, OperationCount> counts;
    for (const Row& r : rows) {
        columns->id.push_back(r.id);
        columns->time.push_back(r.time);
        columns->operation.push_back(r.operation);
        columns->actor.push_back(r.actor);
        columns->target.push_back(r.target);
        columns->channel.push_back(0);
        columns->event_id.push_back(sysmon_id(r.operation));
        columns->text.push_back(r.text);
        columns->value.push_back(r.value);
        OperationCount& count = counts[r.operation];
        count.host = HostId{0};
        count.operation = r.operation;
        ++count.count;
        count.first = count.first.none() ? r.time : count.first;
        count.last = r.time;
        ++capture->total_by_operation[static_cast<std::size_t>(r.operation)];
        const EventRoles roles = roles_of(r.operation);
        for (std::size_t i = 0; i < roles.count; ++i) {
            const ProcessId target = r.target.none() ? r.actor : r.target;
            found.push_back({roles.target_only ? ProcessId{} : r.actor, target, r.time, r.id, r.value, r.text,
                             r.flags | roles.flags,
                             roles.roles[i]});
        }
    }
    for (const auto& [operation, count] : counts) {
        capture->operations.push_back(count);
    }
    if (!rows.empty()) {
        capture->first_time = rows.front().time;
        capture->last_time = rows.back().time;
    }
    std::sort(found.begin(), found.end(), [](const SignalRow& a, const SignalRow& b) { return a.key() < b.key(); });
    SignalTable& table = capture->signals;
    for (const SignalRow& s : found) {
        const auto row = static_cast<std::uint32_t>(table.size());
        if (table.pairs.empty() || table.pairs.back().source != s.source || table.pairs.back().target != s.target) {
            table.pairs.push_back({s.source, s.target, row, row});
        }
        table.pairs.back().last = row + 1;
        table.time.push_back(s.time);
        table.event.push_back(s.event);
        table.value.push_back(s.value);
        table.text.push_back(s.text);
        table.flags.push_back(s.flags);
        table.role.push_back(s.role);
        capture->record.push_back(s.event.value + 1);
    }
    capture->strings = strings_;
    capture->creations = find_creations(*capture);
    return {capture, columns};
}

BuiltCapture capture_from_text(std::string_view text) {
    CaptureBuilder builder;
    std::map<std::uint32_t, ProcessId> by_pid;
    std::istringstream lines{std::string(text)};
    std::string line;
    while (std::getline(lines, line)) {
        line = std::string(trimmed(std::string_view(line).substr(0, line.find('#'))));
        std::istringstream words(line);
        std::string first, operation_name, source, target, value, words_text, flags;
        if (!(words >> first)) {
            continue;
        }
        if (first == "process") {
            std::uint32_t pid = 0;
            if (!(words >> words_text >> pid)) {
                return {};
            }
            by_pid[pid] = builder.process(words_text, pid);
            continue;
        }
        Operation operation{};
        if (!(words >> operation_name >> source >> target) || !operation_from_name(operation_name, operation)) {
            return {};
        }
        words >> value >> words_text >> flags;
        const auto life = [&](const std::string& pid) {
            const auto number = parse_number(pid);
            const auto at = number ? by_pid.find(static_cast<std::uint32_t>(*number)) : by_pid.end();
            return at == by_pid.end() ? ProcessId{} : at->second;
        };
        if (life(source).none() || (target != "-" && life(target).none())) {
            return {};
        }
        const auto seconds = std::strtod(first.c_str(), nullptr);
        builder.event({static_cast<std::int64_t>(seconds * 1e9)}, operation, life(source), life(target),
                      parse_number(value).value_or(0), words_text == "-" ? "" : words_text,
                      static_cast<std::uint32_t>(std::strtoul(flags.c_str(), nullptr, 16)));
    }
    return builder.build();
}

}  // namespace trocar::test
