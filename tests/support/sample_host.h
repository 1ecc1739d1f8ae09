#pragma once

#include "core/base/guid.h"
#include "core/base/time.h"
#include "tests/support/evtx_writer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trocar::test {

/// An invented Windows host under Sysmon: its processes, and the events it would log. Nothing in it comes
/// from a real machine. Deterministic: every choice comes from `Dice`. Thread safety: none. Times in
/// milliseconds from the start.
class SampleHost {
public:
    using Process = std::size_t;
    using Ms = std::int64_t;

    /// splitmix64: the same numbers with every standard library.
    struct Dice {
        std::uint64_t state = 1;
        std::uint64_t next();
        std::uint64_t below(std::uint64_t n) { return next() % n; }
    };

    explicit SampleHost(UtcNanos start) : start_(start) {}

    /// A process that ran before the capture began: it has no creation event.
    Process running(std::string_view image, std::uint32_t pid,
                    std::string_view user = "NT AUTHORITY\\SYSTEM");
    /// Event 1, and what every creation brings along: the parent's and csrss' handles, the loader's module
    /// loads.
    Process create(Ms at, Process parent, std::string_view image, std::string_view command_line,
                   std::string_view user);
    void exit(Ms at, Process process);
    void access(Ms at, Process source, Process target, std::uint32_t granted, std::string_view trace);
    /// `module` and `function` empty: the start lies in no module.
    void thread(Ms at, Process source, Process target, std::uint64_t address, std::string_view module,
                std::string_view function);
    void load(Ms at, Process process, std::string_view module, bool is_signed, std::string_view signer);
    void tamper(Ms at, Process process, std::string_view type);
    void connect(Ms at, Process process, std::string_view address, std::uint16_t port);
    void query(Ms at, Process process, std::string_view name, std::string_view results);
    void file(Ms at, Process process, std::string_view path);
    void registry(Ms at, Process process, std::string_view key, std::string_view value);
    /// From here to the matching call with 0, events are logged this much later than they happened (file
    /// order).
    void log_delay(Ms delay) { extra_delay_ = delay; }

    void set_csrss(Process p) { csrss_ = p; }
    Dice& dice() { return dice_; }
    [[nodiscard]] bool alive(Process p, Ms at) const {
        return processes_[p].created < at && at < processes_[p].ended;
    }
    [[nodiscard]] std::size_t size() const { return events_.size(); }
    /// Call traces as Sysmon writes them.
    [[nodiscard]] static std::string trace_system();
    [[nodiscard]] static std::string trace_create();
    [[nodiscard]] static std::string trace_unknown();
    /// The log, in the order in which the service would have written it.
    [[nodiscard]] std::string evtx();

private:
    struct Known {
        Guid guid;
        std::uint32_t pid;
        std::string image, user;
        Ms created;
        Ms ended = INT64_MAX;
    };
    struct Logged {
        UtcNanos written;
        EvtxEvent event;
    };

    void add(Ms at, std::uint16_t id, std::uint8_t version,
             std::vector<std::pair<std::string, TypedValue>> data, Ms delay = 0);
    std::uint32_t new_pid();
    Process remember(std::string_view image, std::uint32_t pid, std::string_view user, Ms created);
    void load_of_start(Process process, Ms at);
    [[nodiscard]] std::string stamp(Ms at) const;
    [[nodiscard]] TypedValue utc(Ms at) const { return TypedValue::text(stamp(at)); }

    UtcNanos start_;
    Dice dice_;
    std::vector<Known> processes_;
    std::vector<Logged> events_;
    Process csrss_ = 0;
    std::uint32_t last_pid_ = 4000;
    Ms extra_delay_ = 0;
};

}  // namespace trocar::test
