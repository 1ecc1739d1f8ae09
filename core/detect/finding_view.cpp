// The rows of an analysis in their fixed order, and what a slider asks of them.
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>

#include "core/base/text.h"
#include "core/detect/access_rights.h"
#include "core/detect/analysis.h"
#include "core/detect/finding_order.h"

namespace trocar {
namespace {

constexpr Nanos kSliderMinimum{1'000'000};

std::uint32_t at_most(const std::vector<Nanos>& ascending, Nanos window) {
    return static_cast<std::uint32_t>(std::upper_bound(ascending.begin(), ascending.end(), window) - ascending.begin());
}

bool matches_any(std::span<const std::string> globs, std::string_view image) {
    return std::any_of(globs.begin(), globs.end(), [&](const std::string& g) { return glob_match(g, image); });
}

/// Answers about image names, remembered by life image.
class ImageTest {
public:
    explicit ImageTest(const Capture& capture) : capture_(capture) {}
    std::string_view image(ProcessId id) const {
        return id.value < capture_.processes.lives.size()
                   ? file_name(capture_.strings->text(capture_.processes.lives[id.value].image))
                   : std::string_view{};
    }
    bool listed(std::span<const std::string> names, ProcessId id) {
        const std::uint32_t key =
            id.value < capture_.processes.lives.size() ? capture_.processes.lives[id.value].image.value : 0;
        const auto [at, fresh] = known_.try_emplace(key, false);
        if (fresh) {
            at->second = matches_any(names, image(id));
        }
        return at->second;
    }

private:
    const Capture& capture_;
    std::unordered_map<std::uint32_t, bool> known_;
};

class OrderBuilder {
public:
    OrderBuilder(const Analysis& analysis, const ParameterSet& parameters, bool partial, std::span<const HideRule> hidden)
        : data_(analysis.data()), images_(*data_.capture), hidden_(hidden), partial_(partial) {
        if (const ParameterSpec* spec = data_.analytic->parameter("InjectedProcessList")) {
            list_ = std::get<NameListValue>(parameters.get(*spec));
        }
    }

    void build(FindingView::Order& out);

private:
    void add_group(std::uint32_t g, FindingView::Order& out);
    void add_partial(FindingView::Order& out);
    void add(Finding row, std::uint64_t facts, FindingView::Order& out);

    const Analysis::Data& data_;
    ImageTest images_;
    NameListValue list_;
    std::span<const HideRule> hidden_;
    bool partial_;
};

void OrderBuilder::add(Finding row, std::uint64_t facts, FindingView::Order& out) {
    const bool listed = images_.listed(list_.names, row.target);
    if (list_.only && !listed) {
        return;
    }
    const bool suppressed = std::any_of(hidden_.begin(), hidden_.end(), [&](const HideRule& rule) {
        return glob_match(rule.source_glob, images_.image(row.source)) &&
               glob_match(rule.target_glob, images_.image(row.target));
    });
    facts |= listed ? data_.judge->listed_fact() : 0;
    const Confidence c = confidence(data_.judge->weights(), facts);
    row.confidence = c.value;
    row.damped = c.damped;
    row.grade = data_.judge->grade(row.kind, facts, row.steps);
    row.technique = data_.judge->technique(row.kind, facts);
    row.steps |= data_.judge->roles_of_facts(facts);
    (suppressed ? out.suppressed : out.rows).push_back(row);
}

void OrderBuilder::add_group(std::uint32_t g, FindingView::Order& out) {
    const AnchorGroup& group = data_.index->groups[g];
    const GroupWindow& window = data_.windows[g];
    Finding row;
    row.id = group.id;
    row.source = group.source;
    row.target = group.target;
    row.group = g;
    row.folded = group.members;
    row.incident = group.incident;
    row.span = window.span;
    row.gap = window.gap;
    if (window.anchor != kNoSignal) {
        row.kind = FindingKind::chain;
        row.anchor = window.anchor;
        row.anchor_time = data_.capture->signals.time[window.anchor];
        row.steps = window.roles;
        add(row, group.facts | window.handle_facts | data_.judge->linked_facts(group.role), out);
    }
    if (group.lone) {
        row.kind = FindingKind::lone;
        row.anchor = group.earliest;
        row.anchor_time = data_.capture->signals.time[group.earliest];
        row.steps = role_bit(group.role);
        add(row, group.facts, out);
    }
}

void OrderBuilder::add_partial(FindingView::Order& out) {
    // Handles that the mask keeps, in pairs without an execution: preconditions, one row a pair.
    const SignalTable& table = data_.capture->signals;
    const auto admissions = data_.analytic->patterns.front().admissions(data_.parameters);
    const auto judge = data_.analytic->make_judge(*data_.capture);
    std::map<std::uint32_t, Nanos> load_led;  // pair -> window from which a load-led chain tells it
    for (std::size_t g = 0; g < data_.windows.size(); ++g) {
        const AnchorRun& run = data_.index->runs[data_.index->groups[g].run];
        if (run.pattern != 0 && run.pair != kNoPair) {
            Nanos& death = load_led.try_emplace(run.pair, kInfiniteNanos).first->second;
            death = std::min(death, data_.windows[g].span);
        }
    }
    for (std::uint32_t p = 0; p < table.pairs.size(); ++p) {
        const Pair& pair = table.pairs[p];
        if (pair.source.none() || data_.index->pair_has_execution[p]) {
            continue;
        }
        std::uint32_t first = kNoSignal, count = 0;
        std::uint64_t facts = 0;
        Finding row;
        row.span = Nanos{0};
        UtcNanos latest;
        for (std::uint32_t i = pair.first; i < pair.last; ++i) {
            if (fills(table, i, 0, admissions)) {
                first = first == kNoSignal ? i : first;
                latest = table.time[i];
                facts |= judge->handle_facts(table.value[i], table.flags[i]);
                ++count;
            } else if (table.role[i] == Role::write && first != kNoSignal) {
                const Nanos birth = difference(table.time[i], latest);
                row.span = (row.steps & role_bit(Role::write)) != 0 ? std::min(row.span, birth) : birth;
                row.steps |= role_bit(Role::write);
                row.anchor = i;
            }
        }
        if (first == kNoSignal) {
            continue;
        }
        row.id = pair_id(*data_.capture, data_.analytic->id, pair.source, pair.target);
        row.kind = FindingKind::partial;
        row.source = pair.source;
        row.target = pair.target;
        row.anchor = (row.steps & role_bit(Role::write)) != 0 ? row.anchor : first;
        row.anchor_time = table.time[row.anchor];
        row.gap = row.span;
        row.group = static_cast<std::uint32_t>(data_.index->groups.size()) + p;
        row.incident = p;
        row.folded = count;
        row.steps |= role_bit(Role::access);
        const auto death = load_led.find(p);
        row.death = death == load_led.end() ? kInfiniteNanos : death->second;
        add(row, facts | judge->partial_facts(pair.source, pair.target, data_.index->pair_fan_out[p]), out);
    }
}

void OrderBuilder::build(FindingView::Order& out) {
    for (std::uint32_t g = 0; g < data_.index->groups.size(); ++g) {
        add_group(g, out);
    }
    if (partial_) {
        add_partial(out);
    }
    std::sort(out.rows.begin(), out.rows.end(), [](const Finding& a, const Finding& b) {
        return std::tie(b.confidence, a.anchor_time, a.id, a.kind) < std::tie(a.confidence, b.anchor_time, b.id, b.kind);
    });
    for (std::uint32_t r = 0; r < out.rows.size(); ++r) {
        out.by_id.emplace_back(out.rows[r].id, r);
    }
    std::sort(out.by_id.begin(), out.by_id.end());
    for (std::size_t m = 0; m < out.sorted.size(); ++m) {
        const auto critical = [m](const Finding& f) { return m == 0 ? f.span : f.gap; };
        FindingView::Order::Sorted& sorted = out.sorted[m];
        for (std::uint32_t r = 0; r < out.rows.size(); ++r) {
            const Finding& f = out.rows[r];
            if (f.kind == FindingKind::chain) {
                sorted.chains.push_back(critical(f));
                sorted.chain_rows.emplace_back(critical(f), r);
                if (f.damped) {
                    sorted.damped_chains.push_back(critical(f));
                }
            } else if (f.kind == FindingKind::lone) {
                sorted.lone.push_back(critical(f));
                if (f.damped) {
                    sorted.damped_lone.push_back(critical(f));
                }
            } else {
                sorted.born.push_back(critical(f));
                sorted.dead.push_back(f.death);
            }
        }
        for (const Finding& f : out.suppressed) {
            if (f.kind == FindingKind::chain) {
                sorted.suppressed_chains.push_back(critical(f));
            } else if (f.kind == FindingKind::lone) {
                sorted.suppressed_lone.push_back(critical(f));
            }
        }
        for (auto* column : {&sorted.chains, &sorted.damped_chains, &sorted.lone, &sorted.damped_lone, &sorted.born,
                             &sorted.dead, &sorted.suppressed_chains, &sorted.suppressed_lone}) {
            std::sort(column->begin(), column->end());
        }
        std::sort(sorted.chain_rows.begin(), sorted.chain_rows.end());
        // The curve: at the slider's minimum, then wherever something changes.
        std::vector<Nanos> at{kSliderMinimum};
        for (const auto* column : {&sorted.chains, &sorted.lone}) {
            for (const Nanos w : *column) {
                if (w > kSliderMinimum && w != kInfiniteNanos) {
                    at.push_back(w);
                }
            }
        }
        std::sort(at.begin(), at.end());
        at.erase(std::unique(at.begin(), at.end()), at.end());
        for (const Nanos w : at) {
            sorted.curve.push_back({w, at_most(sorted.chains, w),
                                    static_cast<std::uint32_t>(sorted.lone.size()) - at_most(sorted.lone, w)});
        }
    }
}

}  // namespace

FindingView::FindingView(std::shared_ptr<const Analysis> analysis, const ParameterSet& parameters, bool partial,
                         std::span<const HideRule> hidden)
    : analysis_(std::move(analysis)), parameters_(parameters) {
    auto order = std::make_shared<Order>();
    OrderBuilder(*analysis_, parameters, partial, hidden).build(*order);
    order_ = std::move(order);
    const Analytic& analytic = analysis_->analytic();
    const ParameterSpec* window = analytic.parameter("TimeWindow");
    const ParameterSpec* measure = analytic.parameter("Window");
    set_window(window != nullptr ? parameters.duration(*window) : kInfiniteNanos,
               measure != nullptr ? std::get<WindowMeasure>(parameters.get(*measure)) : WindowMeasure::span);
}

void FindingView::set_window(Nanos window, WindowMeasure measure) {
    window_ = window;
    measure_ = measure;
}

Nanos FindingView::critical(const Finding& row) const { return measure_ == WindowMeasure::span ? row.span : row.gap; }

FindingCounts FindingView::counts() const {
    const Order::Sorted& s = order_->of(measure_);
    const auto above = [&](const std::vector<Nanos>& v) {
        return static_cast<std::uint32_t>(v.size()) - at_most(v, window_);
    };
    FindingCounts c;
    c.chains = at_most(s.chains, window_);
    c.lone = above(s.lone);
    c.damped = at_most(s.damped_chains, window_) + above(s.damped_lone);
    c.partial = at_most(s.born, window_) - at_most(s.dead, window_);
    c.suppressed = at_most(s.suppressed_chains, window_) + above(s.suppressed_lone);
    return c;
}

bool FindingView::is_visible(const Finding& row) const {
    switch (row.kind) {
        case FindingKind::chain: return critical(row) <= window_;
        case FindingKind::lone: return critical(row) > window_;
        case FindingKind::partial: return critical(row) <= window_ && row.death > window_;
    }
    return false;
}

std::vector<std::uint32_t> FindingView::visible(std::size_t offset, std::size_t limit) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t r = 0; r < order_->rows.size() && out.size() < limit; ++r) {
        if (is_visible(order_->rows[r])) {
            if (offset > 0) {
                --offset;
            } else {
                out.push_back(r);
            }
        }
    }
    return out;
}

std::span<const Finding> FindingView::rows() const { return order_->rows; }

std::optional<std::uint32_t> FindingView::find(ChainId id) const {
    auto at = std::lower_bound(order_->by_id.begin(), order_->by_id.end(), std::pair{id, std::uint32_t{0}});
    std::optional<std::uint32_t> best;
    for (; at != order_->by_id.end() && at->first == id; ++at) {
        const Finding& row = order_->rows[at->second];
        if (is_visible(row)) {
            return at->second;
        }
        // What would show with the slider all the way up: a chain before a lone row.
        if (!best || row.kind == FindingKind::chain) {
            best = at->second;
        }
    }
    return best;
}

const std::vector<CurveStep>& FindingView::curve() const { return order_->of(measure_).curve; }

std::optional<Nanos> FindingView::knee() const {
    const std::vector<CurveStep>& steps = curve();
    constexpr std::size_t kFewest = 8;
    if (steps.size() < kFewest) {
        return std::nullopt;
    }
    const auto x = [](const CurveStep& s) { return std::log10(static_cast<double>(std::max<std::int64_t>(1, s.at.count))); };
    const double x0 = x(steps.front()), x1 = x(steps.back());
    const double y0 = steps.front().chains, y1 = steps.back().chains;
    if (x1 <= x0 || y1 <= y0) {
        return std::nullopt;
    }
    double best = 0;
    std::optional<Nanos> knee;
    for (const CurveStep& step : steps) {
        const double above = (step.chains - y0) / (y1 - y0) - (x(step) - x0) / (x1 - x0);
        if (above > best) {
            best = above;
            knee = step.at;
        }
    }
    return knee;
}

std::pair<std::vector<ChainId>, std::vector<ChainId>> FindingView::difference(Nanos from) const {
    const auto& sorted = order_->of(measure_).chain_rows;
    const Nanos low = std::min(from, window_), high = std::max(from, window_);
    const auto above = [&](Nanos w) {
        return std::upper_bound(sorted.begin(), sorted.end(), std::pair{w, 0xffffffffU});
    };
    std::vector<std::uint32_t> rows;
    for (auto at = above(low); at != above(high); ++at) {
        rows.push_back(at->second);
    }
    std::sort(rows.begin(), rows.end());
    std::vector<ChainId> ids;
    for (const std::uint32_t r : rows) {
        ids.push_back(order_->rows[r].id);
    }
    return from < window_ ? std::pair{std::move(ids), std::vector<ChainId>{}}
                          : std::pair{std::vector<ChainId>{}, std::move(ids)};
}

std::vector<NameBar> FindingView::name_bars() const {
    const Capture& capture = analysis_->capture();
    ImageTest images(capture);
    std::map<std::string, std::uint32_t> counts;
    for (const Finding& row : order_->rows) {
        if (row.kind != FindingKind::partial && is_visible(row)) {
            ++counts[lower_ascii(images.image(row.target))];
        }
    }
    NameListValue list;
    if (const ParameterSpec* spec = analysis_->analytic().parameter("InjectedProcessList")) {
        list = std::get<NameListValue>(parameters_.get(*spec));
    }
    for (const std::string& listed : list.names) {
        counts.try_emplace(lower_ascii(listed), 0);
    }
    std::vector<NameBar> bars;
    for (const auto& [text, count] : counts) {
        bars.push_back({text, count, matches_any(list.names, text)});
    }
    std::stable_sort(bars.begin(), bars.end(), [](const NameBar& a, const NameBar& b) { return a.findings > b.findings; });
    return bars;
}

}  // namespace trocar
