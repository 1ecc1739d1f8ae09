#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/detect/analytic.h"
#include "core/detect/capture.h"
#include "core/detect/finding.h"

namespace trocar {

struct FindingCounts {
    std::uint32_t chains = 0, lone = 0, partial = 0;
    std::uint32_t damped = 0;  ///< of chains and lone, how many are damped
    std::uint32_t suppressed = 0;  ///< chains and lone hidden by a HideRule (not counted above)
    std::uint32_t left_out = 0;    ///< chains and lone that a key parameter leaves out (a list of targets; not above)
};

/// What a suppression hides: rows whose image names match both globs.
struct HideRule {
    std::string source_glob, target_glob;
};

/// One step of the sensitivity curve: from `at` on (inclusive) this many chains and lone anchors (fold groups).
struct CurveStep {
    Nanos at;
    std::uint32_t chains = 0, lone = 0;
};

/// Bars under AccessMask: for each right, chains that would remain if it were required too, and whether it is set.
struct RightBar {
    std::uint32_t bit = 0;
    std::string_view name;      ///< "PROCESS_VM_WRITE"
    bool set = false;
    std::uint32_t chains = 0;   ///< visible chains whose accesses have the right
    std::uint32_t gained = 0;   ///< mode all: chains gained if it were no longer required (only for set bits)
};

/// Bars under InjectedProcessList: visible findings per target image name (lower case), most first.
struct NameBar {
    std::string name;
    std::uint32_t findings = 0;
    bool listed = false;
};

/// One step of a threshold's curve: at this value and above, up to the next step, this many findings show.
struct ThresholdStep {
    std::uint64_t at = 0;
    std::uint32_t findings = 0;
};

/// All findings of one analytic under its step parameters: every window at once.
/// Thread safety: immutable once run. Memory: about 100 bytes an anchor beside the Capture.
class Analysis {
public:
    /// The linear pass. `parameters` matter only by their step-scope values. O(signals of pairs with an anchor), once
    /// `previous`, a run over the same capture, lends what no parameter changes; else O(signals).
    [[nodiscard]] static Result<std::shared_ptr<const Analysis>> run(std::shared_ptr<const Capture> capture,
                                                                     const Analytic& analytic,
                                                                     const ParameterSet& parameters,
                                                                     std::stop_token stop,
                                                                     const Analysis* previous = nullptr);
    Analysis(const Analysis&) = delete;
    Analysis& operator=(const Analysis&) = delete;
    ~Analysis();

    [[nodiscard]] const Capture& capture() const;
    [[nodiscard]] const Analytic& analytic() const;
    /// In words: what a named limit kept from being looked at; empty as a rule.
    [[nodiscard]] const std::vector<std::string>& limits() const;
    struct Data;
    [[nodiscard]] const Data& data() const { return *data_; }

private:
    explicit Analysis(std::unique_ptr<Data> data);
    std::unique_ptr<Data> data_;
};

/// The rows that show at the present parameters, in their fixed order (confidence, then anchor time, then id), and what
/// the controls need. Thread safety: a value for one thread.
class FindingView {
public:
    /// Key parameters are applied here (milliseconds at 100k rows).
    FindingView(std::shared_ptr<const Analysis> analysis, const ParameterSet& parameters, bool partial,
                std::span<const HideRule> hidden = {});

    /// Moves the window: O(log rows). Everything below answers for it.
    void set_window(Nanos window, WindowMeasure measure);
    [[nodiscard]] Nanos window() const { return window_; }
    [[nodiscard]] WindowMeasure measure() const { return measure_; }

    [[nodiscard]] FindingCounts counts() const;
    /// The `limit` visible rows after skipping `offset`, in row order. Indices into rows().
    [[nodiscard]] std::vector<std::uint32_t> visible(std::size_t offset, std::size_t limit) const;
    /// All rows, visible or not, in row order.
    [[nodiscard]] std::span<const Finding> rows() const;
    [[nodiscard]] bool is_visible(const Finding& row) const;
    /// The visible row of a fold group's id, or the one that would show at the slider's maximum; none when unknown.
    [[nodiscard]] std::optional<std::uint32_t> find(ChainId id) const;

    /// The row that the group shows as while it is a chain, whether it shows now or not; none when it never is one.
    [[nodiscard]] std::optional<std::uint32_t> chain_row(ChainId id) const;

    /// Steps in ascending order, first at the slider's minimum. O(groups), made once per measure.
    [[nodiscard]] const std::vector<CurveStep>& curve() const;
    /// Knee of the curve (largest distance to the chord in log-x), when it has at least 8 distinct steps.
    [[nodiscard]] std::optional<Nanos> knee() const;
    /// Groups that are chains at one window and not at the other, ids in row order: (gained, lost) going from `from`
    /// to the present window.
    [[nodiscard]] std::pair<std::vector<ChainId>, std::vector<ChainId>> difference(Nanos from) const;
    /// Critical window of a row under the present measure.
    [[nodiscard]] Nanos critical(const Finding& row) const;

    [[nodiscard]] std::vector<RightBar> right_bars() const;
    [[nodiscard]] std::vector<NameBar> name_bars() const;
    /// Chains and lone anchors of the present window by TargetPIDThreshold, ascending; the first step is at the
    /// parameter's minimum. Empty: the analytic has no such parameter. O(rows).
    [[nodiscard]] std::vector<ThresholdStep> threshold_curve() const;
    /// For each HideRule given, in their order, the chains and lone anchors it would hide alone at the present window. A
    /// finding that two rules match counts with both. O(suppressed rows x rules).
    [[nodiscard]] std::vector<std::uint32_t> hidden_by_rule() const;
    [[nodiscard]] Explanation explain(const Finding& row) const;
    /// Every anchor of a row's fold group as a row of its own (--unfold).
    [[nodiscard]] std::vector<Finding> unfolded(const Finding& row) const;

    [[nodiscard]] const Analysis& analysis() const { return *analysis_; }
    [[nodiscard]] const ParameterSet& parameters() const { return parameters_; }

    struct Order;  ///< core/detect/finding_order.h

private:
    [[nodiscard]] bool shows_target(std::uint32_t group) const;
    std::shared_ptr<const Analysis> analysis_;
    ParameterSet parameters_;
    std::shared_ptr<const Order> order_;
    Nanos window_;
    WindowMeasure measure_ = WindowMeasure::span;
};

}  // namespace trocar
