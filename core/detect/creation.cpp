#include "core/detect/creation.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

#include "core/base/text.h"
#include "core/detect/access_rights.h"
#include "core/detect/analytics/an1399_judge.h"
#include "core/detect/analytics/windows_images.h"
#include "core/detect/capture.h"

namespace trocar {
namespace {

/// Sysmon stamps the create handle from 0.22 s before to 0.22 s after event 1 (305 creations in public captures).
constexpr Nanos kAtStart{500'000'000};

/// Services that make processes in another's name: the child's parent is who asked (measured: appinfo, seclogon;
/// wersvc: Windows Internals 7, part 2, "Windows Error Reporting").
struct Broker {
    std::string_view module;
    std::string_view words;
};
constexpr std::array kBrokers{
    Broker{"\\Windows\\System32\\appinfo.dll", "UAC elevation (Application Information service)"},
    Broker{"\\Windows\\System32\\seclogon.dll", "runas (Secondary Logon service)"},
    Broker{"\\Windows\\System32\\wersvc.dll", "Windows Error Reporting service"},
};

std::string_view image_of(const Capture& capture, ProcessId id) {
    return capture.strings->text(capture.processes.lives[id.value].image);
}

std::string_view broker_on(std::string_view trace) {
    while (!trace.empty()) {
        std::string_view frame = trace.substr(0, trace.find('|'));
        trace.remove_prefix(std::min(trace.size(), frame.size() + 1));
        frame = frame.substr(0, frame.rfind('+'));
        for (const Broker& broker : kBrokers) {
            // Behind the drive: "c:\windows\system32\appinfo.dll".
            if (frame.size() > 2 && frame[1] == ':' && equal_ignoring_case(frame.substr(2), broker.module)) {
                return broker.words;
            }
        }
    }
    return {};
}

class CreatorSearch {
public:
    explicit CreatorSearch(const Capture& capture) : capture_(capture), table_(capture.signals) {}

    /// `pairs`: all of one target.
    Creation of(std::span<const Pair> pairs) {
        const ProcessLife& child = capture_.processes.lives[pairs.front().target.value];
        best_ = {};
        best_rank_ = kNoRank;
        if (child.start.none() || child.start_inferred) {
            return best_;
        }
        for (const Pair& pair : pairs) {
            if (!pair.source.none() && pair.source != pair.target) {
                look_at(pair, child);
            }
        }
        if (!best_.creator.none()) {
            best_.kind = kind_of(child);
        }
        return best_;
    }

private:
    static constexpr int kBareRank = 2;
    static constexpr int kNoRank = 3;

    void look_at(const Pair& pair, const ProcessLife& child) {
        const auto begin = table_.time.begin();
        const auto at = std::lower_bound(begin + pair.first, begin + pair.last, shifted(child.start, -kAtStart));
        for (auto row = static_cast<std::uint32_t>(at - begin); row < pair.last; ++row) {
            if (table_.time[row] > shifted(child.start, kAtStart)) {
                return;
            }
            const int rank = rank_of(pair, row);
            if (rank < kNoRank && is_better(pair.source, row, rank, child.parent)) {
                best_rank_ = rank;
                best_.creator = pair.source;
                best_.handle = row;
            }
        }
    }

    int rank_of(const Pair& pair, std::uint32_t row) const {
        const std::uint32_t flags = table_.flags[row];
        if (table_.role[row] != Role::access || (flags & signal_flag::kNotWindows) != 0 ||
            (table_.value[row] & kAllAccess) != kAllAccess) {
            return kNoRank;
        }
        if ((flags & windows_flag::kCreateTrace) != 0) {
            return 0;
        }
        if ((flags & (windows_flag::kBareTrace | signal_flag::kDirectSyscall)) == 0 ||
            opens_every_process(image_of(capture_, pair.source))) {
            return kNoRank;
        }
        return (flags & signal_flag::kDirectSyscall) != 0 ? 1 : kBareRank;
    }

    bool is_better(ProcessId source, std::uint32_t row, int rank, ProcessId parent) const {
        const auto key = [&](ProcessId who, std::uint32_t at, int r) {
            return std::tuple(r, who != parent, table_.time[at], who);
        };
        return best_rank_ == kNoRank || key(source, row, rank) < key(best_.creator, best_.handle, best_rank_);
    }

    CreatorKind kind_of(const ProcessLife& child) {
        if (child.parent.none() || best_.creator == child.parent) {
            return child.parent.none() ? CreatorKind::unstated : CreatorKind::parent;
        }
        if (best_rank_ == kBareRank) {
            return CreatorKind::contested;
        }
        const std::string_view image = image_of(capture_, best_.creator);
        if (opens_every_process(image) && equal_ignoring_case(file_name(image), "svchost.exe")) {
            best_.broker = broker_on(capture_.strings->text(table_.text[best_.handle]));
        }
        return best_.broker.empty() ? CreatorKind::spoofed : CreatorKind::broker;
    }

    const Capture& capture_;
    const SignalTable& table_;
    Creation best_;
    int best_rank_ = kNoRank;
};

}  // namespace

std::string_view name(CreatorKind kind) {
    switch (kind) {
        case CreatorKind::unknown: return "unknown";
        case CreatorKind::parent: return "parent";
        case CreatorKind::unstated: return "unstated";
        case CreatorKind::broker: return "broker";
        case CreatorKind::contested: return "contested";
        case CreatorKind::spoofed: return "spoofed";
    }
    return "unknown";
}

std::vector<Creation> find_creations(const Capture& capture) {
    std::vector<Creation> out(capture.processes.lives.size());
    CreatorSearch search(capture);
    const std::span<const Pair> pairs = capture.signals.pairs;
    for (std::size_t i = 0; i < pairs.size();) {
        std::size_t end = i + 1;
        while (end < pairs.size() && pairs[end].target == pairs[i].target) {
            ++end;
        }
        out[pairs[i].target.value] = search.of(pairs.subspan(i, end - i));
        i = end;
    }
    return out;
}

const Creation& creation_of(const Capture& capture, ProcessId life) {
    static constexpr Creation kUnknown{};
    return life.value < capture.creations.size() ? capture.creations[life.value] : kUnknown;
}

bool is_creator(const Capture& capture, ProcessId source, ProcessId target) {
    if (source.none() || target.value >= capture.processes.lives.size()) {
        return false;
    }
    const Creation& creation = creation_of(capture, target);
    if (creation.kind == CreatorKind::unknown) {
        return capture.processes.lives[target.value].parent == source;
    }
    const bool differs = creation.kind == CreatorKind::spoofed || creation.kind == CreatorKind::contested;
    return !differs && creation.creator == source;
}

std::vector<ProcessId> spoofed_children(const Capture& capture) {
    std::vector<ProcessId> out;
    for (std::uint32_t i = 0; i < capture.creations.size(); ++i) {
        if (capture.creations[i].kind == CreatorKind::spoofed) {
            out.push_back(ProcessId{i});
        }
    }
    return out;
}

std::string creation_words(const Capture& capture, ProcessId life) {
    const Creation& creation = creation_of(capture, life);
    if (creation.kind != CreatorKind::spoofed && creation.kind != CreatorKind::broker &&
        creation.kind != CreatorKind::contested) {
        return {};
    }
    const std::string parent = process_label(capture, capture.processes.lives[life.value].parent);
    const std::string creator = process_label(capture, creation.creator);
    if (creation.kind == CreatorKind::broker) {
        return "made by " + creator + " for " + parent + ": " + std::string(creation.broker);
    }
    if (creation.kind == CreatorKind::contested) {
        return "opened with every right at its start by " + creator +
               ", by a bare system call: it may have made it, not " + parent;
    }
    return "the child says " + parent + ", the create handle is from " + creator;
}

}  // namespace trocar
