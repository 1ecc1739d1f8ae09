#pragma once

#include <cstdint>

#include "tests/support/capture_builder.h"

namespace trocar::test {

/// A small capture that looks like a hunt: two injections, an injection whose access was not logged, a console control
/// thread, and busy processes around them. The same for the same seed. For pictures and view tests.
[[nodiscard]] BuiltCapture hunt_capture(std::uint64_t seed = 1);

/// `events` events of `processes` processes over six hours, a few in bursts, one injection in a thousand. For
/// measurements: built in one go, in time order.
[[nodiscard]] BuiltCapture large_capture(std::size_t events, std::uint32_t processes, std::uint64_t seed = 1);

}  // namespace trocar::test
