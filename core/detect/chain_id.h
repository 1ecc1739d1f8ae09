#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/id.h"
#include "core/detect/capture.h"
#include "core/detect/finding.h"

namespace trocar {

/// What a verdict hangs on: the analytic, the stable keys of both processes, and the anchor's record in its file. No window,
/// parameter, version or row number is in it (README, "Chain id").
[[nodiscard]] ChainId chain_id(const Capture& capture, std::string_view analytic, ProcessId source, ProcessId target,
                               std::uint32_t anchor);
/// Of a row that has no anchor (partial): one a pair.
[[nodiscard]] ChainId pair_id(const Capture& capture, std::string_view analytic, ProcessId source, ProcessId target);

}  // namespace trocar
