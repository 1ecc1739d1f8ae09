#include "core/detect/analytics/an1400_judge.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/detect/analysis_data.h"
#include "core/detect/analytics/an1400_facts.h"
#include "core/detect/analytics/linux_images.h"

namespace trocar {
namespace {

namespace lf = linux_flag;
namespace flag = signal_flag;
using namespace an1400;

// Judgement, informed by recordings of Debian 12 (docs/formats/audit.md says what the calls can show): a sure write is
// half the way; what only tracers do takes it back.
constexpr std::array kWeights{
    Weight{kPoked, 40, false, "words were written into the target's memory (PTRACE_POKETEXT, PTRACE_POKEDATA)"},
    Weight{kVmWritten, 40, false, "process_vm_writev wrote into the target's memory"},
    Weight{kMemOpened, 35, false, "/proc/PID/mem of the target was opened for writing"},
    Weight{kMemfdRun, 50, false, "code was run from a memfd: no file holds it"},
    Weight{kMemfdPresumed, 25, false,
           "right after a memfd was made, code was mapped from the next descriptor, whose open is not recorded: presumably it"},
    Weight{kPreloaded, 30, false, "a library was put before all others (LD_PRELOAD, ld.so.preload)"},
    Weight{kTrace, 35, false, "the snapshot of /proc shows executable memory that no file explains, or a changed code page"},
    Weight{kInOrder, 10, false, "the access came first, then the write"},
    Weight{kAttached, 5, false, "the source attached to the target (PTRACE_ATTACH, PTRACE_SEIZE)"},
    Weight{kRegistersSet, 10, false, "registers of the target were set (SETREGS, SETREGSET)"},
    Weight{kExecutableMemory, 10, false, "the target made memory executable meanwhile (mmap or mprotect with PROT_EXEC)"},
    Weight{kForeignLibrary, 12, false, "a file of a user-writable folder was mapped executable in the target"},
    Weight{kNoDebugRequests, 10, false, "none of the requests that debuggers make (SETOPTIONS, GETREGSET, SYSCALL, ...)"},
    Weight{kNotTraced, 15, false, "the source does not trace the target, as a debugger that opens it would"},
    Weight{kOtherUser, 8, false, "source and target belong to different users"},
    Weight{kSensitive, 8, false, "the target is a sensitive program (SensitiveTargets)"},
    Weight{kUserWritable, 12, false, "the source runs from a folder that a plain user can write, from a memfd or deleted file"},
    Weight{kTraceFollows, 15, false, "a snapshot of /proc shows the trace: executable memory without a file, or a changed code page"},
    Weight{kDenied, 10, false, "an attempt that the kernel refused"},
    Weight{kDebugger, -35, true, "the source makes the requests of a debugger or tracer (SETOPTIONS, PEEKUSER, GETREGSET, SYSCALL)"},
    Weight{kKnownTracer, -40, true, "a debugger, tracer or checkpointer of a system folder (gdb, strace, ltrace, py-spy, criu)"},
    Weight{kOwnChild, -40, true, "the target descends from the source or asked to be traced: a parent tracing its child"},
    Weight{kBreakpoints, -15, true, "many words were written with a tracer's requests: breakpoints set and removed"},
    Weight{kSiblings, -25, true, "source and target are the same program of one parent: ranks of a parallel job"},
    Weight{kContainerRuntime, -60, true, "a container runtime's sealed copy of itself (runc and alike)"},
    Weight{kCompiler, -30, true, "a program of a system folder that makes code as it runs (.NET, Java, JavaScript, libffi, ...)"},
    Weight{kOwnCodePages, -25, true,
           "the memory was mapped shared, never run as a program or library: how libffi and run-time compilers lay out code"},
    Weight{kReplacedFile, -25, true, "a file of a system folder that was deleted while in use, as every upgrade does"},
    Weight{kSystemLibrary, -20, true, "the library lies in a system folder, where only root can put one"},
    Weight{kFanOut, -25, true, "the same access to ten or more processes within 5 s: a live-response collector, no write seen"},
};

constexpr int kMostAncestors = 64;             // of a process tree; deeper ones are not followed
constexpr std::uint32_t kMostMeanwhile = 8192; // rows of the target's own looked at in one pair
constexpr std::uint32_t kManyWords = 40;       // a library path and a stub take about ten
constexpr Nanos kAfter{10'000'000'000};        // the target works on after the last call of the source

}  // namespace

std::span<const Weight> An1400Judge::weights() const { return kWeights; }

const ProcessLife* An1400Judge::life(ProcessId id) const {
    return id.value < capture_.processes.lives.size() ? &capture_.processes.lives[id.value] : nullptr;
}

std::string_view An1400Judge::image(ProcessId id) const {
    const ProcessLife* l = life(id);
    return l == nullptr ? std::string_view{} : capture_.strings->text(l->image);
}

bool An1400Judge::descends(ProcessId child, ProcessId of) const {
    const ProcessLife* l = life(child);
    for (int i = 0; i < kMostAncestors && l != nullptr && !l->parent.none(); ++i) {
        if (l->parent == of) {
            return true;
        }
        l = life(l->parent);
    }
    return false;
}

bool An1400Judge::joins(std::size_t, ProcessId, ProcessId) { return true; }
bool An1400Judge::counts(std::size_t, const Pair&, std::uint32_t) { return true; }
ProcessId An1400Judge::assumed_source(ProcessId) { return {}; }
std::uint64_t An1400Judge::linked_facts(Role) const { return kInOrder; }
std::uint64_t An1400Judge::listed_fact() const { return kSensitive; }
std::uint64_t An1400Judge::other_user_fact() const { return kOtherUser; }

Nanos An1400Judge::corroboration_time(Role role) const {
    // A page once changed stays so until the process ends: the snapshot may be taken hours later.
    return role == Role::map || role == Role::tamper ? kInfiniteNanos : Nanos{-1};
}

std::uint64_t An1400Judge::handle_facts(Role, std::uint64_t, std::uint32_t flags) const {
    return ((flags & lf::kAttach) != 0 ? kAttached : 0) | ((flags & lf::kDenied) != 0 ? kDenied : 0) |
           ((flags & lf::kOtherUser) != 0 ? kOtherUser : 0);
}

std::uint64_t An1400Judge::pair_facts(ProcessId source, ProcessId target) const {
    const std::string_view path = image(source);
    const ProcessLife *s = life(source), *t = life(target);
    std::uint64_t facts = in_linux_user_writable_folder(path) ? kUserWritable : 0;
    facts |= known_tracer(path) ? kKnownTracer : 0;
    facts |= descends(target, source) ? kOwnChild : 0;
    if (s != nullptr && t != nullptr && !(source == target)) {
        if (s->image == t->image && s->image.value != 0 && !s->parent.none() && s->parent == t->parent) {
            facts |= kSiblings;
        }
        const std::string_view a = capture_.strings->text(s->user), b = capture_.strings->text(t->user);
        facts |= !a.empty() && !b.empty() && a != b ? kOtherUser : 0;
    }
    return facts;
}

std::pair<std::uint32_t, std::uint32_t> An1400Judge::meanwhile(const Pair& pair) const {
    const SignalTable& table = capture_.signals;
    const Pair* own = target_only_group(table, pair.target);
    std::uint32_t first = pair.first;
    while (first < pair.last && table.time[first].none()) {
        ++first;
    }
    if (own == nullptr || first == pair.last) {
        return {kNoSignal, kNoSignal};
    }
    const auto begin = table.time.begin();
    const auto from = std::lower_bound(begin + own->first, begin + own->last, table.time[first]);
    const auto to = std::upper_bound(from, begin + own->last, shifted(table.time[pair.last - 1], kAfter));
    const auto row = static_cast<std::uint32_t>(from - begin);
    return {row, std::min(static_cast<std::uint32_t>(to - begin), row + kMostMeanwhile)};
}

// The address of a poked word is told, of other writes none is.
bool An1400Judge::may_have_changed_vdso(const Pair& pair, std::uint64_t start) const {
    constexpr std::uint64_t kVdsoBytes = 0x4000;  // two pages on x86_64, up to four elsewhere
    const SignalTable& table = capture_.signals;
    bool poked = false, other = false;
    for (std::uint32_t row = pair.first; row < pair.last; ++row) {
        if (table.role[row] != Role::write || (table.flags[row] & (lf::kDenied | flag::kLinux)) != flag::kLinux) {
            continue;
        }
        if ((table.flags[row] & lf::kPoke) == 0) {
            other = true;
        } else if (start == 0 || table.value[row] - start < kVdsoBytes) {
            return true;
        } else {
            poked = true;
        }
    }
    return other || !poked;
}

std::uint64_t An1400Judge::signal_facts(const Pair& pair) const {
    const SignalTable& table = capture_.signals;
    std::uint64_t facts = 0;
    std::uint32_t words = 0;
    bool traced = false, requests = false;
    for (std::uint32_t row = pair.first; row < pair.last; ++row) {
        const std::uint32_t flags = table.flags[row];
        if ((flags & flag::kLinux) == 0) {
            continue;
        }
        facts |= (flags & lf::kOtherUser) != 0 ? kOtherUser : 0;
        facts |= (flags & (lf::kDescendant | lf::kTraceme)) != 0 ? kOwnChild : 0;
        if ((flags & lf::kDenied) != 0) {
            continue;
        }
        const Role role = table.role[row];
        facts |= (flags & lf::kTracer) != 0 ? kDebugger : 0;
        facts |= role == Role::execute ? kRegistersSet : 0;
        words += (flags & lf::kPoke) != 0 ? 1U : 0U;
        traced = traced || role == Role::resume || role == Role::execute || role == Role::read ||
                 (flags & (lf::kAttach | lf::kTraceme | lf::kPoke)) != 0;
        requests = requests || role == Role::resume || role == Role::read;
    }
    if ((facts & kDebugger) == 0) {
        // Said only where requests of that kind are recorded at all.
        facts |= requests ? kNoDebugRequests : 0;
        facts |= traced ? 0 : kNotTraced;
    } else if (words >= kManyWords) {
        facts |= kBreakpoints;
    }
    const auto [first, last] = meanwhile(pair);
    for (std::uint32_t row = first; row < last; ++row) {
        const std::uint32_t flags = table.flags[row];
        if ((flags & flag::kLinux) == 0 || (flags & lf::kDenied) != 0) {
            continue;
        }
        switch (table.role[row]) {
            case Role::alloc: facts |= (flags & lf::kAnonymous) != 0 ? kExecutableMemory : 0; break;
            case Role::protect: facts |= kExecutableMemory; break;
            case Role::load:
                facts |= in_linux_user_writable_folder(capture_.strings->text(table.text[row])) ? kForeignLibrary : 0;
                break;
            case Role::tamper: facts |= (flags & lf::kMemfd) != 0 ? kForeignLibrary : 0; break;
            default: break;
        }
    }
    // Traces in a snapshot, whenever it was taken after the pair's first signal.
    if (const Pair* own = target_only_group(table, pair.target)) {
        for (std::uint32_t row = first; row < own->last && row - first < kMostMeanwhile; ++row) {
            const bool changed = table.role[row] == Role::tamper && (table.flags[row] & lf::kMemfd) == 0;
            if ((table.flags[row] & flag::kLinux) != 0 && (changed || table.role[row] == Role::map)) {
                facts |= kTraceFollows;
                const bool vdso = changed && capture_.strings->text(table.text[row]) == "[vdso]";
                facts |= vdso && may_have_changed_vdso(pair, table.value[row]) ? kVdso : 0;
            }
        }
    }
    return facts;
}

std::uint64_t An1400Judge::self_facts(const GroupEvidence& group) const {
    if (group.anchor_role == Role::create) {
        return kPreloaded | ((group.any_flags & flag::kUserWritablePath) != 0 ? kForeignLibrary : 0) |
               (preloads_from_system_folders(group.text) ? kSystemLibrary : 0);
    }
    // A loader maps MAP_PRIVATE (glibc elf/dl-map-segments.h); libffi, .NET and others map one memfd twice, MAP_SHARED, to
    // write at one place what runs at the other (libffi src/closures.c, dlmmap_locked).
    const std::uint32_t flags = group.any_flags;
    const bool whole = (flags & lf::kRunWhole) != 0, presumed = (flags & lf::kPresumed) != 0;
    std::uint64_t facts = whole ? kMemfdRun : presumed ? kMemfdPresumed : kMemfdRun | kOwnCodePages;
    const ProcessLife* l = life(group.target);
    const std::string_view path = image(group.target);
    const std::string_view parent = l == nullptr ? std::string_view{} : image(l->parent);
    if ((sealed_self_copy(path) || sealed_self_copy(group.text)) &&
        (parent.empty() || !in_linux_user_writable_folder(parent) || sealed_self_copy(parent))) {
        facts |= kContainerRuntime;
    }
    facts |= maps_own_code(path) ? kCompiler : 0;
    facts |= in_linux_user_writable_folder(path) && !sealed_self_copy(path) ? kUserWritable : 0;
    return facts;
}

std::uint64_t An1400Judge::trace_facts(const GroupEvidence& group) const {
    const std::uint32_t flags = group.any_flags;
    if ((flags & lf::kMemfd) != 0) {
        return self_facts(group);
    }
    constexpr std::string_view kDeleted = " (deleted)";
    std::uint64_t facts = kTrace | (group.text == "[vdso]" ? kVdso : 0);
    facts |= (flags & flag::kUserWritablePath) != 0 ? kForeignLibrary : 0;
    if ((flags & lf::kAnonymous) != 0) {
        facts |= (group.all_flags & lf::kShared) != 0 ? kOwnCodePages : 0;
        facts |= makes_code_at_run_time(image(group.target)) ? kCompiler : 0;
    } else if (group.anchor_role == Role::map && group.text.ends_with(kDeleted)) {
        const std::string_view file = group.text.substr(0, group.text.size() - kDeleted.size());
        facts |= in_linux_system_folder(file) ? kReplacedFile : 0;
    }
    return facts;
}

std::uint64_t An1400Judge::group_facts(const GroupEvidence& group) {
    if (group.pattern == 2) {
        return self_facts(group);
    }
    std::uint64_t facts = group.source.none() ? 0 : pair_facts(group.source, group.target);
    if (group.pair != kNoSignal) {
        facts |= signal_facts(capture_.signals.pairs[group.pair]);
    }
    if (group.pattern == 1) {
        return (facts & ~(kTraceFollows | kNotTraced)) | trace_facts(group);
    }
    if ((group.any_flags & lf::kPoke) != 0) {
        facts |= kPoked;
    } else if ((group.any_flags & lf::kProcessVm) != 0) {
        facts |= kVmWritten;
    } else {
        facts |= kMemOpened;
    }
    // Not being traced tells only where tracers do the same: gdb opens mem, nobody but injectors and MPI call writev.
    return (facts & kMemOpened) != 0 ? facts : facts & ~kNotTraced;
}

std::uint64_t An1400Judge::partial_facts(ProcessId source, ProcessId target, bool fan_out) {
    return (pair_facts(source, target) & ~kSiblings) | (fan_out ? kFanOut : 0);
}

std::vector<std::uint32_t> An1400Judge::corroborating(std::uint32_t pair, std::uint32_t anchor, std::size_t limit) const {
    std::vector<std::uint32_t> out;
    const SignalTable& table = capture_.signals;
    if (pair == kNoSignal || table.pairs[pair].source.none()) {
        return out;
    }
    const auto take = [&](std::uint32_t row) {
        if (out.size() < limit && row != anchor && (table.flags[row] & flag::kLinux) != 0) {
            out.push_back(row);
        }
    };
    const Pair& p = table.pairs[pair];
    for (std::uint32_t row = p.first; row < p.last; ++row) {
        if (!table.time[row].none() && table.time[row] >= table.time[anchor]) {
            const Role role = table.role[row];
            if (role == Role::execute || role == Role::resume) {
                take(row);
            }
        }
    }
    const auto [first, last] = meanwhile(p);
    for (std::uint32_t row = first; row < last; ++row) {
        take(row);
    }
    return out;
}

Grade An1400Judge::grade(FindingKind kind, std::uint64_t facts, std::uint32_t roles) const {
    if (kind == FindingKind::partial) {
        return Grade::precondition;
    }
    if (kind == FindingKind::lone) {
        return Grade::execution_only;
    }
    if ((facts & kMemfdPresumed) != 0) {
        return Grade::shape;
    }
    if ((facts & kMemfdRun) != 0) {
        return Grade::corroborated;
    }
    const bool execution = (facts & kRegistersSet) != 0 || (roles & role_bit(Role::execute)) != 0;
    const bool memory = (facts & (kExecutableMemory | kForeignLibrary | kTraceFollows)) != 0;
    return execution && memory ? Grade::complete : execution || memory ? Grade::corroborated : Grade::shape;
}

std::string_view An1400Judge::technique(FindingKind, std::uint64_t facts) const {
    if ((facts & kRunFromMemfd) != 0) {
        return "T1620";
    }
    if ((facts & kPreloaded) != 0) {
        return "T1574.006";
    }
    if ((facts & kVdso) != 0) {
        return "T1055.014";
    }
    if ((facts & kMemOpened) != 0) {
        return "T1055.009";
    }
    return (facts & (kPoked | kAttached | kRegistersSet)) != 0 ? "T1055.008" : "T1055";
}

std::uint32_t An1400Judge::roles_of_facts(std::uint64_t facts) const {
    std::uint32_t roles = (facts & kRegistersSet) != 0 ? role_bit(Role::execute) : 0;
    roles |= (facts & kExecutableMemory) != 0 ? role_bit(Role::alloc) : 0;
    roles |= (facts & kForeignLibrary) != 0 && (facts & (kRunFromMemfd | kPreloaded)) == 0 ? role_bit(Role::load) : 0;
    return roles | ((facts & kTraceFollows) != 0 ? role_bit(Role::map) : 0U);
}

}  // namespace trocar
