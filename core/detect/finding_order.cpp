// Building the fixed order of rows: key parameters, suppressions, confidence, sorted critical windows.
#include "core/detect/finding_order.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <unordered_map>

#include "core/base/text.h"

namespace trocar {
namespace {

constexpr Nanos kBeginning{std::numeric_limits<std::int64_t>::min()};

/// Rows by falling confidence; within one, by the order they come in.
class ByConfidence {
public:
    void add(const Finding& row) { rows_.push_back(row); }
    std::vector<Finding> take() {
        std::array<std::size_t, 102> first{};
        for (const Finding& f : rows_) {
            ++first[101U - f.confidence];
        }
        for (std::size_t i = 1; i < first.size(); ++i) {
            first[i] += first[i - 1];
        }
        std::vector<Finding> out(rows_.size());
        for (const Finding& f : rows_) {
            out[first[100U - f.confidence]++] = f;
        }
        // A folded group shows its tightest anchor, not its earliest: a few rows may still stand wrong.
        const auto earlier = [](const Finding& a, const Finding& b) {
            return std::tie(b.confidence, a.anchor_time, a.id, a.kind) <
                   std::tie(a.confidence, b.anchor_time, b.id, b.kind);
        };
        if (!std::is_sorted(out.begin(), out.end(), earlier)) {
            std::sort(out.begin(), out.end(), earlier);
        }
        return out;
    }

private:
    std::vector<Finding> rows_;
};

/// Remembers an answer by image, so that a glob is matched once an image and not once a row.
class ByImage {
public:
    explicit ByImage(const Capture& capture) : capture_(capture), known_(capture.strings->size(), 0) {}
    template <class Test>
    bool operator()(ProcessId id, const Test& test) {
        const auto& lives = capture_.processes.lives;
        if (id.value >= lives.size() || lives[id.value].image.value >= known_.size()) {
            return test(std::string_view{});
        }
        std::uint8_t& known = known_[lives[id.value].image.value];
        if (known == 0) {
            known = test(image_name(capture_, id)) ? 1 : 2;
        }
        return known == 1;
    }

private:
    const Capture& capture_;
    std::vector<std::uint8_t> known_;
};

class OrderBuilder {
public:
    OrderBuilder(const Analysis& analysis, const ParameterSet& parameters, std::span<const HideRule> hidden)
        : data_(analysis.data()), hidden_(hidden), listed_(*data_.capture) {
        if (const ParameterSpec* spec = name_list_spec(*data_.analytic)) {
            list_ = std::get<NameListValue>(parameters.get(*spec));
        }
        for (std::size_t i = 0; i < hidden.size(); ++i) {
            hidden_sources_.emplace_back(*data_.capture);
            hidden_targets_.emplace_back(*data_.capture);
        }
        if (const ParameterSpec* spec = data_.analytic->parameter("TargetPIDThreshold")) {
            highest_pid_ = std::get<std::uint64_t>(parameters.get(*spec));
            pids_matter_ = highest_pid_ < std::get<std::uint64_t>(spec->maximum);
        }
        if (const ParameterSpec* spec = window_spec(*data_.analytic)) {
            shortest_ = std::get<Nanos>(spec->minimum);
        }
    }

    void build(FindingView::Order& out, bool partial) {
        out.first_partial = static_cast<std::uint32_t>(data_.windows.size());
        for (const std::uint32_t g : data_.index->by_time) {
            add_group(g, out);
        }
        if (partial) {
            out.partial = partial_rows(data_);
            for (std::size_t i = 0; i < out.partial.size(); ++i) {
                out.partial[i].finding.group = out.first_partial + static_cast<std::uint32_t>(i);
                add(out.partial[i].finding, out.partial[i].facts, out);
            }
        }
        out.rows = rows_.take();
        out.rows_of_group.assign(data_.windows.size(), {kNoSignal, kNoSignal});
        for (std::uint32_t r = 0; r < out.rows.size(); ++r) {
            const Finding& f = out.rows[r];
            if (f.kind == FindingKind::partial) {
                out.partial_by_id.emplace_back(f.id, r);
            } else {
                out.rows_of_group[f.group][f.kind == FindingKind::chain ? 0 : 1] = r;
            }
        }
        std::sort(out.partial_by_id.begin(), out.partial_by_id.end());
        out.sorted[0] = sorted(out, WindowMeasure::span);
        const bool same = std::all_of(out.rows.begin(), out.rows.end(), agrees) &&
                          std::all_of(out.suppressed.begin(), out.suppressed.end(), agrees) &&
                          std::all_of(out.left_out.begin(), out.left_out.end(), agrees) &&
                          std::all_of(out.partial.begin(), out.partial.end(),
                                      [](const PartialRow& p) { return p.death_span == p.death_gap; });
        out.sorted[1] = same ? out.sorted[0] : sorted(out, WindowMeasure::gap);
    }

private:
    static bool agrees(const Finding& f) { return f.span == f.gap; }

    void add_group(std::uint32_t g, FindingView::Order& out) {
        const AnchorGroup& group = data_.index->groups[g];
        const GroupWindow& window = data_.windows[g];
        Finding row;
        row.id = group.id;
        row.source = group.source;
        row.target = group.target;
        row.group = g;
        row.folded = group.members;
        row.incident = group.incident;
        if (window.anchor != kNoSignal) {
            row.kind = FindingKind::chain;
            row.span = window.span;
            row.gap = window.gap;
            row.anchor = window.anchor;
            row.anchor_time = data_.capture->signals.time[window.anchor];
            row.steps = window.roles;
            add(row, group.facts | window.handle_facts | data_.judge->linked_facts(group.role), out);
        }
        // Linked wherever the slider stands: it never shows alone.
        if (group.lone && std::max(window.lone_span, window.lone_gap) > shortest_) {
            row.kind = FindingKind::lone;
            row.span = window.lone_span;
            row.gap = window.lone_gap;
            row.anchor = group.earliest;
            row.anchor_time = data_.capture->signals.time[group.earliest];
            row.steps = role_bit(group.role);
            add(row, group.facts, out);
        }
    }

    void add(Finding& row, std::uint64_t facts, FindingView::Order& out) {
        const bool listed = target_listed(row.target);
        const bool left_out = (list_.only && !listed) ||
                              (pids_matter_ && !listed && pid_of(row.target) > highest_pid_ &&
                               (facts & data_.judge->other_user_fact()) == 0);
        if (left_out) {
            if (row.kind != FindingKind::partial) {
                out.left_out.push_back(row);
            }
            return;
        }
        facts |= listed ? data_.judge->listed_fact() : 0;
        const Confidence c = confidence(data_.judge->weights(), facts);
        row.confidence = c.value;
        row.damped = c.damped;
        row.technique = data_.judge->technique(row.kind, facts);
        row.steps |= data_.judge->roles_of_facts(facts);
        row.grade = data_.judge->grade(row.kind, facts, row.steps);
        if (is_hidden(row)) {
            out.suppressed.push_back(row);
        } else {
            rows_.add(row);
        }
    }

    bool target_listed(ProcessId target) {
        return listed_(target, [&](std::string_view image) { return on_list(list_, image); }) ||
               is_listed(data_, list_, target);
    }

    std::uint64_t pid_of(ProcessId id) const {
        const auto& lives = data_.capture->processes.lives;
        return id.value < lives.size() ? lives[id.value].pid : 0;
    }

    bool is_hidden(const Finding& row) {
        for (std::size_t i = 0; i < hidden_.size(); ++i) {
            if (hidden_sources_[i](row.source, [&](std::string_view s) { return glob_match(hidden_[i].source_glob, s); }) &&
                hidden_targets_[i](row.target, [&](std::string_view s) { return glob_match(hidden_[i].target_glob, s); })) {
                return true;
            }
        }
        return false;
    }

    std::shared_ptr<const FindingView::Order::Sorted> sorted(const FindingView::Order& order, WindowMeasure measure) const {
        using Interval = FindingView::Order::Interval;
        auto made = std::make_shared<FindingView::Order::Sorted>();
        FindingView::Order::Sorted& s = *made;
        const auto critical = [&](const Finding& f) { return measure == WindowMeasure::span ? f.span : f.gap; };
        s.shows.reserve(order.rows.size());
        for (std::uint32_t r = 0; r < order.rows.size(); ++r) {
            const Finding& f = order.rows[r];
            const Nanos w = critical(f);
            s.shows.push_back(order.shows(f, measure));
            switch (f.kind) {
                case FindingKind::chain:
                    if (w != kInfiniteNanos) {
                        s.chain_rows.emplace_back(w, r);
                    }
                    s.chains.push_back(w);
                    if (f.damped) {
                        s.damped_chains.push_back(w);
                    }
                    break;
                case FindingKind::lone:
                    s.lone.push_back(w);
                    if (f.damped) {
                        s.damped_lone.push_back(w);
                    }
                    break;
                case FindingKind::partial:
                    if (s.shows.back().from < s.shows.back().until) {
                        s.born.push_back(s.shows.back().from);
                        s.dead.push_back(s.shows.back().until);
                    }
                    break;
            }
        }
        for (const Finding& f : order.suppressed) {
            if (f.kind != FindingKind::partial) {
                (f.kind == FindingKind::chain ? s.suppressed_chains : s.suppressed_lone).push_back(critical(f));
            }
        }
        for (const Finding& f : order.left_out) {
            (f.kind == FindingKind::chain ? s.left_out_chains : s.left_out_lone).push_back(critical(f));
        }
        for (auto* column : {&s.chains, &s.damped_chains, &s.lone, &s.damped_lone, &s.born, &s.dead,
                             &s.suppressed_chains, &s.suppressed_lone, &s.left_out_chains, &s.left_out_lone}) {
            std::sort(column->begin(), column->end());
        }
        std::sort(s.chain_rows.begin(), s.chain_rows.end());
        for (std::size_t r = 0; r < s.shows.size(); r += FindingView::Order::kBlock) {
            Interval block = s.shows[r];
            for (std::size_t i = r; i < std::min(s.shows.size(), r + FindingView::Order::kBlock); ++i) {
                block.from = std::min(block.from, s.shows[i].from);
                block.until = std::max(block.until, s.shows[i].until);
            }
            s.blocks.push_back(block);
        }
        add_curve(s);
        return made;
    }

    /// At the slider's minimum, then wherever a count changes.
    void add_curve(FindingView::Order::Sorted& s) const {
        std::size_t c = 0, l = 0;
        Nanos at = shortest_;
        for (;;) {
            while (c < s.chains.size() && s.chains[c] <= at) {
                ++c;
            }
            while (l < s.lone.size() && s.lone[l] <= at) {
                ++l;
            }
            s.curve.push_back({at, static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(s.lone.size() - l)});
            at = kInfiniteNanos;
            if (c < s.chains.size()) {
                at = std::min(at, s.chains[c]);
            }
            if (l < s.lone.size()) {
                at = std::min(at, s.lone[l]);
            }
            if (at == kInfiniteNanos) {
                break;
            }
        }
    }

    const Analysis::Data& data_;
    std::span<const HideRule> hidden_;
    ByImage listed_;
    std::vector<ByImage> hidden_sources_, hidden_targets_;
    NameListValue list_;
    Nanos shortest_{1};
    std::uint64_t highest_pid_ = 0;  ///< TargetPIDThreshold
    bool pids_matter_ = false;
    ByConfidence rows_;
};

}  // namespace

bool on_list(const NameListValue& list, std::string_view image) {
    return std::any_of(list.names.begin(), list.names.end(),
                       [&](const std::string& name) { return glob_match(name, image); });
}

bool is_listed(const Analysis::Data& data, const NameListValue& list, ProcessId target) {
    if (list.names.empty()) {
        return false;
    }
    const auto names = data.judge->other_names(target);
    return on_list(list, image_name(*data.capture, target)) ||
           std::any_of(names.begin(), names.end(), [&](std::string_view name) { return on_list(list, name); });
}

bool FindingView::Order::hides(std::string_view source, std::string_view target) const {
    return std::any_of(hidden.begin(), hidden.end(), [&](const HideRule& rule) {
        return glob_match(rule.source_glob, source) && glob_match(rule.target_glob, target);
    });
}

FindingView::Order::Interval FindingView::Order::shows(const Finding& row, WindowMeasure measure) const {
    const bool span = measure == WindowMeasure::span;
    const Nanos w = span ? row.span : row.gap;
    switch (row.kind) {
        case FindingKind::chain: return {w, kInfiniteNanos};
        case FindingKind::lone: return {kBeginning, w};
        case FindingKind::partial: break;
    }
    return {w, span ? partial_of(row).death_span : partial_of(row).death_gap};
}

FindingView::FindingView(std::shared_ptr<const Analysis> analysis, const ParameterSet& parameters, bool partial,
                         std::span<const HideRule> hidden)
    : analysis_(std::move(analysis)), parameters_(parameters) {
    auto order = std::make_shared<Order>();
    order->hidden.assign(hidden.begin(), hidden.end());
    OrderBuilder(*analysis_, parameters, hidden).build(*order, partial);
    order_ = std::move(order);
    const Analytic& analytic = analysis_->analytic();
    const ParameterSpec* window = window_spec(analytic);
    const ParameterSpec* measure = analytic.parameter("Window");
    set_window(window != nullptr ? parameters.duration(*window) : Nanos{kInfiniteNanos.count - 1},
               measure != nullptr ? std::get<WindowMeasure>(parameters.get(*measure)) : WindowMeasure::span);
}

}  // namespace trocar
