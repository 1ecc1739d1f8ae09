// The sentences of AN1401, in Apple's words.
#include "core/base/process_label.h"
#include "core/base/text.h"
#include "core/base/time.h"
#include "core/detect/analysis_data.h"
#include "core/detect/analytics/an1401_facts.h"
#include "core/detect/analytics/an1401_judge.h"

namespace trocar {
namespace {

namespace mf = mac_flag;
using namespace an1401;

constexpr std::string_view kNoWrite =
    " Endpoint Security reports no write into another task, so that none can be shown.";

std::string after(Nanos span) {
    return span.count <= 0 ? "at the same moment" : describe_duration(span) + " later";
}

std::string_view opening_words(Role role, std::uint64_t value) {
    switch (role) {
        case Role::suspend: return "suspended ";
        case Role::read: return "got the read port of ";
        default: return (value & mac_access::kTrace) != 0 ? "traced " : "got the task port of ";
    }
}

std::string afterwards(std::uint64_t facts) {
    if ((facts & kInvalidated) != 0) {
        return " Code of the target no longer matched its signature afterwards.";
    }
    return (facts & kHardTarget) != 0
               ? " The target is hardened (CS_HARD): changed code in it is never reported."
               : "";
}

}  // namespace

std::string An1401Judge::label(ProcessId id) const {
    if (id.value >= capture_.processes.lives.size()) {
        return "an unknown process";
    }
    const std::string_view name = file_name(image(id));
    return with_pid(name.empty() ? "a process without a name" : name, capture_.processes.lives[id.value].pid);
}

std::string An1401Judge::sentence(const RowWords& words) const {
    const Finding& row = *words.row;
    const SignalTable& table = capture_.signals;
    const std::string source = label(row.source), target = label(row.target);
    const bool has_first = words.first != kNoSignal;
    if (row.kind == FindingKind::partial) {
        if (has_first && table.role[words.first] == Role::create) {
            return target + " was started with DYLD_INSERT_LIBRARIES=" +
                   std::string(capture_.strings->text(table.text[words.first])) +
                   ((table.flags[words.first] & mf::kStripped) != 0 ? ", which dyld ignores in this program"
                                                                    : "") +
                   ". The library was not mapped in this capture: an attempt.";
        }
        if ((words.facts & kDenied) != 0) {
            return source + " asked for the task port of " + target +
                   " and was refused: an attempt, not an injection.";
        }
        return source + " got the task port of " + target +
               ". No thread followed in this capture: a precondition, not an injection.";
    }
    if ((words.facts & kInserted) != 0) {
        return target + " was started by " + source + " with DYLD_INSERT_LIBRARIES and " + after(words.span) +
               " mapped " + std::string(capture_.strings->text(table.text[words.anchor])) + ".";
    }
    if (row.kind == FindingKind::chain && has_first) {
        return source + " " + std::string(opening_words(table.role[words.first], table.value[words.first])) +
               target + " and " + after(words.span) + " started a thread in it." + afterwards(words.facts) +
               std::string(kNoWrite);
    }
    const std::string nearest = words.critical == kInfiniteNanos
                                    ? " No task port of this pair is recorded before it."
                                    : " The nearest task port came " + describe_duration(words.critical) +
                                          " earlier, outside the window.";
    return source + " started a thread in " + target + "." + nearest + afterwards(words.facts);
}

std::string An1401Judge::evidence_text(std::uint32_t signal) const {
    const SignalTable& table = capture_.signals;
    const std::uint32_t flags = table.flags[signal];
    std::string out(capture_.strings->text(table.text[signal]));
    const auto add = [&](std::string_view part) { (out += out.empty() ? "" : ", ") += part; };
    switch (table.role[signal]) {
        case Role::access:
            add((table.value[signal] & mac_access::kTrace) != 0 ? "ptrace attach" : "control port");
            break;
        case Role::read:
            add((table.value[signal] & mac_access::kReadPort) != 0 ? "read port" : "inspect port");
            break;
        case Role::execute:
            add((flags & mf::kRunning) != 0 ? "thread created running" : "thread created");
            break;
        case Role::tamper: add("code no longer matches the signature"); break;
        default: break;
    }
    if ((flags & mf::kDenied) != 0) {
        add("refused");
    }
    if ((flags & mf::kStripped) != 0) {
        add("ignored by dyld in this program");
    }
    return out;
}

std::string_view An1401Judge::stage_name(Role role) const {
    switch (role) {
        case Role::access:
        case Role::read: return "access";
        case Role::create: return "insert";
        default: return name(role);
    }
}

}  // namespace trocar
