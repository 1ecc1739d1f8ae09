#include "core/detect/analytics/an1401_judge.h"

#include "core/base/mac_path.h"
#include "core/base/text.h"
#include "core/detect/analysis_data.h"
#include "core/detect/analytics/an1401_facts.h"
#include "core/detect/analytics/mac_images.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

namespace mf = mac_flag;
using namespace an1401;

// Judgement. A thread started in another task has few honest uses, and Apple's tools have most of them; a
// task port alone has many, so that it weighs little.
constexpr std::array kWeights{
    Weight{kThread, 40, false, "a thread was started in the target's task (remote_thread_create)"},
    Weight{kPort, 10, false, "the source had asked for the control port of the target's task (get_task)"},
    Weight{kTraced, 5, false, "the source traced the target (ptrace)"},
    Weight{kInOrder, 10, false, "the steps came in order"},
    Weight{kSuspended, 5, false, "the source suspended the target"},
    Weight{kInvalidated, 15, false,
           "code of the target no longer matched its signature afterwards (cs_invalidated)"},
    Weight{kForeignLibrary, 10, false, "the target mapped a library of a user-writable folder afterwards"},
    Weight{kUserWritable, 12, false, "the source runs from a folder that a plain user can write"},
    Weight{kAdHocSource, 8, false, "the source is signed ad hoc or not at all: nobody vouches for it"},
    Weight{kListed, 8, false, "the target's signature is on the list (TargetProcessSignature)"},
    Weight{kInserted, 40, false,
           "the program was started with DYLD_INSERT_LIBRARIES and mapped the library it names"},
    Weight{kInsertedWritable, 12, false, "the library lies in a folder that a plain user can write"},
    Weight{kDenied, 10, false,
           "an attempt that the system refused, or a library that the program never mapped"},
    Weight{kDebugger, -50, true,
           "a debugger or helper of Xcode, the Command Line Tools or Rosetta, at its own place"},
    Weight{kSampler, -40, true,
           "a tool of the system that samples or reports on processes (sample, spindump, heap, ReportCrash)"},
    Weight{kPlatformPair, -40, true, "source and target are both part of macOS, on its sealed volume"},
    Weight{kDebuggedChild, -30, true,
           "the target is the source's own child, built to be debugged (get-task-allow)"},
    Weight{kDeveloperLibrary, -40, true,
           "the library belongs to macOS or to Xcode (run-time checkers, guard malloc)"},
    Weight{kFanOut, -25, true,
           "the same request to ten or more processes within 5 s: a process monitor, no thread seen"},
};

constexpr std::uint32_t kMostMeanwhile = 8192;  // rows of the target's own looked at in one pair
constexpr Nanos kAfter{10'000'000'000};         // a payload loads what it needs after the thread began

bool is_mac(std::uint32_t flags) {
    return (flags & signal_flag::kNotWindows) == signal_flag::kMac;
}

std::string_view folder_of(std::string_view path) {
    return path.substr(0, path.rfind('/') + 1);
}

}  // namespace

std::span<const Weight> An1401Judge::weights() const {
    return kWeights;
}
std::uint64_t An1401Judge::linked_facts(Role) const {
    return kInOrder;
}
std::uint64_t An1401Judge::listed_fact() const {
    return kListed;
}

std::string_view An1401Judge::image(ProcessId id) const {
    const auto& lives = capture_.processes.lives;
    return id.value < lives.size() ? capture_.strings->text(lives[id.value].image) : std::string_view{};
}

std::uint64_t An1401Judge::handle_facts(Role, std::uint64_t value, std::uint32_t flags) const {
    if ((flags & mf::kDenied) != 0) {
        return kDenied;
    }
    return ((value & mac_access::kControlPort) != 0 ? kPort : 0) |
           ((value & mac_access::kTrace) != 0 ? kTraced : 0) | ((flags & mf::kStripped) != 0 ? kDenied : 0);
}

std::uint64_t An1401Judge::source_facts(ProcessId source) const {
    const std::string_view path = image(source);
    return (in_mac_user_writable_folder(path) ? kUserWritable : 0) | (is_mac_debugger(path) ? kDebugger : 0) |
           (is_mac_sampler(path) ? kSampler : 0);
}

std::pair<std::uint32_t, std::uint32_t> An1401Judge::meanwhile(const Pair& pair) const {
    const SignalTable& table = capture_.signals;
    const Pair* own = target_only_group(table, pair.target);
    std::uint32_t first = pair.first;
    while (first < pair.last && table.time[first].none()) {
        ++first;
    }
    if (own == nullptr || first == pair.last) {
        return {0, 0};
    }
    const auto begin = table.time.begin();
    const auto from = std::lower_bound(begin + own->first, begin + own->last, table.time[first]);
    const auto to = std::upper_bound(from, begin + own->last, shifted(table.time[pair.last - 1], kAfter));
    const auto row = static_cast<std::uint32_t>(from - begin);
    return {row, std::min(static_cast<std::uint32_t>(to - begin), row + kMostMeanwhile)};
}

std::uint64_t An1401Judge::own_fact(ProcessId target, std::uint32_t row) const {
    const SignalTable& table = capture_.signals;
    const std::uint32_t flags = table.flags[row];
    if (!is_mac(flags)) {
        return 0;
    }
    if (table.role[row] == Role::tamper) {
        return kInvalidated;
    }
    if (table.role[row] != Role::load || (flags & signal_flag::kUserWritablePath) == 0 ||
        (flags & mf::kInserted) != 0) {
        return 0;
    }
    // A program that lies in a home maps its own libraries from there.
    const std::string_view home = folder_of(image(target));
    return home.size() > 1 && capture_.strings->text(table.text[row]).starts_with(home) ? 0 : kForeignLibrary;
}

std::uint64_t An1401Judge::group_facts(const GroupEvidence& group) {
    std::uint64_t facts = source_facts(group.source);
    const std::uint32_t all = group.all_flags;
    if (group.anchor_role == Role::load) {
        const bool trusted = in_mac_developer_tools(group.text) || in_mac_system_folder(group.text);
        const bool writable = (group.any_flags & signal_flag::kUserWritablePath) != 0;
        return kInserted | (trusted ? kDeveloperLibrary : 0) | (writable ? kInsertedWritable : 0);
    }
    facts |= kThread | ((group.any_flags & mf::kSourceAdHoc) != 0 ? kAdHocSource : 0);
    facts |= (all & mf::kTargetHard) != 0 ? kHardTarget : 0;
    constexpr std::uint32_t kBoth = mf::kSourcePlatform | mf::kTargetPlatform;
    facts |= (all & kBoth) == kBoth && in_mac_system_folder(image(group.source)) ? kPlatformPair : 0;
    constexpr std::uint32_t kChild = mf::kOwnChild | mf::kTargetDebuggable;
    facts |= (all & kChild) == kChild ? kDebuggedChild : 0;
    if (group.pair == kNoSignal) {
        return facts;
    }
    const SignalTable& table = capture_.signals;
    const Pair& pair = table.pairs[group.pair];
    for (std::uint32_t row = pair.first; row < pair.last; ++row) {
        facts |= table.role[row] == Role::suspend && is_mac(table.flags[row]) ? kSuspended : 0;
    }
    const auto [first, last] = meanwhile(pair);
    for (std::uint32_t row = first; row < last; ++row) {
        facts |= own_fact(pair.target, row);
    }
    return facts;
}

std::uint64_t An1401Judge::partial_facts(ProcessId source, ProcessId, bool fan_out) {
    return source_facts(source) | (fan_out ? kFanOut : 0);
}

std::string_view An1401Judge::signature(ProcessId target) const {
    const SignalTable& table = capture_.signals;
    const auto [first, last] =
        std::equal_range(table.pairs.begin(), table.pairs.end(), Pair{{}, target, 0, 0},
                         [](const Pair& a, const Pair& b) { return a.target < b.target; });
    for (auto pair = first; pair != last; ++pair) {
        for (std::uint32_t row = pair->first; row < pair->last && !pair->source.none(); ++row) {
            const Role role = table.role[row];
            const bool names =
                role == Role::access || role == Role::read || role == Role::execute || role == Role::suspend;
            const std::string_view text = capture_.strings->text(table.text[row]);
            if (names && is_mac(table.flags[row]) && !text.empty()) {
                return text;
            }
        }
    }
    return {};
}

std::vector<std::string_view> An1401Judge::other_names(ProcessId target) const {
    // "team 75GAHG3SZQ org.videolan.vlc": each word, and the whole.
    std::string_view rest = signature(target);
    std::vector<std::string_view> names;
    if (!rest.empty()) {
        names.push_back(rest);
    }
    for (int word = 0; word < 2 && rest.find(' ') != std::string_view::npos; ++word) {
        names.push_back(rest.substr(0, rest.find(' ')));
        rest.remove_prefix(rest.find(' ') + 1);
    }
    if (!names.empty()) {
        names.push_back(rest);
    }
    return names;
}

std::vector<std::uint32_t> An1401Judge::corroborating(std::uint32_t pair, std::uint32_t anchor,
                                                      std::size_t limit) const {
    std::vector<std::uint32_t> out;
    const SignalTable& table = capture_.signals;
    if (pair == kNoSignal || table.pairs[pair].source.none() || table.role[anchor] == Role::load) {
        return out;
    }
    const Pair& p = table.pairs[pair];
    for (std::uint32_t row = p.first; row < p.last && out.size() < limit; ++row) {
        if (row != anchor && table.role[row] == Role::resume && table.time[row] >= table.time[anchor]) {
            out.push_back(row);
        }
    }
    const auto [first, last] = meanwhile(p);
    for (std::uint32_t row = first; row < last && out.size() < limit; ++row) {
        if (own_fact(p.target, row) != 0) {
            out.push_back(row);
        }
    }
    return out;
}

Grade An1401Judge::grade(FindingKind kind, std::uint64_t facts, std::uint32_t) const {
    if (kind == FindingKind::partial) {
        return Grade::precondition;
    }
    if (kind == FindingKind::lone) {
        return Grade::execution_only;
    }
    // Never complete: the write is not reported.
    return (facts & (kInvalidated | kForeignLibrary | kInserted)) != 0 ? Grade::corroborated : Grade::shape;
}

std::string_view An1401Judge::technique(FindingKind, std::uint64_t facts) const {
    return (facts & kInserted) != 0 ? "T1574.006" : "T1055";
}

std::uint32_t An1401Judge::roles_of_facts(std::uint64_t facts) const {
    return ((facts & kInvalidated) != 0 ? role_bit(Role::tamper) : 0U) |
           ((facts & kForeignLibrary) != 0 ? role_bit(Role::load) : 0U) |
           ((facts & kSuspended) != 0 ? role_bit(Role::suspend) : 0U);
}

}  // namespace trocar
