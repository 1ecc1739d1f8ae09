#include "core/detect/analytics/an1399_judge.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/detect/access_rights.h"
#include "core/detect/analytic.h"
#include "core/detect/analytics/an1399_facts.h"
#include "core/detect/analytics/an1399_memory.h"
#include "core/detect/analytics/windows_images.h"

namespace trocar {
namespace {

namespace flag = signal_flag;
using namespace an1399;

// Measured over 5,864 pairs of 122 public Windows captures; what is told of memory, SystemThread, FirstThread, UnusualPath, FanOut, DebugBreak, KernelStart,
// ImageLocked, Bystander and ParentSpoofed are judgement.
constexpr std::array kWeights{
    Weight{kWriteHandle, 15, false, "the handle can write the target's memory (VM_WRITE and VM_OPERATION)"},
    Weight{kThreadHandle, 5, false, "the handle can create threads (CREATE_THREAD)"},
    Weight{kUnknownFrame, 15, false, "the handle was opened by code outside every module (UNKNOWN in the call trace)"},
    Weight{kExecution, 30, false, "execution was started in another process"},
    Weight{kTampering, 35, false, "the process image was tampered with"},
    Weight{kInOrder, 10, false, "the steps came in order: a handle or a call on the target's memory, then execution"},
    Weight{kAllocated, 5, false, "memory was allocated in the target, or a section mapped into it"},
    Weight{kWritten, 15, false, "the source wrote into the target's memory"},
    Weight{kMadeExecutable, 10, false, "memory of the target was made executable by the source"},
    Weight{kStartInRegion, 20, false, "execution starts inside memory that the source allocated, wrote or made executable"},
    Weight{kLoadLibraryStart, 20, false, "the thread starts at the library loader (LoadLibrary, LdrLoadDll)"},
    Weight{kOutsideStart, 20, false, "the thread starts outside every module"},
    Weight{kUnsignedLoad, 15, false, "an unsigned module was loaded into the target within 10 s"},
    Weight{kUnusualPathLoad, 5, false, "a module from a user-writable path was loaded into the target"},
    Weight{kListed, 8, false, "the target is one that injectors prefer (InjectedProcessList)"},
    Weight{kUserWritableSource, 10, false, "the source runs from a folder that a plain user can write"},
    Weight{kParentSpoofed, 15, false, "the target's parent is spoofed"},
    Weight{kConsoleControl, -60, true, "console control thread (csrss.exe, CtrlRoutine)"},
    Weight{kSystemThread, -60, true, "a thread of the kernel's own (System, or in a process without code of its own)"},
    Weight{kFirstThread, -60, true, "the first thread of the source's own new child, and no more than creation writes"},
    Weight{kKernelStart, -60, true, "kernel start address: desktop attach, not injected code"},
    Weight{kDebugBreak, -40, true, "debugger breaking in (DbgUiRemoteBreakin)"},
    Weight{kKnownBenign, -40, true, "known benign pair"},
    Weight{kImageLocked, -40, true, "image only locked for access: usual for installers and updates"},
    Weight{kBystander, -40, true, "system process that opens every new one; the tampering record names no source"},
    Weight{kSystemOrParent, -20, true, "system component or parent opening a process, no thread seen"},
    Weight{kFanOut, -25, true, "the same handle was opened to ten or more processes within 5 s, no thread seen"},
};

constexpr Nanos kLoaderTime{5'000'000'000};  // static imports of a starting process; slow machines included
constexpr Nanos kFirstThreadTime{1'000'000'000};  // CreateProcess makes it before it returns
constexpr std::uint32_t kMostLookedAt = 2048;     // rows of one pair
constexpr Nanos kEarlyLoad{1'000'000'000};   // Sysmon stamps loads up to 0.34 s before the process creation

}  // namespace

An1399Judge::An1399Judge(const Capture& capture) : capture_(capture) {}

std::span<const Weight> An1399Judge::weights() const { return kWeights; }

const ProcessLife* An1399Judge::life(ProcessId id) const {
    return id.value < capture_.processes.lives.size() ? &capture_.processes.lives[id.value] : nullptr;
}

const An1399Judge::ImageFacts& An1399Judge::facts_of(ProcessId id) {
    static constexpr ImageFacts kNothing{};
    const ProcessLife* l = life(id);
    if (images_.empty()) {
        images_.resize(capture_.strings->size());
    }
    if (l == nullptr || l->image.value >= images_.size()) {
        return kNothing;
    }
    ImageFacts& f = images_[l->image.value];
    if (!f.known) {
        const std::string_view path = capture_.strings->text(l->image);
        f.known = true;
        f.user_writable = in_user_writable_folder(path);
        f.opens_every_process = opens_every_process(path);
        f.csrss = f.opens_every_process && equal_ignoring_case(file_name(path), "csrss.exe");
        f.minimal = is_minimal_process(path);
        f.benign_source = benign_sources(path);
        f.benign_target = benign_targets(path);
    }
    return f;
}

bool An1399Judge::joins(std::size_t pattern, ProcessId source, ProcessId target) {
    // Load-led: every process start looks so for the creator and for the system processes that open all new ones.
    return pattern == 0 || (!is_creator(capture_, source, target) && !facts_of(source).opens_every_process);
}

UtcNanos An1399Judge::loader_start(const Pair& group) {
    if (loader_target_ == group.target) {
        return loader_start_;
    }
    loader_target_ = group.target;
    loader_start_ = kNoTime;
    const ProcessLife* l = life(group.target);
    if (l == nullptr) {
        return loader_start_;
    }
    if (!l->start.none() && !l->start_inferred) {
        loader_start_ = l->start;
        return loader_start_;
    }
    const SignalTable& table = capture_.signals;
    for (std::uint32_t row = group.first; row < group.last; ++row) {
        if (table.role[row] == Role::load && !table.time[row].none() && table.text[row] == l->image &&
            l->image.value != 0) {
            loader_start_ = table.time[row];
            break;
        }
    }
    return loader_start_;
}

bool An1399Judge::counts(std::size_t pattern, const Pair& group, std::uint32_t signal) {
    if (pattern == 0) {
        return true;
    }
    const SignalTable& table = capture_.signals;
    const ProcessLife* l = life(group.target);
    if (l == nullptr || table.time[signal].none()) {
        return false;
    }
    if (table.text[signal] == l->image || equal_ignoring_case(capture_.strings->text(table.text[signal]),
                                                              capture_.strings->text(l->image))) {
        return false;
    }
    const UtcNanos start = loader_start(group);
    return start.none() || table.time[signal] < shifted(start, -kEarlyLoad) ||
           table.time[signal] > shifted(start, kLoaderTime);
}

ProcessId An1399Judge::assumed_source(ProcessId target) {
    const Creation& creation = creation_of(capture_, target);
    if (creation.kind == CreatorKind::spoofed || creation.kind == CreatorKind::unstated) {
        return creation.creator;
    }
    const ProcessLife* l = life(target);
    return l == nullptr || l->parent == target ? ProcessId{} : l->parent;
}

std::uint64_t An1399Judge::target_facts(ProcessId target) const {
    return creation_of(capture_, target).kind == CreatorKind::spoofed ? kParentSpoofed : 0;
}

std::uint64_t An1399Judge::source_facts(ProcessId source) {
    return facts_of(source).user_writable ? kUserWritableSource : 0;
}

std::uint64_t An1399Judge::without_thread_facts(ProcessId source, ProcessId target, bool fan_out) {
    std::uint64_t facts = fan_out ? kFanOut : 0;
    if (facts_of(source).opens_every_process || is_creator(capture_, source, target)) {
        facts |= kSystemOrParent;
    }
    if ((facts_of(source).benign_source & facts_of(target).benign_target) != 0) {
        facts |= kKnownBenign;
    }
    return facts;
}

bool An1399Judge::executes(const Pair& pair, std::uint32_t signal) {
    if (capture_.signals.role[signal] != Role::resume) {
        return true;
    }
    if (resumed_pair_ != pair.first) {
        resumed_pair_ = pair.first;
        resumed_from_ = resumed_payload_from(capture_, pair, is_creator(capture_, pair.source, pair.target));
    }
    return !resumed_from_.none() && capture_.signals.time[signal] >= resumed_from_;
}

/// Of a thread, an APC, a context or a resumption.
std::uint64_t An1399Judge::execution_facts(const GroupEvidence& group) {
    std::uint64_t facts = kExecution;
    facts |= (group.any_flags & windows_flag::kApc) != 0       ? kApcQueued
             : (group.any_flags & windows_flag::kContext) != 0 ? kContextSet
             : group.anchor_role == Role::resume               ? kResumed
                                                               : 0;
    facts |= is_creator(capture_, group.source, group.target) ? kOwnChild : 0;
    if ((group.any_flags & flag::kStartLoadLibrary) != 0) {
        facts |= kLoadLibraryStart;
    } else if ((group.any_flags & flag::kStartOutsideModules) != 0) {
        facts |= kOutsideStart;
    }
    if ((group.all_flags & flag::kStartCtrlRoutine) != 0 && facts_of(group.source).csrss) {
        facts |= kConsoleControl;
    }
    if ((group.all_flags & flag::kStartKernelAddress) != 0) {
        facts |= kKernelStart;
    }
    if ((group.all_flags & flag::kStartDebugBreak) != 0) {
        facts |= kDebugBreak;
    }
    return facts | unnamed_start_facts(group);
}

/// ETW tells the address of a thread's start and no function: what Sysmon's StartFunction excuses is known by who started
/// it, where nothing was put into the target and the start does not lie outside every module.
std::uint64_t An1399Judge::unnamed_start_facts(const GroupEvidence& group) {
    constexpr std::uint32_t kNamed = flag::kStartOutsideModules | flag::kStartUnstated | flag::kStartLoadLibrary |
                                     flag::kStartCtrlRoutine | flag::kStartDebugBreak | windows_flag::kApc |
                                     windows_flag::kContext;
    if (!group.text.empty() && group.text != "-") {
        return 0;
    }
    if (group.anchor_role != Role::execute || group.pair == kNoSignal || (group.any_flags & kNamed) != 0) {
        return 0;
    }
    const Pair& pair = capture_.signals.pairs[group.pair];
    const Pair looked_at{pair.source, pair.target, pair.first, std::min(pair.last, pair.first + kMostLookedAt)};
    const ProcessLife* source = life(group.source);
    const ProcessLife* target = life(group.target);
    constexpr std::uint32_t kSystemPid = 4;
    const bool made = is_creator(capture_, group.source, group.target);
    std::uint64_t facts = facts_of(group.source).csrss ? kConsoleControl : 0;
    facts |= (source != nullptr && source->pid == kSystemPid) || facts_of(group.target).minimal ? kSystemThread : 0;
    const UtcNanos started = target == nullptr || target->start_inferred ? kNoTime : target->start;
    const UtcNanos anchor = capture_.signals.time[group.anchor];
    const bool first = made && !started.none() && !anchor.none() && difference(anchor, started) <= kFirstThreadTime;
    facts |= first ? kFirstThread : 0;
    return facts != 0 && payload_from(capture_, looked_at, made).none() ? facts : 0;
}

std::uint64_t An1399Judge::group_facts(const GroupEvidence& group) {
    std::uint64_t facts = source_facts(group.source) | target_facts(group.target);
    if (group.anchor_role == Role::load) {
        facts |= (group.any_flags & flag::kUnsigned) != 0 ? kUnsignedLoad : kUnusualPathLoad;
        return facts | kLoadLed | without_thread_facts(group.source, group.target, group.fan_out);
    }
    if (group.unsigned_load) {
        facts |= kUnsignedLoad;
    }
    if (group.anchor_role == Role::tamper) {
        facts |= kTampering;
        // One replaced image among them is enough to take the whole group seriously.
        if ((group.any_flags & flag::kImageReplaced) == 0) {
            facts |= kImageLocked;
        }
        // Sysmon 25 names the target alone, so each process with a handle to it joins. csrss and its like hold one to
        // every process that starts: their handle says nothing, unless they made the target.
        if (facts_of(group.source).opens_every_process && !is_creator(capture_, group.source, group.target)) {
            facts |= kBystander;
        }
    } else {
        facts |= execution_facts(group);
    }
    const auto pairs = benign_pairs();
    const std::uint64_t both = facts_of(group.source).benign_source & facts_of(group.target).benign_target;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const bool function_fits = pairs[i].function.empty() || glob_match(pairs[i].function, group.text);
        if ((both >> i & 1U) != 0 && function_fits) {
            facts |= kKnownBenign;
        }
    }
    return facts;
}

std::uint64_t An1399Judge::memory_facts(const Pair& pair, std::uint32_t anchor, std::uint32_t nearest) const {
    return trocar::memory_facts(capture_, pair, anchor, nearest);
}

std::uint64_t An1399Judge::handle_facts(Role role, std::uint64_t value, std::uint32_t flags) const {
    if (role != Role::access || (flags & windows_flag::kFailed) != 0) {
        return 0;
    }
    std::uint64_t facts = kAccessed;
    facts |= (value & (kVmWrite | kVmOperation)) == (kVmWrite | kVmOperation) ? kWriteHandle : 0;
    facts |= (value & kCreateThread) != 0 ? kThreadHandle : 0;
    facts |= (flags & flag::kUnknownFrame) != 0 ? kUnknownFrame : 0;
    return facts;
}

std::uint64_t An1399Judge::linked_facts(Role anchor_role) const { return anchor_role == Role::load ? 0 : kInOrder; }

std::uint64_t An1399Judge::partial_facts(ProcessId source, ProcessId target, bool fan_out) {
    return source_facts(source) | target_facts(target) | without_thread_facts(source, target, fan_out);
}

std::uint64_t An1399Judge::listed_fact() const { return kListed; }

Grade An1399Judge::grade(FindingKind kind, std::uint64_t facts, std::uint32_t roles) const {
    if (kind == FindingKind::partial) {
        return Grade::precondition;
    }
    if (kind == FindingKind::lone) {
        return Grade::execution_only;
    }
    // README "Grade": complete when every part was seen, from the memory that the code lies in to its execution.
    const bool memory = ((roles & (role_bit(Role::alloc) | role_bit(Role::map))) != 0 || (facts & kMadeExecutable) != 0) &&
                        (roles & role_bit(Role::write)) != 0;
    if (memory && (facts & (kExecution | kTampering)) != 0) {
        return Grade::complete;
    }
    constexpr std::uint64_t kPayload = kLoadLibraryStart | kOutsideStart | kUnsignedLoad | kStartInRegion | kWritten;
    const bool replaced = (facts & kTampering) != 0 && (facts & kImageLocked) == 0;
    if ((facts & kLoadLed) != 0 || ((facts & kPayload) == 0 && !replaced)) {
        return Grade::shape;
    }
    return Grade::corroborated;
}

std::string_view An1399Judge::technique(FindingKind kind, std::uint64_t facts) const {
    if ((facts & kTampering) != 0) {
        return "T1055.012";
    }
    if (kind == FindingKind::partial) {
        return "T1055";
    }
    if ((facts & kLoadLibraryStart) != 0) {
        return "T1055.001";
    }
    if ((facts & kOutsideStart) != 0) {
        return "T1055.002";
    }
    if ((facts & kApcQueued) != 0) {
        return "T1055.004";
    }
    if ((facts & (kContextSet | kResumed)) != 0) {
        return (facts & kOwnChild) != 0 ? "T1055.012" : (facts & kContextSet) != 0 ? "T1055.003" : "T1055";
    }
    if ((facts & kStartInRegion) != 0) {
        return (facts & kWritten) != 0 || (facts & kAllocated) == 0 ? "T1055.002" : "T1055";
    }
    return (facts & (kUnsignedLoad | kUnusualPathLoad)) != 0 ? "T1055.001" : "T1055";
}

std::uint32_t An1399Judge::roles_of_facts(std::uint64_t facts) const {
    return ((facts & (kUnsignedLoad | kUnusualPathLoad)) != 0 ? role_bit(Role::load) : 0) |
           ((facts & kAccessed) != 0 ? role_bit(Role::access) : 0) |
           ((facts & kAllocated) != 0 ? role_bit(Role::alloc) : 0) |
           ((facts & kWritten) != 0 ? role_bit(Role::write) : 0) |
           ((facts & kMadeExecutable) != 0 ? role_bit(Role::protect) : 0);
}

std::string An1399Judge::runner_up(FindingKind kind, std::uint64_t facts) const {
    if (kind == FindingKind::partial) {
        return {};
    }
    if ((facts & kTampering) != 0) {
        return "T1055.013 Process Doppelgaenging: would show file transactions on the image; decided by the image "
               "tampering event";
    }
    if ((facts & kLoadLibraryStart) != 0) {
        return (facts & kUnsignedLoad) != 0 ? "" : "T1055: no unsigned module was seen to follow the library loader's "
                                                   "start";
    }
    if ((facts & kOutsideStart) != 0) {
        return (facts & kUnsignedLoad) != 0
                   ? "T1055.001 Dynamic-link Library Injection: an unsigned module was loaded as well; decided by the "
                     "start address outside every module"
                   : "T1055.004 or T1055.003: no APC or context channel in this capture could show them";
    }
    if ((facts & kApcQueued) != 0) {
        return "T1055.002 Portable Executable Injection: memory was prepared alike; decided by the APC in place of a new thread";
    }
    if ((facts & kContextSet) != 0) {
        return (facts & kOwnChild) != 0
                   ? "T1055.003 Thread Execution Hijacking: the same calls; decided by the target, which the source made for it"
                   : "T1055.012 Process Hollowing: the same calls; decided by the target, which the source did not make";
    }
    if ((facts & kResumed) != 0) {
        return "T1055.003 Thread Execution Hijacking: no context was seen to be set; decided by what was mapped or written "
               "before the thread went on";
    }
    if ((facts & kStartInRegion) != 0) {
        return "T1055.001 Dynamic-link Library Injection: would start at the library loader; decided by the start inside "
               "memory that the source wrote";
    }
    if ((facts & kUnsignedLoad) != 0) {
        return "T1055.002 Portable Executable Injection: the start address was not stated or lies in a module; decided "
               "by the unsigned module";
    }
    return "T1055.012 Process Hollowing, T1055.002 or T1055.001: start address and loads do not tell them apart here";
}

}  // namespace trocar
