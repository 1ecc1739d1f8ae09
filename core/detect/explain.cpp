// Words made on demand: why a row is there, at which parameter values it vanishes.
#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "core/detect/access_rights.h"
#include "core/detect/chain_id.h"
#include "core/detect/finding_order.h"
#include "core/detect/mask_scan.h"

namespace trocar {
namespace {

constexpr std::size_t kMostEvidence = 200;   // handles and memory steps in one explanation: the tightest
constexpr std::size_t kMostMembers = 5;      // other anchors of the fold group; `folded` counts them all
constexpr std::size_t kMostLoads = 20;
constexpr Nanos kLoadAfter{10'000'000'000};  // an unusual load this soon is told as the execution's effect
constexpr Nanos kLoadBefore{100'000'000};    // loads are stamped up to 16 ms before the thread that did them

class Explainer {
public:
    Explainer(const Analysis::Data& data, const FindingView::Order& order, const ParameterSet& parameters,
              const Finding& row, Nanos window, WindowMeasure measure)
        : data_(data), table_(data.capture->signals), order_(order), parameters_(parameters), row_(row),
          window_(window), measure_(measure), windows_(*data.capture, *data.index, *data.analytic) {}

    Explanation explain() {
        words_.row = &row_;
        out_.anchor = words_.anchor = row_.anchor;
        words_.first = kNoSignal;
        words_.critical = measure_ == WindowMeasure::span ? row_.span : row_.gap;
        words_.span = row_.span;
        add_steps();
        row_.kind == FindingKind::partial ? partial() : anchored();
        if (const ParameterSpec* spec = name_list_spec(*data_.analytic)) {
            const auto& list = std::get<NameListValue>(parameters_.get(*spec));
            words_.facts |= is_listed(data_, list, row_.target) ? data_.judge->listed_fact() : 0;
        }
        std::stable_sort(out_.evidence.begin(), out_.evidence.end(), [](const Evidence& a, const Evidence& b) {
            return std::tie(a.time, a.event) < std::tie(b.time, b.event);
        });
        for (const Weight& weight : data_.judge->weights()) {
            if ((words_.facts & weight.fact) != 0) {
                const std::string detail = data_.judge->reason_detail(weight.fact, row_);
                out_.reasons.push_back(
                    {weight.points, std::string(weight.text) + (detail.empty() ? "" : ": " + detail)});
                if (weight.damping && damping_.empty()) {
                    damping_ = weight.text;
                }
            }
        }
        out_.sentence = data_.judge->sentence(words_);
        out_.runner_up = data_.judge->runner_up(row_.kind, words_.facts);
        out_.vanishes = vanishes();
        return std::move(out_);
    }

private:
    void add_steps() {
        const ProcessId life = row_.target;
        const auto& lives = data_.capture->processes.lives;
        const HostId host = life.value < lives.size() ? lives[life.value].host : HostId{};
        const bool self = row_.kind != FindingKind::partial &&
                          data_.analytic->patterns[data_.index->runs[data_.index->groups[row_.group].run].pattern].self;
        for (const AnalyticStep& step : data_.analytic->steps) {
            if (step.self != self) {
                continue;
            }
            // What this host's channels could show; one operation seen once proves that it is recorded.
            const bool shown = std::any_of(
                data_.capture->operations.begin(), data_.capture->operations.end(), [&](const OperationCount& o) {
                    return o.host == host && o.count > 0 &&
                           std::find(step.shown_by.begin(), step.shown_by.end(), o.operation) != step.shown_by.end();
                });
            const bool observed = (row_.steps & step.roles) != 0;
            (observed ? out_.observed : shown ? out_.missing : out_.invisible).emplace_back(step.name);
            if (!observed && !shown) {
                words_.invisible.push_back(step.name);
            }
        }
    }

    void add(std::uint32_t signal, Nanos appears, bool witness) {
        Evidence e;
        e.stage = data_.judge->stage_name(table_.role[signal]);
        e.signal = signal;
        e.event = table_.event[signal];
        e.time = table_.time[signal];
        e.appears = appears;
        e.witness = witness;
        e.text = data_.judge->evidence_text(signal);
        out_.evidence.push_back(std::move(e));
    }

    void partial() {
        const PartialRow& p = order_.partial_of(row_);
        const Pair& pair = table_.pairs[p.pair];
        const auto admissions = data_.analytic->patterns.front().admissions(data_.parameters);
        words_.facts = p.facts;
        words_.first = p.handle;
        add(p.handle, row_.anchor == p.handle ? Nanos{0} : row_.span, true);
        if (row_.anchor != p.handle) {
            add(row_.anchor, row_.span, true);
        }
        for (std::uint32_t i = pair.first; i < pair.last && out_.evidence.size() < kMostEvidence; ++i) {
            if (i != p.handle && i != row_.anchor &&
                (table_.role[i] == Role::write || fills(table_, i, 0, admissions) ||
                 fills(table_, i, 0, data_.analytic->attempts) ||
                 fills(table_, i, 0, data_.analytic->patterns.front().exact_leads))) {
                add(i, row_.span, false);
            }
        }
        add_creation(p.pair);
    }

    void anchored() {
        const AnchorGroup& group = data_.index->groups[row_.group];
        const AnchorRun& run = data_.index->runs[group.run];
        const Pattern& pattern = data_.analytic->patterns[run.pattern];
        const auto admissions = pattern.admissions(data_.parameters);
        words_.facts = group.facts;
        const auto results = windows_.of(run, admissions);
        std::vector<std::pair<std::uint32_t, AnchorResult>> members;
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (data_.index->anchor_group[run.first_anchor + i] == row_.group) {
                members.emplace_back(data_.index->anchor_row[run.first_anchor + i], results[i]);
            }
        }
        if (row_.kind == FindingKind::chain) {
            choose_member(members);
            words_.facts |= data_.windows[row_.group].handle_facts | data_.judge->linked_facts(group.role);
        }
        add_path(run, admissions);
        std::size_t others = 0;
        for (const auto& [anchor, result] : members) {
            const bool own = anchor == out_.anchor;
            if (own || others++ < kMostMembers) {
                const Nanos w = result.under(measure_);
                add(anchor, row_.kind == FindingKind::lone ? Nanos{0} : own ? words_.critical : w,
                    own && row_.kind == FindingKind::chain);
            }
        }
        if (run.pair != kNoPair && !pattern.self) {
            add_creation(run.pair);
        }
        if (group.role != Role::load) {
            add_loads();
        }
        add_corroborating(run);
        if (row_.kind == FindingKind::chain) {
            add_rights(run);
        }
    }

    /// The row stands at its member with the smallest span; another may have the smallest gap.
    void choose_member(const std::vector<std::pair<std::uint32_t, AnchorResult>>& members) {
        const auto told = std::min_element(members.begin(), members.end(), [&](const auto& a, const auto& b) {
            return std::tuple(a.second.under(measure_), a.first != row_.anchor) <
                   std::tuple(b.second.under(measure_), b.first != row_.anchor);
        });
        out_.anchor = words_.anchor = told->first;
        words_.first = told->second.handle;
        words_.span = told->second.span;
    }

    /// Steps on the way to the anchor, each from its own critical window on.
    void add_path(const AnchorRun& run, const std::vector<Admission>& admissions) {
        const CriticalPass& pass = windows_.engine(run, admissions);
        const auto anchors = pass.anchors();
        const auto at = std::find_if(anchors.begin(), anchors.end(),
                                     [&](const AnchorWindow& w) { return w.row == out_.anchor; });
        if (at == anchors.end()) {
            return;
        }
        const auto number = static_cast<std::size_t>(at - anchors.begin());
        auto path = pass.witness(number, measure_);
        auto steps = pass.evidence(number, measure_);
        add_exact_leads(run, path, steps);
        std::erase_if(steps, [&](const PathStep& s) { return s.window > longest_window(*data_.analytic); });
        std::stable_sort(steps.begin(), steps.end(),
                         [](const PathStep& a, const PathStep& b) { return a.window < b.window; });
        std::size_t more = 0;
        std::unordered_set<std::uint32_t> told;  // a signal can fill two stages: its tightest step is told
        for (const PathStep& step : steps) {
            if (!told.insert(step.row).second) {
                continue;
            }
            const bool witness = row_.kind == FindingKind::chain &&
                                 std::any_of(path.begin(), path.end(), [&](const PathStep& w) { return w.row == step.row; });
            if (witness || more++ < kMostEvidence) {
                add(step.row, step.window, witness);
            }
        }
    }

    /// Steps on memory, each a path of its own; where the nearest first step is one, it is the path drawn.
    void add_exact_leads(const AnchorRun& run, std::vector<PathStep>& path, std::vector<PathStep>& steps) const {
        const std::vector<Admission>& leads = data_.analytic->patterns[run.pattern].exact_leads;
        const UtcNanos t = table_.time[out_.anchor];
        if (leads.empty() || run.pair == kNoPair || t.none()) {
            return;
        }
        const Pair& pair = table_.pairs[run.pair];
        for (std::uint32_t row = pair.first; row < pair.last && table_.time[row] <= t; ++row) {
            if (!table_.time[row].none() && fills(table_, row, 0, leads)) {
                steps.push_back({row, 0, table_.time[row], difference(t, table_.time[row])});
                if (row == words_.first) {
                    path = {steps.back()};
                }
            }
        }
    }

    void add_creation(std::uint32_t pair) {
        const Pair& p = table_.pairs[pair];
        for (std::uint32_t i = p.first; i < p.last; ++i) {
            if (table_.role[i] == Role::create) {
                add(i, Nanos{0}, false);
                break;
            }
        }
    }

    void add_loads() {
        const Pair* group = target_only_group(table_, row_.target);
        if (group == nullptr || table_.time[out_.anchor].none()) {
            return;
        }
        const auto judge = data_.analytic->make_judge(*data_.capture);
        const UtcNanos from = shifted(table_.time[out_.anchor], -kLoadBefore);
        const UtcNanos to = shifted(table_.time[out_.anchor], kLoadAfter);
        const auto begin = table_.time.begin();
        auto i = static_cast<std::uint32_t>(std::lower_bound(begin + group->first, begin + group->last, from) - begin);
        std::size_t shown = 0;
        for (; i < group->last && table_.time[i] <= to && shown < kMostLoads; ++i) {
            for (std::size_t p = 0; p < data_.analytic->patterns.size(); ++p) {
                const Pattern& pattern = data_.analytic->patterns[p];
                if (table_.role[i] == Role::load && fills(table_, i, pattern.stages.size() - 1, pattern.loosest) &&
                    judge->counts(p, *group, i)) {
                    add(i, row_.kind == FindingKind::lone ? Nanos{0} : words_.critical, false);
                    ++shown;
                }
            }
        }
    }

    void add_corroborating(const AnchorRun& run) {
        const Nanos appears = row_.kind == FindingKind::lone ? Nanos{0} : words_.critical;
        for (const std::uint32_t row : data_.judge->corroborating(run.pair, out_.anchor, kMostEvidence)) {
            if (std::none_of(out_.evidence.begin(), out_.evidence.end(),
                             [&](const Evidence& e) { return e.signal == row; })) {
                add(row, appears, false);
            }
        }
    }

    /// README "Rights": tried out one by one at the present window, or at the row's own where it is not yet visible.
    void add_rights(const AnchorRun& run) {
        const ParameterSpec* spec = mask_spec(*data_.analytic);
        if (spec == nullptr || run.pair == kNoPair) {
            return;
        }
        const MaskValue mask = std::get<MaskValue>(data_.parameters.get(*spec));
        std::vector<MaskScan::Variant> variants;
        for (const AccessRight& right : kAccessRights) {
            variants.push_back(with_mask(data_, {(mask.all ? mask.bits : 0) | right.bit, true}));
        }
        for (const AccessRight& right : kAccessRights) {
            variants.push_back(with_mask(data_, {right.bit, false}));
        }
        MaskScan scan(data_, std::move(variants), std::max(window_, words_.critical), measure_);
        const std::uint64_t linked = scan.linked(run)[row_.group - run.first_group];
        for (std::size_t i = 0; i < kAccessRights.size(); ++i) {
            if ((linked >> i & 1U) == 0) {
                out_.rights_all.emplace_back(kAccessRights[i].name);
            }
            if ((linked >> (i + kAccessRights.size()) & 1U) != 0) {
                out_.rights_any.emplace_back(kAccessRights[i].name);
            }
        }
    }

    std::string vanishes() const {
        if (!damping_.empty()) {
            return "damped: " + damping_;
        }
        const Nanos shortest = window_spec(*data_.analytic) != nullptr
                                   ? std::get<Nanos>(window_spec(*data_.analytic)->minimum)
                                   : Nanos{0};
        switch (row_.kind) {
            case FindingKind::lone:
                return words_.critical == kInfiniteNanos
                           ? std::string("execution only: no access recorded")
                           : "execution only: a chain from TimeWindow " + describe_duration(words_.critical);
            case FindingKind::partial:
                return row_.death == kInfiniteNanos ? std::string("precondition: no execution recorded")
                                                    : "a chain from TimeWindow " + describe_duration(row_.death);
            case FindingKind::chain: break;
        }
        if (words_.critical > shortest) {
            return "TimeWindow < " + describe_duration(words_.critical);
        }
        if (!out_.rights_all.empty()) {
            constexpr std::string_view kPrefix = "PROCESS_";
            const std::string& name = out_.rights_all.front();
            return "AccessMask requires " + (name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name);
        }
        if (mask_spec(*data_.analytic) == nullptr) {
            return "at no value: its steps bear one time stamp";
        }
        return "at no value: every right was granted at the moment of execution";
    }

    const Analysis::Data& data_;
    const SignalTable& table_;
    const FindingView::Order& order_;
    const ParameterSet& parameters_;
    const Finding& row_;
    Nanos window_;
    WindowMeasure measure_;
    RunWindows windows_;
    RowWords words_;
    std::string damping_;
    Explanation out_;
};

}  // namespace

Explanation FindingView::explain(const Finding& row) const {
    return Explainer(analysis_->data(), *order_, parameters_, row, window_, measure_).explain();
}

std::vector<Finding> FindingView::unfolded(const Finding& row) const {
    const Analysis::Data& data = analysis_->data();
    if (row.kind == FindingKind::partial) {
        return {row};
    }
    const AnchorGroup& group = data.index->groups[row.group];
    const AnchorRun& run = data.index->runs[group.run];
    const Pattern& pattern = data.analytic->patterns[run.pattern];
    RunWindows windows(*data.capture, *data.index, *data.analytic);
    const auto results = windows.of(run, pattern.admissions(data.parameters));
    std::uint64_t listed = 0;
    if (const ParameterSpec* spec = name_list_spec(*data.analytic)) {
        listed = is_listed(data, std::get<NameListValue>(parameters_.get(*spec)), row.target)
                     ? data.judge->listed_fact()
                     : 0;
    }
    std::vector<Finding> out;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (data.index->anchor_group[run.first_anchor + i] != row.group) {
            continue;
        }
        const std::uint32_t anchor = data.index->anchor_row[run.first_anchor + i];
        Finding one = row;
        one.id = chain_id(*data.capture, data.analytic->id, row.source, row.target, anchor);
        one.anchor = anchor;
        one.anchor_time = data.capture->signals.time[anchor];
        one.folded = 1;
        one.span = results[i].span;
        one.gap = results[i].gap;
        if (row.kind == FindingKind::chain && results[i].under(measure_) > window_) {
            if (!group.lone) {
                continue;  // a load alone is no finding
            }
            // Of a chain's group, but not linked itself at this window: an execution alone.
            one.kind = FindingKind::lone;
            const Confidence c = confidence(data.judge->weights(), group.facts | listed);
            one.confidence = c.value;
            one.damped = c.damped;
            one.technique = data.judge->technique(one.kind, group.facts);
            one.steps = role_bit(group.role) | data.judge->roles_of_facts(group.facts);
            one.grade = data.judge->grade(one.kind, group.facts, one.steps);
        }
        out.push_back(one);
    }
    return out;
}

}  // namespace trocar
