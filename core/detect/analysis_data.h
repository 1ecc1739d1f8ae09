#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/detect/analysis.h"
#include "core/detect/anchor_index.h"
#include "core/detect/judge.h"

namespace trocar {

/// What the pass says of one fold group: its tightest anchor under either measure and what opened the way.
struct GroupWindow {
    Nanos span{kInfiniteNanos}, gap{kInfiniteNanos};
    Nanos lone_span{kInfiniteNanos}, lone_gap{kInfiniteNanos};  ///< where its lone row gives way to a chain
    std::uint32_t anchor = kNoSignal;   ///< member with the smallest span (ties: earliest); kNoSignal: never linked
    std::uint32_t handle = kNoSignal;   ///< first step of its path
    std::uint32_t roles = 0;            ///< between the first step and the anchor
    std::uint64_t handle_facts = 0;     ///< of that handle and those shortly before it
};

struct Analysis::Data {
    std::shared_ptr<const Capture> capture;
    const Analytic* analytic = nullptr;
    ParameterSet parameters;
    std::shared_ptr<const AnchorIndex> index;
    std::shared_ptr<const Judge> judge;
    std::vector<GroupWindow> windows;    ///< by group
};

/// The parameter of that kind, when the analytic has one.
[[nodiscard]] const ParameterSpec* mask_spec(const Analytic& analytic);
[[nodiscard]] const ParameterSpec* window_spec(const Analytic& analytic);
[[nodiscard]] const ParameterSpec* name_list_spec(const Analytic& analytic);
/// Top of the window slider: what lies beyond it is never linked. Infinite when there is no such slider.
[[nodiscard]] Nanos longest_window(const Analytic& analytic);
/// Does `row` fill `stage` of the pattern under these admissions?
[[nodiscard]] bool fills(const SignalTable& table, std::uint32_t row, std::size_t stage,
                         const std::vector<Admission>& admissions);
/// Last component of a life's image; empty for none.
[[nodiscard]] std::string_view image_name(const Capture& capture, ProcessId id);
/// The target's signals that have no source, or null. O(log pairs).
[[nodiscard]] const Pair* target_only_group(const SignalTable& table, ProcessId target);

}  // namespace trocar
