// Analysis::run: the linear pass over every pair that has an anchor.
#include <algorithm>
#include <bit>
#include <memory>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "core/detect/analysis.h"
#include "core/detect/analysis_data.h"
#include "core/detect/engine.h"

namespace trocar {
namespace {

constexpr std::size_t kTestStopEvery = 4096;

/// One pass with one set of parameters.
class Correlation {
public:
    Correlation(const Capture& capture, const AnchorIndex& index, const Analytic& analytic, Judge& judge,
                const ParameterSet& parameters)
        : capture_(capture), table_(capture.signals), index_(index), analytic_(analytic), judge_(judge) {
        for (const Pattern& pattern : analytic.patterns) {
            admissions_.push_back(pattern.admissions(parameters));
        }
    }

    Status run(std::vector<GroupWindow>& out, const std::stop_token& stop);

private:
    void nearest(const AnchorRun& run, std::vector<GroupWindow>& out);
    void general(const AnchorRun& run, std::vector<GroupWindow>& out);
    void offer(std::uint32_t group, std::uint32_t anchor, std::uint32_t handle, Nanos span, Nanos gap,
               std::uint32_t roles, std::vector<GroupWindow>& out);
    [[nodiscard]] std::uint64_t handle_facts(const AnchorRun& run, std::uint32_t handle);

    const Capture& capture_;
    const SignalTable& table_;
    const AnchorIndex& index_;
    const Analytic& analytic_;
    Judge& judge_;
    std::vector<std::vector<Admission>> admissions_;
};

void Correlation::offer(std::uint32_t group, std::uint32_t anchor, std::uint32_t handle, Nanos span, Nanos gap,
                        std::uint32_t roles, std::vector<GroupWindow>& out) {
    GroupWindow& window = out[group];
    window.gap = std::min(window.gap, gap);
    if (span < window.span) {  // anchors come in total order: the earliest of equals stays
        window.span = span;
        window.anchor = anchor;
        window.handle = handle;
        window.roles = roles;
    }
}

std::uint64_t Correlation::handle_facts(const AnchorRun& run, std::uint32_t handle) {
    // Handles of one stamp cannot be told apart in time: what any of them shows counts.
    const Pair& pair = table_.pairs[run.pair];
    const auto& admissions = admissions_[run.pattern];
    std::uint64_t facts = 0;
    std::uint32_t row = handle;
    while (row > pair.first && table_.time[row - 1] == table_.time[handle]) {
        --row;
    }
    for (; row < pair.last && table_.time[row] == table_.time[handle]; ++row) {
        if (table_.role[row] == Role::access && fills(table_, row, 0, admissions)) {
            facts |= judge_.handle_facts(table_.value[row], table_.flags[row]);
        }
    }
    return facts;
}

// Two stages: the latest handle at or before the anchor (plus the skew) decides, for span and gap alike.
void Correlation::nearest(const AnchorRun& run, std::vector<GroupWindow>& out) {
    const Pair& pair = table_.pairs[run.pair];
    const Pattern& pattern = analytic_.patterns[run.pattern];
    const auto& admissions = admissions_[run.pattern];
    const Nanos skew = pattern.stages.back().skew;
    std::uint32_t row = pair.first, best = kNoSignal;
    for (std::uint32_t a = run.first_anchor; a < run.last_anchor; ++a) {
        const std::uint32_t anchor = index_.anchor_row[a];
        const UtcNanos until = shifted(table_.time[anchor], skew);
        for (; row < pair.last && table_.time[row] <= until; ++row) {
            if (fills(table_, row, 0, admissions)) {
                best = row;
            }
        }
        if (best != kNoSignal) {
            const Nanos span = std::max(Nanos{0}, difference(table_.time[anchor], table_.time[best]));
            offer(index_.anchor_group[a], anchor, best, span, span,
                  role_bit(table_.role[best]) | role_bit(table_.role[anchor]), out);
        }
    }
}

void Correlation::general(const AnchorRun& run, std::vector<GroupWindow>& out) {
    const Pattern& pattern = analytic_.patterns[run.pattern];
    CriticalPass pass(pattern.stages);
    pass.run(run_signals(capture_, index_, run, pattern, admissions_[run.pattern]));
    const auto anchors = pass.anchors();
    for (std::size_t i = 0; i < anchors.size(); ++i) {
        if (anchors[i].span == kInfiniteNanos) {
            continue;
        }
        const auto path = pass.witness(i, WindowMeasure::span);
        std::uint32_t roles = 0;
        for (const PathStep& step : path) {
            roles |= role_bit(table_.role[step.row]);
        }
        for (std::uint32_t a = run.first_anchor; a < run.last_anchor; ++a) {
            if (index_.anchor_row[a] == anchors[i].row) {
                offer(index_.anchor_group[a], anchors[i].row, path.front().row, anchors[i].span, anchors[i].gap, roles,
                      out);
                break;
            }
        }
    }
}

Status Correlation::run(std::vector<GroupWindow>& out, const std::stop_token& stop) {
    out.assign(index_.groups.size(), {});
    for (std::size_t r = 0; r < index_.runs.size(); ++r) {
        if (r % kTestStopEvery == 0 && stop.stop_requested()) {
            return cancelled("correlation");
        }
        const AnchorRun& run = index_.runs[r];
        if (run.pair == kNoPair) {
            continue;  // below: it shows what its siblings leave
        }
        run.direct ? nearest(run, out) : general(run, out);
        for (std::uint32_t g = run.first_group; g < run.last_group; ++g) {
            if (out[g].handle != kNoSignal) {
                out[g].handle_facts = handle_facts(run, out[g].handle);
            }
        }
    }
    // A lone row without a pair shows while no pair links the anchors: its window is its siblings' smallest.
    for (std::size_t g = 0; g < index_.groups.size(); ++g) {
        const AnchorGroup& group = index_.groups[g];
        for (std::uint32_t s = group.first_sibling; s < group.last_sibling; ++s) {
            if (index_.groups[s].role == group.role) {
                out[g].span = std::min(out[g].span, out[s].span);
                out[g].gap = std::min(out[g].gap, out[s].gap);
            }
        }
    }
    return {};
}

}  // namespace

const ParameterSpec* mask_spec(const Analytic& analytic) { return analytic.parameter("AccessMask"); }

bool fills(const SignalTable& table, std::uint32_t row, std::size_t stage, const std::vector<Admission>& admissions) {
    return std::any_of(admissions.begin(), admissions.end(), [&](const Admission& a) {
        return a.stage == stage && a.role == table.role[row] && a.admits(table.value[row], table.flags[row]);
    });
}

std::vector<StageSignal> run_signals(const Capture& capture, const AnchorIndex& index, const AnchorRun& run,
                                     const Pattern& pattern, const std::vector<Admission>& admissions) {
    const SignalTable& table = capture.signals;
    const std::size_t last = pattern.stages.size() - 1;
    std::vector<StageSignal> signals;
    if (run.pair != kNoPair) {
        const Pair& pair = table.pairs[run.pair];
        for (std::uint32_t row = pair.first; row < pair.last; ++row) {
            std::uint32_t stages = 0;
            for (std::size_t s = 0; s < last; ++s) {
                stages |= fills(table, row, s, admissions) ? 1U << s : 0;
            }
            if (stages != 0) {
                signals.push_back({table.time[row], row, stages});
            }
        }
    }
    for (std::uint32_t a = run.first_anchor; a < run.last_anchor; ++a) {
        signals.push_back({table.time[index.anchor_row[a]], index.anchor_row[a], 1U << last});
    }
    std::sort(signals.begin(), signals.end(), [&](const StageSignal& a, const StageSignal& b) {
        return std::tie(a.time, table.event[a.row], a.row) < std::tie(b.time, table.event[b.row], b.row);
    });
    return signals;
}

Analysis::Analysis(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Analysis::~Analysis() = default;
const Capture& Analysis::capture() const { return *data_->capture; }
const Analytic& Analysis::analytic() const { return *data_->analytic; }

Result<std::shared_ptr<const Analysis>> Analysis::run(std::shared_ptr<const Capture> capture, const Analytic& analytic,
                                                      const ParameterSet& parameters, std::stop_token stop,
                                                      const Analysis* previous) {
    auto data = std::make_unique<Data>();
    data->capture = std::move(capture);
    data->analytic = &analytic;
    data->parameters = parameters;
    if (previous != nullptr && previous->data_->capture == data->capture && previous->data_->analytic == &analytic) {
        data->index = previous->data_->index;  // anchors depend on no parameter
        data->judge = previous->data_->judge;
    } else {
        auto index = AnchorIndex::build(*data->capture, analytic, stop);
        if (!index.ok()) {
            return index.error();
        }
        data->index = std::move(index).value();
        data->judge = analytic.make_judge(*data->capture);
    }
    Correlation pass(*data->capture, *data->index, analytic, *data->judge, parameters);
    if (Status done = pass.run(data->windows, stop); !done.ok()) {
        return done.error();
    }
    const ParameterSpec* spec = mask_spec(analytic);
    const MaskValue mask = spec != nullptr ? std::get<MaskValue>(parameters.get(*spec)) : MaskValue{};
    constexpr int kMostRelaxed = 8;  // a mask of more rights shows bars without "gained"
    if (spec != nullptr && mask.all && std::popcount(mask.bits) <= kMostRelaxed) {
        for (std::uint32_t bit = 1; bit != 0 && bit <= mask.bits; bit <<= 1) {
            if ((mask.bits & bit) == 0) {
                continue;
            }
            ParameterSet without = parameters;
            without.set(*spec, MaskValue{mask.bits & ~bit, true});
            std::vector<GroupWindow> windows;
            Correlation relaxed(*data->capture, *data->index, analytic, *data->judge, without);
            if (Status done = relaxed.run(windows, stop); !done.ok()) {
                return done.error();
            }
            RelaxedRight right{bit, {}};
            for (std::size_t g = 0; g < windows.size(); ++g) {
                if (windows[g].span != kInfiniteNanos && data->index->runs[data->index->groups[g].run].pair != kNoPair) {
                    right.span.push_back(windows[g].span);
                }
            }
            std::sort(right.span.begin(), right.span.end());
            data->relaxed.push_back(std::move(right));
        }
    }
    return std::shared_ptr<const Analysis>(new Analysis(std::move(data)));
}

}  // namespace trocar
