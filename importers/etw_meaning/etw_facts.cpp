#include "importers/etw_meaning/etw_facts.h"

#include "core/base/text.h"

#include <iterator>

namespace trocar {
namespace {

/// Records are stamped up to 82 ms before the creation time that they state (measured on a krabsetw recording).
constexpr Nanos kSkew{500'000'000};

bool holds(const std::map<std::uint64_t, std::uint64_t>& modules, std::uint64_t address) {
    const auto above = modules.upper_bound(address);
    if (above == modules.begin()) {
        return false;
    }
    const auto& [base, size] = *std::prev(above);
    return address - base < size;
}

}  // namespace

EtwFacts::Life* EtwFacts::life(std::uint32_t pid, UtcNanos at, UtcNanos created, bool is_start) {
    const auto known = pids_.find(pid);
    if (known == pids_.end() && !room()) {
        return nullptr;
    }
    Lives& lives = known == pids_.end() ? pids_[pid] : known->second;
    if (created.none()) {
        // One that was created before; or one of which only that is not known.
        const auto later = lives.upper_bound(shifted(at, kSkew));
        if (later != lives.begin()) {
            return &std::prev(later)->second;
        }
    } else if (const auto exact = lives.find(created); exact != lives.end()) {
        return &exact->second;
    } else if (const auto unknown = lives.find(kNoTime); unknown != lives.end() && !is_start && lives.size() == 1) {
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
    return later == lives.begin() ? (lives.empty() ? nullptr : &lives.begin()->second) : &std::prev(later)->second;
}

const EtwFacts::Life* EtwFacts::find(std::uint32_t pid, UtcNanos at, UtcNanos created) const {
    const auto lives = pids_.find(pid);
    return lives == pids_.end() ? nullptr : find(lives->second, at, created);
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
    const bool is_start = event.id == 1;
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
        started->creator = event.pid;
    }
    name(*started, event.text("ImageName"));
}

void EtwFacts::learn_kernel_process(const EtwEvent& event) {
    const auto pid = event.pid_in("ProcessID");
    if (!pid) {
        return;
    }
    if (event.id == 1 || event.id == 15) {
        learn_start(event, *pid);
    } else if (event.id == 2) {
        if (Life* const ended = life(*pid, event.time, event.instant("CreateTime"), false); ended != nullptr) {
            name(*ended, event.text("ImageName"));
        }
    } else if (event.id == 3) {
        Life* const owner = life(*pid, event.time, kNoTime, false);
        const auto tid = event.pid_in("ThreadID");
        if (owner != nullptr && tid && (owner->first_thread_at.none() || event.time < owner->first_thread_at)) {
            owner->first_thread = *tid;
            owner->first_thread_at = event.time;
        }
    } else if (event.id == 5) {
        Life* const owner = life(*pid, event.time, kNoTime, false);
        const auto base = event.number("ImageBase"), size = event.number("ImageSize");
        if (owner != nullptr && base && size && room()) {
            owner->modules[*base] = *size;
        }
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
    if (event.provider == EtwProvider::kernel_process) {
        learn_kernel_process(event);
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
    const auto lives = pids_.find(pid);
    const Life* const known = lives == pids_.end() ? nullptr : find(lives->second, at, created);
    if (known == nullptr) {
        return out;
    }
    out.image = known->image;
    if (lives->second.size() > 1 && !known->created.none()) {
        out.guid = {static_cast<std::uint64_t>(known->created.count), pid};
    }
    return out;
}

bool EtwFacts::is_first_thread(std::uint32_t pid, std::uint32_t tid, UtcNanos at) const {
    const Life* const owner = find(pid, at, kNoTime);
    return owner != nullptr && !owner->started.none() && owner->first_thread == tid && owner->first_thread_at == at &&
           difference(at, owner->started) <= kSecond;
}

EtwPlace EtwFacts::place_of(std::uint32_t pid, UtcNanos at, std::uint64_t address) const {
    const Life* const owner = find(pid, at, kNoTime);
    if (owner == nullptr) {
        return EtwPlace::unknown;
    }
    if (holds(owner->modules, address)) {
        return EtwPlace::module;
    }
    return owner->started.none() || owner->modules.empty() ? EtwPlace::unknown : EtwPlace::outside;
}

}  // namespace trocar
