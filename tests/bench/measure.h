#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace trocar::bench {

/// One timed run, in seconds.
struct Timing {
    double wall = 0;
    double cpu = 0;  ///< of the process and, for peers run as programs, of their children
};

/// Runs `work` once and times it.
[[nodiscard]] Timing timed(const std::function<void()>& work);

/// Medians of two pieces of work run in turn (one warm-up each, then `rounds` rounds), so that a machine that drifts
/// drifts for both. Only their ratio means something.
struct Duel {
    Timing ours, peer;
    [[nodiscard]] double wall_ratio() const { return peer.wall / ours.wall; }  ///< how many times faster we are
    [[nodiscard]] double cpu_ratio() const { return peer.cpu / ours.cpu; }
};
[[nodiscard]] Duel duel(const std::function<void()>& ours, const std::function<void()>& peer, int rounds = 5);

/// The q-quantile (0..1) of `values`; reorders them.
[[nodiscard]] double quantile(std::vector<double>& values, double q);

/// Resident bytes of this process now.
[[nodiscard]] std::uint64_t resident_bytes();

/// Prints one line a goal: number, what, measured, goal, must, and whether it holds. Never an exit code: a benchmark tells.
void report(std::string_view goal, std::string_view what, const std::string& measured, std::string_view target,
            std::string_view must, bool goal_met, bool must_met);
/// Prints a goal that could not be measured here, and why.
void skipped(std::string_view goal, std::string_view what, std::string_view why);

[[nodiscard]] std::string times(double ratio);        ///< "12.3 x"
[[nodiscard]] std::string milliseconds(double seconds);

}  // namespace trocar::bench
