#pragma once

#include <cstddef>
#include <ostream>

namespace trocar::bench {

/// G16: median and p99 of the frames of timeline zoom and pan, event table and tree scroll, and slider drag over `events` made
/// events, painted offscreen. Makes a QApplication when there is none.
void bench_frames(std::ostream& out, std::size_t events = 10'000'000);

}  // namespace trocar::bench
