#include "tests/support/made_signals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <sstream>
#include <tuple>

#include "core/base/text.h"
#include "core/detect/analytic.h"

namespace trocar::test {
namespace {

constexpr std::int64_t kOrigin = 1'600'000'000'000'000'000;

struct FlagWord {
    std::string_view word;
    std::uint32_t flag;
};
constexpr std::array<FlagWord, 13> kFlagWords{{
    {"unknown", signal_flag::kUnknownFrame},
    {"unsigned", signal_flag::kUnsigned},
    {"native", signal_flag::kNativeImage},
    {"writable", signal_flag::kUserWritablePath},
    {"outside", signal_flag::kStartOutsideModules},
    {"unstated", signal_flag::kStartUnstated},
    {"loadlibrary", signal_flag::kStartLoadLibrary},
    {"ctrl", signal_flag::kStartCtrlRoutine},
    {"kernel", signal_flag::kStartKernelAddress},
    {"debug", signal_flag::kStartDebugBreak},
    {"replaced", signal_flag::kImageReplaced},
    {"locked", signal_flag::kImageLocked},
    {"inmodule", signal_flag::kStartInModule},
}};

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

bool read_flags(std::string_view words, std::uint32_t& out) {
    while (!words.empty()) {
        const std::size_t bar = words.find('|');
        const std::string_view word = words.substr(0, bar);
        const auto found = std::find_if(kFlagWords.begin(), kFlagWords.end(), [&](const FlagWord& f) { return f.word == word; });
        if (found == kFlagWords.end()) {
            return false;
        }
        out |= found->flag;
        words = bar == std::string_view::npos ? std::string_view{} : words.substr(bar + 1);
    }
    return true;
}

UtcNanos seconds(const std::string& text) {
    return {kOrigin + static_cast<std::int64_t>(std::llround(std::stod(text) * 1e6)) * 1000};
}

}  // namespace

std::shared_ptr<const Capture> MadeCapture::build(std::vector<std::uint32_t> file_order) const {
    auto capture = std::make_shared<Capture>();
    auto strings = std::make_shared<StringTable>();
    strings->intern("");
    capture->hosts.push_back(strings->intern("WS01"));
    for (const MadeProcess& p : processes) {
        ProcessLife life;
        life.host = HostId{0};
        life.pid = p.pid;
        life.image = strings->intern(p.path);
        life.later_image = life.command_line = life.user = life.integrity = StringId{0};
        life.key = strings->intern("WS01|" + p.name);
        life.parent = p.parent < 0 ? ProcessId{} : ProcessId{static_cast<std::uint32_t>(p.parent)};
        life.start = p.start;
        life.start_inferred = p.start.none();
        capture->processes.lives.push_back(life);
    }
    std::uint32_t files = 1;
    for (const MadeSignal& s : events) {
        files = std::max(files, s.file + 1);
    }
    for (std::uint32_t f = static_cast<std::uint32_t>(file_order.size()); f < files; ++f) {
        file_order.push_back(f);
    }
    struct Row {
        const MadeSignal* made;
        std::uint32_t id;
    };
    std::vector<Row> rows;
    std::uint32_t next = 0;
    for (const std::uint32_t file : file_order) {
        CaptureSource source;
        source.name = std::string(1, static_cast<char>('a' + file)) + ".evtx";
        source.sha256.fill(static_cast<unsigned char>(file + 1));
        source.first_event = next;
        for (const MadeSignal& s : events) {
            if (s.file == file) {
                rows.push_back({&s, next++});
            }
        }
        source.event_count = next - source.first_event;
        capture->sources.push_back(source);
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        const auto key = [](const Row& r) {
            return std::tuple(static_cast<std::uint32_t>(r.made->target), static_cast<std::uint32_t>(r.made->source),
                              r.made->time, r.id);
        };
        return key(a) < key(b);  // -1 is the largest: the target-only group comes last
    });
    SignalTable& table = capture->signals;
    std::map<Operation, OperationCount> counts;
    const auto count = [&](Operation operation) {
        OperationCount& c = counts[operation];
        c.host = HostId{0};
        c.operation = operation;
        ++c.count;
        ++capture->total_by_operation[static_cast<std::size_t>(operation)];
    };
    for (const Row& r : rows) {
        const ProcessId source{static_cast<std::uint32_t>(r.made->source)};
        const ProcessId target{static_cast<std::uint32_t>(r.made->target)};
        const auto at = static_cast<std::uint32_t>(table.size());
        if (table.pairs.empty() || table.pairs.back().source != source || table.pairs.back().target != target) {
            table.pairs.push_back({source, target, at, at});
        }
        table.pairs.back().last = at + 1;
        table.time.push_back(r.made->time);
        table.event.push_back(EventId{r.id});
        table.value.push_back(r.made->value);
        table.text.push_back(strings->intern(r.made->text));
        table.flags.push_back(r.made->flags);
        table.role.push_back(r.made->role);
        capture->record.push_back(r.made->record);
        count(operation_of(r.made->role));
    }
    for (const Operation operation : also_recorded) {
        count(operation);
    }
    for (const auto& [operation, c] : counts) {
        capture->operations.push_back(c);
    }
    capture->event_count = next;
    capture->strings = std::move(strings);
    capture->creations = find_creations(*capture);
    return capture;
}

MadeCapture read_capture(std::string_view text, std::string& error) {
    MadeCapture made;
    std::map<std::string, int, std::less<>> names;
    std::istringstream lines{std::string(text)};
    std::string line;
    while (std::getline(lines, line)) {
        line = line.substr(0, line.find('#'));
        std::istringstream words(line);
        std::string first;
        if (!(words >> first)) {
            continue;
        }
        const auto fail = [&] { error = "cannot read: " + line; };
        std::string word;
        if (first == "recorded") {
            Operation operation{};
            if (!(words >> word) || !operation_from_name(word, operation)) {
                fail();
                return made;
            }
            made.also_recorded.push_back(operation);
            continue;
        }
        if (first == "process") {
            MadeProcess p;
            if (!(words >> p.name >> p.pid >> p.path)) {
                fail();
                return made;
            }
            while (words >> word) {
                if (word.starts_with("parent=") && names.contains(word.substr(7))) {
                    p.parent = names.find(word.substr(7))->second;
                } else if (word.starts_with("start=")) {
                    p.start = seconds(word.substr(6));
                } else {
                    fail();
                    return made;
                }
            }
            names[p.name] = static_cast<int>(made.processes.size());
            made.processes.push_back(std::move(p));
            continue;
        }
        MadeSignal s;
        std::string role, source, target;
        s.time = first == "never" ? kNoTime : seconds(first);
        s.record = made.events.size() + 1;
        if (!(words >> role >> source >> target) || (source != "-" && !names.contains(source)) || !names.contains(target)) {
            fail();
            return made;
        }
        bool known = false;
        for (int r = 0; r < kRoleCount; ++r) {
            if (name(static_cast<Role>(r)) == role) {
                s.role = static_cast<Role>(r);
                known = true;
            }
        }
        s.source = source == "-" ? -1 : names[source];
        s.target = names[target];
        while (known && (words >> word)) {
            if (word.starts_with("value=")) {
                s.value = parse_number(word.substr(6)).value_or(0);
            } else if (word.starts_with("text=")) {
                s.text = word.substr(5);
            } else if (word.starts_with("file=")) {
                s.file = static_cast<std::uint32_t>(word[5] - 'a');
            } else if (word.starts_with("record=")) {
                s.record = parse_number(word.substr(7)).value_or(0);
            } else if (!word.starts_with("flags=") || !read_flags(std::string_view(word).substr(6), s.flags)) {
                known = false;
            }
        }
        if (!known) {
            fail();
            return made;
        }
        made.events.push_back(std::move(s));
    }
    return made;
}

std::string print_rows(const FindingView& view) {
    std::string out;
    const Capture& capture = view.analysis().capture();
    const auto label = [&](ProcessId id) {
        return id.value < capture.processes.lives.size()
                   ? std::string(file_name(capture.strings->text(capture.processes.lives[id.value].image)))
                   : std::string("?");
    };
    for (const std::uint32_t r : view.visible(0, view.rows().size())) {
        const Finding& f = view.rows()[r];
        out += std::string(name(f.kind)) + " " + label(f.source) + ">" + label(f.target) + " " + std::string(f.technique) +
               " " + std::string(name(f.grade)) + " " + std::to_string(f.confidence);
        const Nanos w = view.critical(f);
        if (w != kInfiniteNanos) {
            out += (view.measure() == WindowMeasure::span ? " span " : " gap ") + format_duration(w);
        }
        if (f.folded > 1) {
            out += " x" + std::to_string(f.folded);
        }
        out += f.damped ? " damped\n" : "\n";
    }
    return out;
}

FindingView analyse(const std::shared_ptr<const Capture>& capture, const std::vector<std::string>& sets, bool partial,
                    const std::vector<HideRule>& hidden) {
    const Analytic& analytic = *find_analytic("AN1399");
    ParameterSet parameters;
    for (const std::string& set : sets) {
        const std::size_t equals = set.find('=');
        const ParameterSpec* spec = analytic.parameter(set.substr(0, equals));
        assert(spec != nullptr);
        auto value = parse_parameter(*spec, set.substr(equals + 1));
        assert(value.ok());
        parameters.set(*spec, std::move(value).value());
    }
    auto analysis = Analysis::run(capture, analytic, parameters, {});
    assert(analysis.ok());
    return FindingView(std::move(analysis).value(), parameters, partial, hidden);
}

}  // namespace trocar::test
