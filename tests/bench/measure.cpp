#include "tests/bench/measure.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>

namespace trocar::bench {
namespace {

double cpu_seconds() {
    double total = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        getrusage(who, &usage);
        for (const timeval& t : {usage.ru_utime, usage.ru_stime}) {
            total += static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
        }
    }
    return total;
}

template <class... Args>
std::string printed(const char* format, Args... args) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, args...);
    return buffer.data();
}

Timing median(std::vector<Timing> runs) {
    const auto middle = [&](auto member) {
        std::vector<double> values;
        for (const Timing& t : runs) {
            values.push_back(t.*member);
        }
        return quantile(values, 0.5);
    };
    return {middle(&Timing::wall), middle(&Timing::cpu)};
}

}  // namespace

Timing timed(const std::function<void()>& work) {
    const double cpu = cpu_seconds();
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    return {wall.count(), cpu_seconds() - cpu};
}

Duel duel(const std::function<void()>& ours, const std::function<void()>& peer, int rounds) {
    ours();
    peer();
    std::vector<Timing> mine, theirs;
    for (int i = 0; i < rounds; ++i) {
        mine.push_back(timed(ours));
        theirs.push_back(timed(peer));
    }
    return {median(mine), median(theirs)};
}

double quantile(std::vector<double>& values, double q) {
    if (values.empty()) {
        return 0;
    }
    const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
    return values[at];
}

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void report(std::string_view goal, std::string_view what, const std::string& measured, std::string_view target,
            std::string_view must, bool goal_met, bool must_met) {
    std::printf("%-4s %-74s %-24s goal %-12s must %-12s %s\n", std::string(goal).c_str(), std::string(what).c_str(),
                measured.c_str(), std::string(target).c_str(), std::string(must).c_str(),
                goal_met ? "goal met" : must_met ? "must met" : "NOT MET");
    std::fflush(stdout);
}

void skipped(std::string_view goal, std::string_view what, std::string_view why) {
    std::printf("%-4s %-74s not measured: %s\n", std::string(goal).c_str(), std::string(what).c_str(),
                std::string(why).c_str());
    std::fflush(stdout);
}

std::string times(double ratio) { return printed("%.2f x", ratio); }
std::string milliseconds(double seconds) { return printed("%.3f ms", seconds * 1e3); }

}  // namespace trocar::bench
