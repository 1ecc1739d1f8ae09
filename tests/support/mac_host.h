#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace trocar::test {

/// An invented Mac under Endpoint Security: its processes, and the messages that eslogger would print. Nothing in it comes
/// from a real machine. Deterministic. Times are microseconds from the start. The keys are those of recorded lines
/// (docs/formats/macos-es.md). Thread safety: none.
class MacHost {
public:
    using Process = std::size_t;
    using Us = std::int64_t;

    enum class Signed { platform, team, ad_hoc, nobody };
    /// Who vouches for a program, and what its code allows.
    struct Program {
        std::string path;
        Signed by = Signed::platform;
        std::string signing_id, team;
        std::uint32_t more_flags = 0;  ///< codesigning_flags beside those of `by` (kHardened, kGetTaskAllow, ...)
    };
    static constexpr std::uint32_t kGetTaskAllow = 0x4, kHard = 0x100, kKill = 0x200, kRestrict = 0x800, kRuntime = 0x10000;

    /// What differs between releases of macOS.
    struct Style {
        int version = 10;          ///< of the messages: 6 to 11
        bool token_arrays = false; ///< audit tokens as the eight words of audit_token_t
    };

    explicit MacHost(UtcNanos start) : MacHost(start, Style()) {}
    MacHost(UtcNanos start, Style style) : start_(start), style_(style) {}

    /// A process that ran before the capture began.
    Process running(const Program& program, std::uint32_t pid, std::uint32_t uid = 501);
    /// fork and, 2 ms later, exec: the pid stays, pidversion moves on. `environment` in the form NAME=VALUE.
    Process start(Us at, Process parent, const Program& program, const std::vector<std::string>& arguments = {},
                  const std::vector<std::string>& environment = {}, std::uint32_t uid = 501);
    /// exec alone, of a process that runs: another life under the same pid.
    void exec(Us at, Process process, const Program& program, const std::vector<std::string>& arguments = {},
              const std::vector<std::string>& environment = {});
    void exit(Us at, Process process);

    void get_task(Us at, Process source, Process target) { on_target(at, "get_task", 16, source, target, {{"type", 0}}); }
    void get_task_read(Us at, Process source, Process target) {
        on_target(at, "get_task_read", 101, source, target, {{"type", 0}});
    }
    void get_task_name(Us at, Process source, Process target) {
        on_target(at, "get_task_name", 95, source, target, {{"type", 0}});
    }
    void trace(Us at, Process source, Process target) { on_target(at, "trace", 96, source, target, {}); }
    void suspend(Us at, Process source, Process target) {
        on_target(at, "proc_suspend_resume", 93, source, target, {{"type", 0}});
    }
    void resume(Us at, Process source, Process target) {
        on_target(at, "proc_suspend_resume", 93, source, target, {{"type", 1}});
    }
    /// `runs`: made running (flavor 6), else thread_state is null.
    void thread(Us at, Process source, Process target, bool runs = false);
    void signal(Us at, Process source, Process target, int number);
    /// An executable mapping by the process itself.
    void map(Us at, Process process, std::string_view path);
    void invalidated(Us at, Process process) { add(at, "cs_invalidated", 94, process, nlohmann::ordered_json::object()); }

    /// One line a message, in order of time; of equal times in the order of the calls.
    [[nodiscard]] std::string lines() const;

private:
    struct Known {
        Program program;
        std::uint32_t pid = 0, version = 0, uid = 0;
        Process parent = 0;
        Us started = 0;
        bool has_parent = false;
    };
    struct Sent {
        Us at;
        nlohmann::ordered_json message;
    };

    void on_target(Us at, const char* type, int number, Process source, Process target, nlohmann::ordered_json body);
    void add(Us at, const char* type, int number, Process source, nlohmann::ordered_json body);
    [[nodiscard]] nlohmann::ordered_json token(const Known& known) const;
    [[nodiscard]] nlohmann::ordered_json process(const Known& known) const;
    [[nodiscard]] std::string stamp(Us at) const;

    UtcNanos start_;
    Style style_;
    std::vector<Known> processes_;
    std::vector<Sent> sent_;
    std::uint32_t last_pid_ = 1200, last_version_ = 4000;
};

}  // namespace trocar::test
