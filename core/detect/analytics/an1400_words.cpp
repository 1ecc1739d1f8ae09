// The sentences of AN1400: calls, requests, pids and mappings, in the order they were seen.
#include "core/base/process_label.h"
#include "core/base/text.h"
#include "core/base/time.h"
#include "core/detect/analytics/an1400_facts.h"
#include "core/detect/analytics/an1400_judge.h"

namespace trocar {
namespace {

namespace lf = linux_flag;
using namespace an1400;

std::string after(Nanos span) {
    return span.count <= 0 ? "at the same moment" : describe_duration(span) + " later";
}

std::string_view access_words(std::uint32_t flags) {
    if ((flags & lf::kAttach) != 0) {
        return "attached to ";
    }
    if ((flags & lf::kTraceme) != 0) {
        return "was asked to trace ";
    }
    if ((flags & lf::kProcFile) != 0) {
        return "looked into /proc of ";
    }
    return "accessed ";
}

std::string write_words(std::uint64_t facts, std::uint32_t folded) {
    const std::string times = folded > 1 ? " (" + std::to_string(folded) + " times)" : std::string();
    if ((facts & kPoked) != 0) {
        return "wrote words into its memory by ptrace" + times;
    }
    return (facts & kVmWritten) != 0 ? "wrote into its memory by process_vm_writev" + times
                                     : "opened its /proc/PID/mem for writing" + times;
}

/// What a snapshot of /proc shows, as the object of a sentence.
std::string trace_words(Role role, std::uint32_t flags, std::string_view text) {
    const std::string what(text);
    if (role == Role::tamper) {
        return "changed code pages of " + (what.empty() ? std::string("a file") : what);
    }
    if ((flags & lf::kAnonymous) != 0 || text.empty()) {
        return "executable memory without a file" + (what.empty() ? what : " (" + what + ")");
    }
    return what + " mapped executable";
}

}  // namespace

std::string An1400Judge::label(ProcessId id) const {
    const ProcessLife* l = life(id);
    if (l == nullptr) {
        return "an unknown process";
    }
    const std::string_view name = file_name(image(id));
    return with_pid(name.empty() ? "a process without a name" : name, l->pid);
}

std::string An1400Judge::sentence(const RowWords& words) const {
    const Finding& row = *words.row;
    const std::string source = label(row.source), target = label(row.target);
    const SignalTable& table = capture_.signals;
    const std::string_view text =
        words.anchor == kNoSignal ? std::string_view{} : capture_.strings->text(table.text[words.anchor]);
    if (row.kind == FindingKind::partial) {
        const std::uint32_t flags = words.first == kNoSignal ? 0 : table.flags[words.first];
        if ((words.facts & kDenied) != 0 && (flags & lf::kDenied) != 0) {
            return source + " tried to get at " + target + " and was refused: an attempt, not an injection.";
        }
        return source + " " + std::string(access_words(flags)) + target +
               ". No write followed in this capture: a precondition, not an injection.";
    }
    const std::uint32_t anchor_flags = words.anchor == kNoSignal ? 0 : table.flags[words.anchor];
    if ((words.facts & kPreloaded) != 0 && (anchor_flags & lf::kWritable) != 0) {
        return target + " wrote " + std::string(text) + ", or put a file there: every program started from then on loads what it lists.";
    }
    if ((words.facts & kPreloaded) != 0) {
        return target + " was started with " + (text.empty() ? std::string("a preloaded library") : std::string(text)) + ".";
    }
    if ((words.facts & kMemfdPresumed) != 0) {
        return target + " created a memfd and " + after(words.span) +
               " mapped code from the next descriptor, whose open is not recorded: presumably the memfd.";
    }
    if ((words.facts & kMemfdRun) != 0 && words.anchor != kNoSignal && table.role[words.anchor] == Role::map) {
        return "The snapshot of /proc shows code of a memfd (" + std::string(text) + ") in " + target +
               "; no file holds that code.";
    }
    if ((words.facts & kMemfdRun) != 0) {
        return row.kind == FindingKind::chain
                   ? target + " created a memfd and " + after(words.span) + " ran code from it; no file holds that code."
                   : target + " ran code from a memfd; no file holds that code, and its creation is not recorded.";
    }
    if ((words.facts & kTrace) != 0) {
        const std::string what = words.anchor == kNoSignal
                                     ? std::string("executable memory without a file")
                                     : trace_words(table.role[words.anchor], table.flags[words.anchor], text);
        if (row.kind == FindingKind::lone) {
            return "The snapshot of /proc shows " + what + " in " + target + ". Nobody is known to have put it there.";
        }
        return source + " had access to " + target + "; " + after(words.span) + " the snapshot of /proc shows " + what +
               " there.";
    }
    std::string out = source;
    if (row.kind == FindingKind::chain && words.first != kNoSignal) {
        // process_vm_writev needs no earlier access: the call is its own.
        const bool own_access = table.event[words.first] == table.event[words.anchor];
        if (!own_access) {
            out += " " + std::string(access_words(table.flags[words.first])) + target + " and " + after(words.span) + " " +
                   write_words(words.facts, row.folded);
        } else {
            out += " had access to " + target + " and " + write_words(words.facts, row.folded);
        }
    } else {
        out += " got at " + target + " and " + write_words(words.facts, row.folded);
    }
    out += ".";
    if ((words.facts & kRegistersSet) != 0) {
        out += " It also set the registers of the target.";
    }
    if ((words.facts & kMemOpened) != 0) {
        out += " Writes through the open file are not recorded by audit; the open is.";
    }
    if (row.kind == FindingKind::lone) {
        out += words.critical == kInfiniteNanos
                   ? " No earlier access of this pair is recorded."
                   : " The nearest access came " + describe_duration(words.critical) + " earlier, outside the window.";
    }
    return out;
}

std::string An1400Judge::evidence_text(std::uint32_t signal) const {
    const SignalTable& table = capture_.signals;
    const std::uint32_t flags = table.flags[signal];
    std::string out(capture_.strings->text(table.text[signal]));
    const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
    switch (table.role[signal]) {
        case Role::write:
            if ((flags & lf::kPoke) != 0) {
                add("address " + hex(table.value[signal]));
            } else if ((flags & lf::kProcessVm) != 0) {
                add(std::to_string(table.value[signal]) + " bytes");
            } else {
                add((flags & lf::kWritable) != 0 ? "opened for reading and writing" : "opened for writing");
            }
            break;
        case Role::alloc:
            if ((flags & lf::kAnonymous) != 0) {
                add((flags & lf::kWritable) != 0 ? "anonymous, writable and executable" : "anonymous, executable");
            }
            break;
        case Role::protect: add((flags & lf::kWritable) != 0 ? "made writable and executable" : "made executable"); break;
        default: break;
    }
    if ((flags & lf::kDenied) != 0) {
        add("refused by the kernel");
    }
    if ((flags & lf::kOtherUser) != 0) {
        add("of another user");
    }
    if ((flags & signal_flag::kRecovered) != 0) {
        add("recovered from slack");
    }
    return out;
}

std::string_view An1400Judge::stage_name(Role role) const {
    switch (role) {
        case Role::read: return "access";
        case Role::resume: return "execute";
        case Role::create: return "preload";
        default: return name(role);
    }
}

std::string An1400Judge::runner_up(FindingKind kind, std::uint64_t facts) const {
    if (kind == FindingKind::partial || (facts & (kRunFromMemfd | kPreloaded)) != 0) {
        return {};
    }
    if ((facts & kPoked) != 0 && (facts & kVdso) == 0) {
        return "T1055.014 VDSO Hijacking: a snapshot of /proc with smaps would show whether [vdso] was changed; the log does "
               "not say where the vdso lies";
    }
    return {};
}

}  // namespace trocar
