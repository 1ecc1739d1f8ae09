#include "importers/etw_meaning/etw_facts.h"

#include "core/base/text.h"
#include "importers/etw_meaning/process_event.h"

#include <iterator>
#include <limits>

namespace trocar {
namespace {

/// Records are stamped up to 82 ms before the creation time that they state (measured on a krabsetw
/// recording).
constexpr Nanos kSkew{500'000'000};
/// Bases looked at below an address: those of other lives of the pid may lie between.
constexpr int kMostBases = 64;

}  // namespace

EtwFacts::Pid* EtwFacts::pid_of(std::uint32_t pid) {
    const auto known = pids_.find(pid);
    return known != pids_.end() ? &known->second : room() ? &pids_[pid] : nullptr;
}

EtwFacts::Life* EtwFacts::life(std::uint32_t pid, UtcNanos at, UtcNanos created, bool is_start) {
    Pid* const known = pid_of(pid);
    if (known == nullptr) {
        return nullptr;
    }
    Lives& lives = known->lives;
    if (created.none()) {
        // One that was created before; or one of which only that is not known.
        const auto later = lives.upper_bound(shifted(at, kSkew));
        if (later != lives.begin()) {
            return &std::prev(later)->second;
        }
    } else if (const auto exact = lives.find(created); exact != lives.end()) {
        return &exact->second;
    } else if (const auto unknown = lives.find(kNoTime);
               unknown != lives.end() && !is_start && lives.size() == 1) {
        auto node = lives.extract(unknown);
        node.key() = created;
        node.mapped().created = created;
        return &lives.insert(std::move(node)).position->second;
    }
    if (!lives.empty() && !room()) {
        return nullptr;
    }
    Life& made = lives[created];
    made.created = created;
    return &made;
}

const EtwFacts::Life* EtwFacts::find(const Lives& lives, UtcNanos at, UtcNanos created) {
    if (const auto exact = lives.find(created); !created.none() && exact != lives.end()) {
        return &exact->second;
    }
    const auto later = lives.upper_bound(shifted(at, kSkew));
    return later == lives.begin() ? (lives.empty() ? nullptr : &lives.begin()->second)
                                  : &std::prev(later)->second;
}

EtwFacts::Span EtwFacts::span_of(const Lives& lives, const Life* life) {
    Span out{kNoTime, {std::numeric_limits<std::int64_t>::max()}};
    if (life == nullptr) {
        return out;
    }
    out.from = life->created.none() ? kNoTime : shifted(life->created, -kSkew);
    if (const auto next = lives.upper_bound(life->created); next != lives.end()) {
        out.to = shifted(next->first, -kSkew);
    }
    return out;
}

bool EtwFacts::loaded(const Pid& known, Span span, std::uint64_t address) {
    auto above = known.modules.upper_bound(address);
    for (int looked = 0; above != known.modules.begin() && looked < kMostBases; ++looked) {
        const auto& [base, loads] = *--above;
        const auto load = loads.lower_bound(span.from);
        if (load != loads.end() && load->first < span.to) {
            return address - base < load->second;  // modules of one life do not overlap
        }
    }
    return false;
}

/// The longest name wins: a path over a file name, whichever came first.
void EtwFacts::name(Life& life, std::string_view image) {
    const bool path = image.find('\\') != std::string_view::npos;
    if (!image.empty() && (life.image.empty() || (path && life.image.find('\\') == std::string::npos))) {
        life.image = image;
    }
}

void EtwFacts::learn_name(std::uint32_t pid, UtcNanos at, std::string_view image) {
    if (Life* const named = life(pid, at, kNoTime, false); named != nullptr) {
        name(*named, image);
    }
}

void EtwFacts::learn_start(const EtwEvent& event, std::uint32_t pid) {
    const bool is_start = process_event(event) == ProcessEvent::start;
    UtcNanos created = event.instant("CreateTime");
    if (created.none() && is_start) {
        created = event.time;
    }
    Life* const started = life(pid, event.time, created, is_start);
    if (started == nullptr) {
        return;
    }
    if (is_start) {
        started->started = event.time;
    }
    name(*started, image_name(event));
}

void EtwFacts::learn_process(const EtwEvent& event) {
    const ProcessEvent told = process_event(event);
    const auto pid = event.pid_in("ProcessID");
    if (!pid) {
        return;
    }
    switch (told) {
        case ProcessEvent::start:
        case ProcessEvent::seen: learn_start(event, *pid); break;
        case ProcessEvent::end:
            if (Life* const ended = life(*pid, event.time, event.instant("CreateTime"), false);
                ended != nullptr) {
                name(*ended, image_name(event));
            }
            break;
        case ProcessEvent::thread_start: learn_thread(event, *pid); break;
        case ProcessEvent::module_load:
        case ProcessEvent::module_seen: learn_module(event, *pid); break;
        default: break;
    }
}

void EtwFacts::learn_thread(const EtwEvent& event, std::uint32_t pid) {
    const auto tid = started_thread(event);
    Pid* const known = tid ? pid_of(pid) : nullptr;
    if (known != nullptr && room()) {
        known->threads.emplace(event.time, *tid);
    }
}

void EtwFacts::learn_module(const EtwEvent& event, std::uint32_t pid) {
    const auto base = event.number("ImageBase"), size = event.number("ImageSize");
    Pid* const known = base && size ? pid_of(pid) : nullptr;
    if (known != nullptr && room()) {
        known->modules[*base][event.time] = *size;
    }
}

void EtwFacts::learn_party(const EtwEvent& event, std::string_view pid_name, std::string_view created_name) {
    const auto pid = event.pid_in(pid_name);
    const UtcNanos created = event.instant(created_name);
    if (pid && !created.none()) {
        static_cast<void>(life(*pid, event.time, created, false));
    }
}

void EtwFacts::learn(const EtwEvent& event) {
    if (event.provider == EtwProvider::kernel_process || event.provider == EtwProvider::nt_kernel_logger) {
        learn_process(event);
    } else if (event.provider == EtwProvider::threat_intelligence) {
        learn_party(event, "CallingProcessId", "CallingProcessCreateTime");
        learn_party(event, "TargetProcessId", "TargetProcessCreateTime");
    }
    if (event.pid != kEtwNoProcess && !event.image.empty()) {
        learn_name(event.pid, event.time, event.image);
    }
}

ProcessHint EtwFacts::hint(std::uint32_t pid, UtcNanos at, UtcNanos created) const {
    ProcessHint out;
    out.pid = pid;
    out.has_pid = true;
    const auto seen = pids_.find(pid);
    const Life* const known = seen == pids_.end() ? nullptr : find(seen->second.lives, at, created);
    if (known == nullptr) {
        return out;
    }
    out.image = known->image;
    if (seen->second.lives.size() > 1 && !known->created.none()) {
        out.guid = {static_cast<std::uint64_t>(known->created.count), pid};
    }
    return out;
}

bool EtwFacts::is_first_thread(std::uint32_t pid, std::uint32_t tid, UtcNanos at) const {
    const auto seen = pids_.find(pid);
    const Life* const owner = seen == pids_.end() ? nullptr : find(seen->second.lives, at, kNoTime);
    if (owner == nullptr || owner->started.none() || difference(at, owner->started) > kSecond) {
        return false;
    }
    const auto first = seen->second.threads.lower_bound(owner->started);
    return first != seen->second.threads.end() && first->first == at && first->second == tid;
}

EtwPlace EtwFacts::place_of(std::uint32_t pid, UtcNanos at, std::uint64_t address) const {
    const auto seen = pids_.find(pid);
    if (seen == pids_.end()) {
        return EtwPlace::unknown;
    }
    const Pid& known = seen->second;
    const Life* const owner = find(known.lives, at, kNoTime);
    if (loaded(known, span_of(known.lives, owner), address)) {
        return EtwPlace::module;
    }
    const bool whole = owner != nullptr && !owner->started.none() && !known.modules.empty();
    return whole ? EtwPlace::outside : EtwPlace::unknown;
}

}  // namespace trocar
