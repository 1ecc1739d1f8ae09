#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/detect/analysis_data.h"
#include "core/detect/run_windows.h"

namespace trocar {

/// Other masks tried against one window: which groups would be chains under each. Thread safety: none.
class MaskScan {
public:
    /// At most 64 variants, each the admissions of every pattern.
    using Variant = std::vector<std::vector<Admission>>;
    MaskScan(const Analysis::Data& data, std::vector<Variant> variants, Nanos window, WindowMeasure measure);

    /// Parallel to the groups of the run: bit k set when variant k links one of the group's anchors within the window.
    /// O(signals of the pair x variants).
    [[nodiscard]] std::span<const std::uint64_t> linked(const AnchorRun& run);

private:
    const Analysis::Data& data_;
    std::vector<Variant> variants_;
    Nanos window_;
    WindowMeasure measure_;
    RunWindows windows_;
    std::vector<std::uint64_t> linked_;
};

/// The analysis' own mask with one right asked for besides.
[[nodiscard]] MaskScan::Variant with_right(const Analysis::Data& data, std::uint32_t right);
/// Any mask in place of the analysis' own.
[[nodiscard]] MaskScan::Variant with_mask(const Analysis::Data& data, const MaskValue& mask);

}  // namespace trocar
