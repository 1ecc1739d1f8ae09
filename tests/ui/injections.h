#pragma once

#include "core/model/signal.h"
#include "tests/support/capture_builder.h"

namespace trocar::test {

[[nodiscard]] inline Nanos ms(std::int64_t count) {
    return {count * 1'000'000};
}

/// An access that may write, and a thread outside every module `gap` later; each at a page of its own, so that nothing
/// folds.
inline void injection(CaptureBuilder& capture, std::int64_t at, std::int64_t gap, ProcessId source, ProcessId target) {
    capture.event(ms(at), Operation::process_access, source, target, 0x1fffff);
    capture.event(ms(at + gap), Operation::remote_thread, source, target,
                  0x10000 + static_cast<std::uint64_t>(at) * 0x1000, {}, signal_flag::kStartOutsideModules);
}

}  // namespace trocar::test
