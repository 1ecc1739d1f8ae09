#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/base/time.h"
#include "core/detect/analysis.h"
#include "core/detect/finding.h"

namespace trocar {

/// What the analyst said of one finding.
struct Label {
    ChainId chain;
    bool confirmed = false;  ///< else refuted
};

/// The windows that keep every confirmed chain and, of those, lose the most refuted ones (core/detect/README.md,
/// "Suggestion"): exactly the W with from <= W < until.
struct WindowSuggestion {
    Nanos from;
    Nanos until{kInfiniteNanos};   ///< infinite: up to and with the slider's maximum
    std::uint32_t confirmed = 0;   ///< labelled chains that some window links; all of them are kept
    std::uint32_t refuted = 0;
    std::uint32_t lost = 0;        ///< of the refuted
    std::uint32_t unlinked = 0;    ///< labels that no window decides: never a chain, or none at these other parameters

    [[nodiscard]] bool holds(Nanos window) const { return from <= window && window < until; }
};

/// One labelled chain by its critical window; infinite: no window links it.
struct LabelledWindow {
    Nanos critical;
    bool confirmed = false;
};

/// O(n). Nothing when no confirmed chain can be linked: every window keeps all of none. `minimum`, `maximum`: the slider's.
[[nodiscard]] std::optional<WindowSuggestion> suggest_window(std::span<const LabelledWindow> labels, Nanos minimum,
                                                             Nanos maximum);
/// The same over the findings of `view`, under its measure and its other parameters. O(labels): critical windows are
/// known, nothing is correlated anew.
[[nodiscard]] std::optional<WindowSuggestion> suggest_window(const FindingView& view, std::span<const Label> labels);

}  // namespace trocar
