// What a slider asks of the rows: all by binary search or one scan of the order.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/base/text.h"
#include "core/detect/finding_order.h"

namespace trocar {
namespace {

std::uint32_t at_most(const std::vector<Nanos>& ascending, Nanos window) {
    return static_cast<std::uint32_t>(std::upper_bound(ascending.begin(), ascending.end(), window) - ascending.begin());
}

std::uint32_t above(const std::vector<Nanos>& ascending, Nanos window) {
    return static_cast<std::uint32_t>(ascending.size()) - at_most(ascending, window);
}

}  // namespace

void FindingView::set_window(Nanos window, WindowMeasure measure) {
    // Below the slider's minimum nothing is told apart: groups linked there have no lone row.
    const ParameterSpec* spec = window_spec(analysis_->analytic());
    window_ = spec == nullptr ? window
                              : std::clamp(window, std::get<Nanos>(spec->minimum), std::get<Nanos>(spec->maximum));
    measure_ = measure;
}

Nanos FindingView::critical(const Finding& row) const { return measure_ == WindowMeasure::span ? row.span : row.gap; }

FindingCounts FindingView::counts() const {
    const Order::Sorted& s = order_->of(measure_);
    FindingCounts c;
    c.chains = at_most(s.chains, window_);
    c.lone = above(s.lone, window_);
    c.damped = at_most(s.damped_chains, window_) + above(s.damped_lone, window_);
    c.partial = at_most(s.born, window_) - at_most(s.dead, window_);
    c.suppressed = at_most(s.suppressed_chains, window_) + above(s.suppressed_lone, window_);
    c.left_out = at_most(s.left_out_chains, window_) + above(s.left_out_lone, window_);
    return c;
}

std::vector<std::uint32_t> FindingView::hidden_by_rule() const {
    std::vector<std::uint32_t> counts(order_->hidden.size(), 0);
    for (const Finding& f : order_->suppressed) {
        if (f.kind == FindingKind::partial || !order_->shows(f, measure_).holds(window_)) {
            continue;
        }
        const std::string_view source = image_name(analysis_->capture(), f.source);
        const std::string_view target = image_name(analysis_->capture(), f.target);
        for (std::size_t i = 0; i < counts.size(); ++i) {
            const HideRule& rule = order_->hidden[i];
            counts[i] += glob_match(rule.source_glob, source) && glob_match(rule.target_glob, target) ? 1U : 0U;
        }
    }
    return counts;
}

bool FindingView::is_visible(const Finding& row) const { return order_->shows(row, measure_).holds(window_); }

std::vector<std::uint32_t> FindingView::visible(std::size_t offset, std::size_t limit) const {
    std::vector<std::uint32_t> out;
    const Order::Sorted& s = order_->of(measure_);
    for (std::size_t block = 0; block < s.blocks.size() && out.size() < limit; ++block) {
        if (!s.blocks[block].holds(window_)) {
            continue;
        }
        const std::size_t end = std::min(s.shows.size(), (block + 1) * Order::kBlock);
        for (std::size_t r = block * Order::kBlock; r < end && out.size() < limit; ++r) {
            if (s.shows[r].holds(window_)) {
                if (offset > 0) {
                    --offset;
                } else {
                    out.push_back(static_cast<std::uint32_t>(r));
                }
            }
        }
    }
    return out;
}

std::span<const Finding> FindingView::rows() const { return order_->rows; }

std::optional<std::uint32_t> FindingView::find(ChainId id) const {
    if (const auto group = analysis_->data().index->group_of(id)) {
        const auto& [chain, lone] = order_->rows_of_group[*group];
        if (lone != kNoSignal && (chain == kNoSignal || is_visible(order_->rows[lone]))) {
            return lone;
        }
        return chain == kNoSignal ? std::nullopt : std::optional(chain);
    }
    const auto& ids = order_->partial_by_id;
    const auto at = std::lower_bound(ids.begin(), ids.end(), std::pair{id, std::uint32_t{0}});
    return at != ids.end() && at->first == id ? std::optional(at->second) : std::nullopt;
}

std::optional<std::uint32_t> FindingView::chain_row(ChainId id) const {
    const auto group = analysis_->data().index->group_of(id);
    if (!group || order_->rows_of_group[*group][0] == kNoSignal) {
        return std::nullopt;
    }
    return order_->rows_of_group[*group][0];
}

const std::vector<CurveStep>& FindingView::curve() const { return order_->of(measure_).curve; }

std::optional<Nanos> FindingView::knee() const {
    constexpr std::size_t kFewest = 8;
    const std::vector<CurveStep>& steps = curve();
    if (steps.size() < kFewest) {
        return std::nullopt;
    }
    const auto x = [](const CurveStep& s) {
        return std::log10(static_cast<double>(std::max<std::int64_t>(1, s.at.count)));
    };
    const double x0 = x(steps.front()), x1 = x(steps.back());
    const double y0 = steps.front().chains, y1 = steps.back().chains;
    if (x1 <= x0 || y1 <= y0) {
        return std::nullopt;
    }
    double best = 0;
    std::optional<Nanos> knee;
    for (const CurveStep& step : steps) {
        const double distance = std::abs((step.chains - y0) / (y1 - y0) - (x(step) - x0) / (x1 - x0));
        if (distance > best) {
            best = distance;
            knee = step.at;
        }
    }
    return knee;
}

std::pair<std::vector<ChainId>, std::vector<ChainId>> FindingView::difference(Nanos from) const {
    const auto& sorted = order_->of(measure_).chain_rows;
    const auto above_window = [&](Nanos w) {
        return std::upper_bound(sorted.begin(), sorted.end(), std::pair{w, kNoSignal});
    };
    std::vector<std::uint32_t> rows;
    const auto last = above_window(std::max(from, window_));
    for (auto at = above_window(std::min(from, window_)); at != last; ++at) {
        rows.push_back(at->second);
    }
    std::sort(rows.begin(), rows.end());
    std::vector<ChainId> ids;
    ids.reserve(rows.size());
    for (const std::uint32_t r : rows) {
        ids.push_back(order_->rows[r].id);
    }
    if (from < window_) {
        return {std::move(ids), {}};
    }
    return {{}, std::move(ids)};
}

std::vector<ThresholdStep> FindingView::threshold_curve() const {
    const Analysis::Data& data = analysis_->data();
    const ParameterSpec* spec = data.analytic->parameter("TargetPIDThreshold");
    if (spec == nullptr) {
        return {};
    }
    const std::uint64_t least = std::get<std::uint64_t>(spec->minimum);
    NameListValue list;
    if (const ParameterSpec* names = name_list_spec(*data.analytic)) {
        list = std::get<NameListValue>(parameters_.get(*names));
    }
    const auto& lives = data.capture->processes.lives;
    const auto pid_of = [&](const Finding& f) -> std::uint64_t {
        return f.target.value < lives.size() ? lives[f.target.value].pid : 0;
    };
    std::vector<std::uint64_t> from;  // by finding: the least threshold at which it shows
    const auto add = [&](const Finding& f, std::uint64_t threshold) {
        if (f.kind != FindingKind::partial && order_->shows(f, measure_).holds(window_)) {
            from.push_back(std::max(least, threshold));
        }
    };
    for (const Finding& f : order_->rows) {
        if (f.kind != FindingKind::partial) {
            std::uint64_t facts = data.index->groups[f.group].facts;
            facts |= f.kind == FindingKind::chain ? data.windows[f.group].handle_facts : 0;
            const bool passes = (facts & data.judge->other_user_fact()) != 0 || is_listed(data, list, f.target);
            add(f, passes ? 0 : pid_of(f));
        }
    }
    // Listed targets pass the threshold, so that "only listed" leaves nothing for it to decide.
    for (const Finding& f : order_->left_out) {
        if (!list.only) {
            add(f, pid_of(f));
        }
    }
    std::sort(from.begin(), from.end());
    std::vector<ThresholdStep> steps{{least, 0}};
    for (const std::uint64_t at : from) {
        if (at != steps.back().at) {
            steps.push_back({at, steps.back().findings});
        }
        ++steps.back().findings;
    }
    return steps;
}

std::vector<NameBar> FindingView::name_bars() const {
    const Capture& capture = analysis_->capture();
    const Order::Sorted& s = order_->of(measure_);
    std::vector<std::uint32_t> by_image(capture.strings->size());
    std::map<std::string, std::uint32_t> counts;
    for (std::size_t r = 0; r < s.shows.size(); ++r) {
        const Finding& row = order_->rows[r];
        if (row.kind != FindingKind::partial && s.shows[r].holds(window_) &&
            row.target.value < capture.processes.lives.size()) {
            if (const auto names = analysis_->data().judge->other_names(row.target); !names.empty()) {
                ++counts[lower_ascii(names.front())];
                continue;
            }
            const StringId image = capture.processes.lives[row.target.value].image;
            by_image[image.value < by_image.size() ? image.value : 0] += 1;
        }
    }
    NameListValue list;
    if (const ParameterSpec* spec = name_list_spec(analysis_->analytic())) {
        list = std::get<NameListValue>(parameters_.get(*spec));
    }
    for (std::uint32_t i = 0; i < by_image.size(); ++i) {
        if (by_image[i] != 0) {
            counts[lower_ascii(file_name(capture.strings->text(StringId{i})))] += by_image[i];
        }
    }
    for (const std::string& name : list.names) {
        counts.try_emplace(lower_ascii(name), 0);
    }
    std::vector<NameBar> bars;
    for (const auto& [name, findings] : counts) {
        const bool is_entry = std::any_of(list.names.begin(), list.names.end(),
                                          [&, n = std::string_view(name)](const std::string& l) { return equal_ignoring_case(l, n); });
        bars.push_back({name, findings, is_entry || on_list(list, name)});
    }
    std::stable_sort(bars.begin(), bars.end(),
                     [](const NameBar& a, const NameBar& b) { return a.findings > b.findings; });
    return bars;
}

}  // namespace trocar
