#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tsl/robin_map.h>

#include "core/base/seeded_hash.h"

namespace trocar {

/// What the records read so far say of the processes of one host: who runs what, under which uid, whose child; open files
/// and pids under other names. Bounded: a table that grows past its limit begins anew, so that only lookups fail.
/// Thread safety: one thread.
class LinuxProcesses {
public:
    static constexpr std::size_t kMaxProcesses = 1U << 20U;
    static constexpr std::size_t kMaxFiles = 1U << 18U;
    static constexpr std::size_t kMaxAliases = 1U << 16U;
    static constexpr int kMaxAncestors = 64;

    struct Process {
        std::string exe;
        std::uint32_t ppid = 0, uid = kNobody;
    };
    static constexpr std::uint32_t kNobody = 0xffffffffU;

    [[nodiscard]] Process& at(std::uint32_t pid);
    [[nodiscard]] const Process* find(std::uint32_t pid) const;
    [[nodiscard]] bool descends(std::uint32_t pid, std::uint32_t ancestor) const;

    void opened(std::uint32_t pid, std::uint64_t fd, std::string_view path);
    /// "" when no open of it was recorded.
    [[nodiscard]] std::string_view file(std::uint32_t pid, std::uint64_t fd) const;
    /// The file behind `path` when it names an open descriptor ("/proc/self/fd/N", "/proc/PID/fd/N", "/dev/fd/N") of `pid`
    /// or of another process, as proc(5) says; else `path` itself.
    [[nodiscard]] std::string_view meant_by(std::uint32_t pid, std::string_view path) const;

    /// `pid` made a memfd, its newest.
    void made_memfd(std::uint32_t pid, std::uint64_t fd);
    /// Whether `fd`, whose open is not recorded, is presumably the newest memfd of `pid`: the first descriptor after it that
    /// is mapped as code. dlopen("/proc/self/fd/N") opens the memfd anew, and rules seldom record opens for reading.
    /// Answers once a memfd, and never for one that was itself mapped as code.
    [[nodiscard]] bool maps_newest_memfd(std::uint32_t pid, std::uint64_t fd);

    /// `tracer` says `number` and means the process `pid`.
    void means(std::uint32_t tracer, std::uint32_t number, std::uint32_t pid);
    void no_longer_means(std::uint32_t tracer, std::uint32_t number);
    /// `pid` has `number` in a pid namespace; what it says of other processes are numbers there.
    void in_namespace(std::uint32_t pid, std::uint32_t space, std::uint32_t number);
    void in_no_namespace(std::uint32_t pid) { spaces_.erase(pid); }
    /// `number` is a thread of `pid`, whoever says it.
    void thread_of(std::uint32_t number, std::uint32_t pid);
    /// The process that `tracer` means by `number`; 0: one of its pid namespace that is not known.
    [[nodiscard]] std::uint32_t resolve(std::uint32_t tracer, std::uint32_t number) const;

private:
    static std::uint64_t key(std::uint32_t a, std::uint64_t b) { return std::uint64_t{a} << 32U | (b & 0xffffffffU); }
    tsl::robin_map<std::uint32_t, Process, SeededHash> processes_;
    tsl::robin_map<std::uint64_t, std::string, SeededHash> files_;
    tsl::robin_map<std::uint32_t, std::uint64_t, SeededHash> newest_memfd_;
    tsl::robin_map<std::uint64_t, std::uint32_t, SeededHash> aliases_;
    tsl::robin_map<std::uint32_t, std::uint32_t, SeededHash> threads_;
    tsl::robin_map<std::uint32_t, std::uint32_t, SeededHash> spaces_;   ///< pid: its namespace
    tsl::robin_map<std::uint64_t, std::uint32_t, SeededHash> numbers_;  ///< namespace and number: pid
};

}  // namespace trocar
