// G16, G17: frames and start of the window.
#include "tests/bench/goals.h"
#include "tests/bench/measure.h"

#ifdef TROCAR_BENCH_WINDOW
#include <iostream>

#include "tests/bench/frames.h"
#endif

namespace trocar::bench {

void window_goals(const Plan& plan) {
    if (plan.wants("G16")) {
#ifdef TROCAR_BENCH_WINDOW
        bench_frames(std::cout, plan.signals);
#else
        skipped("G16", "frames: timeline zoom and pan, table scroll, slider drag", "built without the window");
#endif
    }
    if (plan.wants("G17")) {
        skipped("G17", "start of the window, empty and with a large case", "no measurement written yet");
    }
}

}  // namespace trocar::bench
