#pragma once

#include "core/base/seeded_hash.h"
#include "core/base/time.h"
#include "core/model/event.h"
#include "importers/etw_meaning/etw_event.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace trocar {

/// Where an address lies.
enum class EtwPlace : std::uint8_t {
    unknown,  ///< the modules of the process are not known as a whole
    module,
    outside,  ///< the process was seen from its start with its modules, and none of them holds the address
};

/// What a trace tells of processes: lives by creation time, names, the first thread of each, modules. Learned
/// from all events first, in any order (buffers of several processors interleave), then asked while the
/// events are given on. Bounded: kMost lives, names and modules together; later ones are not known. Thread
/// safety: one thread.
class EtwFacts {
public:
    static constexpr std::size_t kMost = 1U << 20U;

    void learn(const EtwEvent& event);
    /// A name that a record gives a process beside the one that logged it.
    void learn_name(std::uint32_t pid, UtcNanos at, std::string_view image);

    /// The process with that pid; `created` (CallingProcessCreateTime) wins over `at` where the event has it.
    /// Its guid is set only where the pid was reused within the trace: else pid and time say enough, and
    /// lives of other sources join. Views live until the next learn().
    [[nodiscard]] ProcessHint hint(std::uint32_t pid, UtcNanos at, UtcNanos created = kNoTime) const;
    /// The thread that process creation itself makes: the first one, within a second of the start.
    [[nodiscard]] bool is_first_thread(std::uint32_t pid, std::uint32_t tid, UtcNanos at) const;
    [[nodiscard]] EtwPlace place_of(std::uint32_t pid, UtcNanos at, std::uint64_t address) const;

private:
    struct Life {
        UtcNanos created;
        UtcNanos started;  ///< of its start event; kNoTime: it ran before the trace
        std::string image;
    };
    using Lives = std::map<UtcNanos, Life>;  ///< by creation time; kNoTime: not known

    /// What was seen under a pid. Threads and modules stand by time: the life they belong to may be learned
    /// after them.
    struct Pid {
        Lives lives;
        std::map<UtcNanos, std::uint32_t> threads;                           ///< starts
        std::map<std::uint64_t, std::map<UtcNanos, std::uint64_t>> modules;  ///< base, time of load, size
    };
    /// When events of a life may be stamped.
    struct Span {
        UtcNanos from, to;
    };

    [[nodiscard]] Pid* pid_of(std::uint32_t pid);
    [[nodiscard]] static Span span_of(const Lives& lives, const Life* life);
    [[nodiscard]] static bool loaded(const Pid& known, Span span, std::uint64_t address);
    void learn_thread(const EtwEvent& event, std::uint32_t pid);
    void learn_module(const EtwEvent& event, std::uint32_t pid);
    [[nodiscard]] Life* life(std::uint32_t pid, UtcNanos at, UtcNanos created, bool is_start);
    [[nodiscard]] static const Life* find(const Lives& lives, UtcNanos at, UtcNanos created);
    void learn_process(const EtwEvent& event);
    void learn_start(const EtwEvent& event, std::uint32_t pid);
    void learn_party(const EtwEvent& event, std::string_view pid_name, std::string_view created_name);
    void name(Life& life, std::string_view image);
    [[nodiscard]] bool room() { return ++known_ <= kMost; }

    std::unordered_map<std::uint32_t, Pid, SeededHash> pids_;
    std::size_t known_ = 0;
};

}  // namespace trocar
