#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/time.h"
#include "core/detect/analytic.h"
#include "core/detect/parameter.h"

namespace trocar {

/// One signal as the engine sees it: when, which row it stands for, and which stages it fills (bit j: stage j).
struct StageSignal {
    UtcNanos time;
    std::uint32_t row = 0;
    std::uint32_t stages = 0;
};

/// What the pass says of one anchor. kInfiniteNanos: no admitted path reaches it.
struct AnchorWindow {
    std::uint32_t row = 0;
    UtcNanos time;
    UtcNanos first;  ///< the latest first step of a path to it; none: no path
    Nanos span{kInfiniteNanos};
    Nanos gap{kInfiniteNanos};
};

/// One step of a witness path, or one row of evidence with its own critical window.
struct PathStep {
    std::uint32_t row = 0;
    std::uint32_t stage = 0;
    UtcNanos time;
    Nanos window;  ///< of evidence: min over admitted paths through this step; of a witness: of the whole path
};

/// Can the engine take these stages? At most kMaxStages; the last mandatory; an earlier one mandatory too; no negative
/// skew.
inline constexpr std::size_t kMaxStages = 16;
[[nodiscard]] bool valid_stages(std::span<const Stage> stages);

/// Critical windows of every anchor among one pair's signals, both measures in one pass (core/detect/README.md,
/// "Critical window"). Work: O(signals x links between stages); memory: scratch kept from run to run.
/// Thread safety: none. Failure: none; signals without a time take no part.
class CriticalPass {
public:
    explicit CriticalPass(std::span<const Stage> stages);

    /// `signals` in total order (time, then id).
    void run(std::span<const StageSignal> signals);

    /// Every signal of the last stage, in total order.
    [[nodiscard]] std::span<const AnchorWindow> anchors() const { return anchors_; }

    /// The path drawn for anchors()[anchor], first step to anchor; empty when its window is infinite.
    [[nodiscard]] std::vector<PathStep> witness(std::size_t anchor, WindowMeasure measure) const;
    /// Every step (but the anchor itself) that lies on an admitted path to anchors()[anchor], with its own critical
    /// window, in stage order, then total order. O(signals x links).
    [[nodiscard]] std::vector<PathStep> evidence(std::size_t anchor, WindowMeasure measure) const;

private:
    /// Signals of one stage in total order. `start`: latest possible first step of a path to here (kNone: no path);
    /// `gap`: smallest largest-link. `*_forward`: the same before links back in time within the stage.
    struct Nodes {
        std::vector<std::int64_t> time;
        std::vector<std::uint32_t> row, order;
        std::vector<std::int64_t> start, start_forward, gap, gap_forward;
    };
    struct Link {
        std::uint8_t from = 0, to = 0;
    };

    void relax_start(const Nodes& from, Nodes& to, std::int64_t skew) const;
    void relax_gap(const Nodes& from, Nodes& to, std::int64_t skew);
    [[nodiscard]] bool keeps(const Nodes& nodes, std::size_t i, WindowMeasure measure, std::int64_t limit,
                             bool forward) const;

    std::vector<Stage> stages_;
    std::vector<Link> links_;          ///< between different stages
    std::uint32_t may_start_ = 0;      ///< bit j: every stage before j is optional
    std::vector<Nodes> nodes_;
    std::vector<AnchorWindow> anchors_;
    std::vector<std::uint32_t> front_; ///< scratch: candidates of relax_gap
};

}  // namespace trocar
