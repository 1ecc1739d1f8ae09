// G16, G17: frames and start of the window.
#include "tests/bench/goals.h"
#include "tests/bench/measure.h"

#ifdef TROCAR_BENCH_WINDOW
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "tests/bench/frames.h"
#endif

namespace trocar::bench {
#ifdef TROCAR_BENCH_WINDOW
namespace {

constexpr int kStarts = 5;  ///< after one to warm the files up

/// Seconds from exec to a window that can be worked with, and its end: the program is started anew each time.
void start(const Plan& plan, const std::string& path, const char* what, double goal, double must) {
    std::string command = "QT_QPA_PLATFORM=offscreen '" + plan.window + "' --settings '" + plan.folder +
                          "/start.ini' --exit-when-ready";
    if (!path.empty()) {
        command += " '" + path + "'";
    }
    command += " 2>/dev/null";
    std::vector<double> seconds;
    for (int i = 0; i <= kStarts; ++i) {
        int code = 0;
        const Timing one = timed([&] { code = std::system(command.c_str()); });
        if (code != 0) {
            skipped("G17", what, "the program did not start");
            return;
        }
        if (i > 0) {
            seconds.push_back(one.wall);
        }
    }
    const double median = quantile(seconds, 0.5);
    const auto text = [](double s) {
        std::array<char, 32> buffer{};
        std::snprintf(buffer.data(), buffer.size(), "%.1f s", s);
        return std::string(buffer.data());
    };
    report("G17", what, milliseconds(median), text(goal), text(must), median <= goal, median <= must);
}

}  // namespace
#endif

void window_goals(const Plan& plan) {
    if (plan.wants("G16")) {
#ifdef TROCAR_BENCH_WINDOW
        bench_frames(std::cout, plan.signals);
#else
        skipped("G16", "frames: timeline zoom and pan, table and tree scroll, slider drag", "built without the window");
#endif
    }
    if (plan.wants("G17")) {
#ifdef TROCAR_BENCH_WINDOW
        if (plan.window.empty()) {
            skipped("G17", "start of the window, empty and with a large case", "the program trocar was not built");
            return;
        }
        start(plan, {}, "start of the window, empty", 0.3, 1.0);
        const std::string path = large_case(plan);
        if (!path.empty()) {
            start(plan, path, "start of the window with the large case, findings shown", 1.0, 2.0);
        }
#else
        skipped("G17", "start of the window, empty and with a large case", "built without the window");
#endif
    }
}

}  // namespace trocar::bench
