// The sentences of AN1399: what was seen, in the order it was seen, and what nobody could have seen.
#include "core/base/process_label.h"
#include "core/base/text.h"
#include "core/base/time.h"
#include "core/detect/access_rights.h"
#include "core/detect/analytics/an1399_facts.h"
#include "core/detect/analytics/an1399_judge.h"
#include "core/detect/analytics/an1399_memory.h"

namespace trocar {
namespace {

namespace flag = signal_flag;
using namespace an1399;

constexpr std::size_t kLongestTrace = 240;  // characters of a call trace in one line of evidence

std::string_view text_of(const Capture& capture, std::uint32_t signal) {
    const std::string_view text = capture.strings->text(capture.signals.text[signal]);
    return text == "-" ? std::string_view{} : text;
}

/// "at an address outside every module", "at LoadLibraryW", "at 0x7ff612340000".
std::string start_words(const Capture& capture, std::uint32_t signal) {
    const std::uint32_t flags = capture.signals.flags[signal];
    const std::string_view function = text_of(capture, signal);
    if (!function.empty()) {
        return "at " + std::string(function);
    }
    if ((flags & flag::kStartKernelAddress) != 0) {
        return "at a kernel address";
    }
    if ((flags & flag::kStartOutsideModules) != 0) {
        return "at an address outside every module";
    }
    return capture.signals.value[signal] != 0 ? "at " + hex(capture.signals.value[signal]) : "at an unstated address";
}

std::string after(Nanos span) {
    return span.count <= 0 ? "at the same moment" : describe_duration(span) + " later";
}

/// "opened TARGET with write access, allocated memory in it, wrote into its memory": the steps on record, in the order an
/// injector takes them. The first names the target.
std::string steps_words(std::uint64_t facts, Role first, const std::string& target, const std::string& handle) {
    std::string out;
    const auto add = [&](std::string_view verb, bool whose, std::string_view rest) {
        const std::string object = out.empty() ? target + (whose ? "'s" : "") : whose ? "its" : "it";
        out += (out.empty() ? "" : ", ") + std::string(verb) + " " + object + std::string(rest);
    };
    if ((facts & kAccessed) != 0) {
        add("opened", false, " " + handle);
    }
    if ((facts & kAllocated) != 0) {
        add(first == Role::map ? "mapped a section into" : "allocated memory in", false, "");
    }
    if ((facts & kWritten) != 0) {
        add("wrote into", true, " memory");
    }
    if (first == Role::protect || out.empty()) {
        add((facts & kMadeExecutable) != 0 ? "made executable" : "changed the protection of", true, " memory");
    }
    return out;
}

std::string write_note(const RowWords& words) {
    for (const std::string_view step : words.invisible) {
        if (step == "write") {
            return " The memory write itself was not observed: no channel in this capture records it.";
        }
    }
    return {};
}

}  // namespace

std::string process_label(const Capture& capture, ProcessId id) {
    if (id.value >= capture.processes.lives.size()) {
        return "an unknown process";
    }
    const ProcessLife& life = capture.processes.lives[id.value];
    const std::string_view name = file_name(capture.strings->text(life.image));
    return with_pid(name.empty() ? "a process without a name" : name, life.pid);
}

std::string An1399Judge::sentence(const RowWords& words) const {
    const Finding& row = *words.row;
    const std::string source = process_label(capture_, row.source), target = process_label(capture_, row.target);
    const bool by_handle = words.first != kNoSignal && capture_.signals.role[words.first] == Role::access;
    const std::string handle = (words.facts & kWriteHandle) != 0 ? "with write access"
                               : by_handle                       ? "with rights " + hex(capture_.signals.value[words.first])
                                                                 : std::string("with a handle");
    if (row.kind == FindingKind::partial) {
        return partial_sentence(words, source, target, handle);
    }
    const Role first = words.first == kNoSignal ? Role::access : capture_.signals.role[words.first];
    const std::uint64_t facts = words.facts | (first == Role::access ? kAccessed : 0);
    const std::uint32_t anchor = words.anchor;
    std::string act;
    if (capture_.signals.role[anchor] == Role::tamper) {
        act = (capture_.signals.flags[anchor] & flag::kImageReplaced) != 0 ? "its image was replaced in memory"
                                                                           : "its image was tampered with";
        if (row.kind == FindingKind::lone) {
            return "The image of " + target +
                   (act == "its image was replaced in memory" ? " was replaced in memory" : " was tampered with") +
                   ". No handle in this capture explains it" +
                   (row.source.none()                                         ? "."
                    : creation_of(capture_, row.target).creator == row.source ? "; " + source + " made it."
                                                                              : "; " + source + " is its parent.");
        }
        return source + " " + steps_words(facts, first, target, handle) + " and " + after(words.span) + " " + act + "." +
               write_note(words);
    }
    if (capture_.signals.role[anchor] == Role::load) {
        return source + " opened " + target + " " + handle + " and " + after(words.span) + " the target loaded " +
               std::string(file_name(text_of(capture_, anchor))) +
               ((capture_.signals.flags[anchor] & flag::kUnsigned) != 0 ? ", which is unsigned" : "") +
               ". No execution step was observed.";
    }
    const std::string threads =
        row.folded > 1 ? std::to_string(row.folded) + " threads" : std::string("a thread");
    if (row.kind == FindingKind::lone) {
        const std::string did = (words.facts & kApcQueued) != 0    ? " queued an APC to a thread of "
                                : (words.facts & kContextSet) != 0 ? " set the context of a thread of "
                                                                   : " started " + threads + " in ";
        std::string out = source + did + target + " " + start_words(capture_, anchor) + ". ";
        if (words.critical != kInfiniteNanos) {
            return out + "The nearest handle with these rights was opened " + describe_duration(words.critical) +
                   " earlier, outside the window.";
        }
        return out + "No process access with these rights is recorded for this pair.";
    }
    return source + " " + steps_words(facts, first, target, handle) + " and " + after(words.span) + " " +
           execution_words(words.facts, anchor, threads) + "." + write_note(words);
}

std::string An1399Judge::execution_words(std::uint64_t facts, std::uint32_t anchor, const std::string& threads) const {
    const std::string where = start_words(capture_, anchor) + ((facts & kStartInRegion) != 0 ? ", inside that memory" : "");
    if ((facts & kApcQueued) != 0) {
        return "queued an APC to one of its threads " + where;
    }
    if ((facts & kContextSet) != 0) {
        return "set the context of one of its threads, to go on " + where;
    }
    if ((facts & kResumed) != 0) {
        return "resumed its thread";
    }
    return "started " + threads + " there " + where;
}

std::string An1399Judge::partial_sentence(const RowWords& words, const std::string& source, const std::string& target,
                                          const std::string& handle) const {
    const SignalTable& table = capture_.signals;
    const bool opened = words.first != kNoSignal && table.role[words.first] == Role::access;
    if (opened && (table.flags[words.first] & windows_flag::kFailed) != 0) {
        return source + " tried to open " + target + " and was refused: an attempt, not an injection.";
    }
    if (!opened) {
        const Role first = words.first == kNoSignal ? Role::write : table.role[words.first];
        return source + " " + steps_words(words.facts, first, target, handle) + ". No execution followed in this capture.";
    }
    if (words.anchor != kNoSignal && table.role[words.anchor] == Role::write) {
        return source + " opened " + target + " " + handle + " and wrote into its memory " + after(words.span) +
               ". No execution followed in this capture.";
    }
    if ((words.facts & (kAllocated | kMadeExecutable)) != 0) {
        return source + " opened " + target + " " + handle + " and prepared memory in it. No write and no execution were observed.";
    }
    return source + " opened " + target + " " + handle + ". Nothing more was observed: a precondition, not an injection.";
}

std::string An1399Judge::reason_detail(std::uint64_t fact, const Finding& row) const {
    if (fact == kStartInRegion) {
        return region_words(row);
    }
    return fact == kParentSpoofed ? creation_words(capture_, row.target) : std::string{};
}

/// "0x180010 lies in 0x180000 + 0x2000 (WRITEVM_REMOTE ...)".
std::string An1399Judge::region_words(const Finding& row) const {
    const SignalTable& table = capture_.signals;
    for (const Pair& pair : table.pairs) {
        if (pair.first <= row.anchor && row.anchor < pair.last) {
            const std::uint32_t step = step_under_start(capture_, pair, row.anchor);
            return step == kNoSignal ? std::string{}
                                     : hex(table.value[row.anchor]) + " lies in " + std::string(text_of(capture_, step));
        }
    }
    return {};
}

std::string An1399Judge::evidence_text(std::uint32_t signal) const {
    const SignalTable& table = capture_.signals;
    const std::uint32_t flags = table.flags[signal];
    const std::string_view text = text_of(capture_, signal);
    std::string out;
    switch (table.role[signal]) {
        case Role::access:
            out = ((flags & windows_flag::kFailed) != 0 ? "refused: " : "") + std::string("GrantedAccess ") +
                  describe_rights(table.value[signal]);
            if ((flags & flag::kUnknownFrame) != 0) {
                out += ", opened by code outside every module";
            }
            if ((flags & flag::kDirectSyscall) != 0) {
                out += ", by a direct system call";
            }
            break;
        case Role::execute:
            out = ((flags & windows_flag::kApc) != 0       ? "QueueUserAPC, ApcRoutine "
                   : (flags & windows_flag::kContext) != 0 ? "SetThreadContext, instruction pointer "
                                                           : "StartAddress ") +
                  hex(table.value[signal]);
            if (!text.empty()) {
                out += ", " + std::string(text);
            } else if ((flags & flag::kStartOutsideModules) != 0) {
                out += ", outside every module";
            } else if ((flags & flag::kStartUnstated) != 0) {
                out += ", start module not recorded by this Sysmon version";
            }
            break;
        case Role::load:
            out = std::string(text);
            out += (flags & flag::kUnsigned) != 0 ? ", unsigned" : "";
            out += (flags & flag::kUserWritablePath) != 0 ? ", from a user-writable path" : "";
            break;
        case Role::tamper:
            out = (flags & flag::kImageReplaced) != 0 ? "Image is replaced"
                  : (flags & flag::kImageLocked) != 0 ? "Image is locked for access"
                                                      : std::string(text);
            break;
        default: out = std::string(text.substr(0, kLongestTrace)); break;
    }
    if ((flags & flag::kLogTime) != 0) {
        out += (out.empty() ? "" : ", ") + std::string("ordered by the log's write time");
    }
    if ((flags & flag::kRecovered) != 0) {
        out += (out.empty() ? "" : ", ") + std::string("recovered from slack");
    }
    return out;
}

}  // namespace trocar
