#include "core/detect/anchor_index.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "core/detect/chain_id.h"
#include "core/detect/fan_out.h"
#include "core/detect/judge.h"
#include "core/detect/pattern_plan.h"

namespace trocar {
namespace {

constexpr Nanos kCorroborationTime{10'000'000'000};  // an unsigned load this long after an execution speaks for it

class Builder {
public:
    Builder(const Capture& capture, const Analytic& analytic)
        : capture_(capture),
          table_(capture.signals),
          analytic_(analytic),
          plans_(pattern_plans(analytic)),
          judge_(analytic.make_judge(capture)),
          index_(std::make_shared<AnchorIndex>()) {}

    Result<std::shared_ptr<const AnchorIndex>> build(std::stop_token stop) {
        index_->pair_has_execution.assign(table_.pairs.size(), false);
        std::size_t first = 0;
        while (first < table_.pairs.size()) {
            std::size_t last = first + 1;
            while (last < table_.pairs.size() && table_.pairs[last].target == table_.pairs[first].target) {
                ++last;
            }
            if (!table_.pairs[first].target.none()) {
                add_target(first, last);
            }
            first = last;
            if ((++targets_ & 4095U) == 0 && stop.stop_requested()) {
                return cancelled("Finding anchors");
            }
        }
        mark_fan_out();
        for (AnchorGroup& g : index_->groups) {
            g.facts = facts_of(g);
        }
        order();
        if (stop.stop_requested()) {
            return cancelled("Finding anchors");
        }
        return std::shared_ptr<const AnchorIndex>(index_);
    }

private:
    /// Signals of a target that have no source, sorted out once.
    struct TargetOnly {
        const Pair* group = nullptr;
        std::vector<SignalRows> by_plan;  ///< candidates for anchors
        SignalRows corroborating;         ///< unusual unsigned loads
    };

    TargetOnly target_only(const Pair& group) {
        TargetOnly out;
        out.group = &group;
        out.by_plan.resize(plans_.size());
        for (std::size_t p = 0; p < plans_.size(); ++p) {
            for (const std::uint32_t row : plans_[p].anchor_candidates(table_, group)) {
                if (plans_[p].ends(table_, row) && judge_->counts(p, group, row)) {
                    out.by_plan[p].push_back(row);
                    if (table_.role[row] == Role::load && (table_.flags[row] & signal_flag::kUnsigned) != 0) {
                        out.corroborating.push_back(row);
                    }
                }
            }
        }
        return out;
    }

    void add_target(std::size_t first, std::size_t last) {
        executions_.clear();
        TargetOnly only;
        only.by_plan.resize(plans_.size());
        for (std::size_t i = first; i < last; ++i) {
            if (table_.pairs[i].source.none()) {
                only = target_only(table_.pairs[i]);
            }
        }
        for (std::size_t p = 0; p < plans_.size(); ++p) {
            first_sibling_ = static_cast<std::uint32_t>(index_->groups.size());
            if (plans_[p].pattern->self) {
                if (!only.by_plan[p].empty()) {
                    const auto index = static_cast<std::uint32_t>(only.group - table_.pairs.data());
                    add_run(index, only.group->target, only.group->target, p, only.by_plan[p], {}, true, &only);
                }
                link_siblings();
                continue;
            }
            const bool needs_home = plans_[p].pattern->lone_anchors && !only.by_plan[p].empty();
            const ProcessId home = needs_home ? judge_->assumed_source(table_.pairs[first].target) : ProcessId{};
            bool has_home = !needs_home;
            for (std::size_t i = first; i < last; ++i) {
                const Pair& pair = table_.pairs[i];
                if (!pair.source.none() && pair.source != pair.target) {
                    const bool is_home = needs_home && pair.source == home;
                    add_pair(static_cast<std::uint32_t>(i), pair, p, only, is_home);
                    has_home = has_home || is_home;
                }
            }
            if (!has_home) {
                const SignalRows alone = unexplained(only.by_plan[p], first, last, p);
                if (!alone.empty()) {
                    add_run(kNoPair, home, table_.pairs[first].target, p, {}, alone, true);
                }
            }
            link_siblings();
        }
    }

    void add_pair(std::uint32_t index, const Pair& pair, std::size_t p, const TargetOnly& only, bool is_home) {
        SignalRows own = plans_[p].anchor_candidates(table_, pair);
        std::erase_if(own, [&](std::uint32_t row) { return !plans_[p].ends(table_, row) || !judge_->executes(pair, row); });
        if (!own.empty() && plans_[p].pattern->lone_anchors) {
            index_->pair_has_execution[index] = true;
            SignalRows threads = own;  // a resumption starts what was there: its loads speak for themselves
            std::erase_if(threads, [&](std::uint32_t row) { return table_.role[row] == Role::resume; });
            executions_.emplace_back(index, std::move(threads));
        }
        SignalRows joined;
        if (!only.by_plan[p].empty() && (is_home || judge_->joins(p, pair.source, pair.target))) {
            joined = joined_anchors(index, pair, p, only, is_home);
        }
        if (!own.empty() || !joined.empty()) {
            add_run(index, pair.source, pair.target, p, own, joined, is_home, &only);
        }
    }

    /// Signals without a source that come no earlier (but for the skew) than the pair's first possible first step.
    SignalRows joined_anchors(std::uint32_t index, const Pair& pair, std::size_t p, const TargetOnly& only, bool is_home) {
        const PatternPlan& plan = plans_[p];
        if (is_home) {
            SignalRows all = only.by_plan[p];
            std::erase_if(all, [&](std::uint32_t row) { return corroborates(index, row, plan.skew); });
            return all;
        }
        UtcNanos from = kNoTime;
        for (std::uint32_t row = pair.first; row < pair.last && from.none(); ++row) {
            if (plan.opens(table_, row)) {
                from = table_.time[row];
            }
        }
        SignalRows out;
        if (from.none()) {
            return out;
        }
        for (const std::uint32_t row : only.by_plan[p]) {
            if (shifted(table_.time[row], plan.skew) >= from && !corroborates(index, row, plan.skew)) {
                out.push_back(row);
            }
        }
        if (joined_total_ + out.size() > kMaxJoinedAnchors) {
            out.clear();
            ++unjoined_pairs_;
        }
        joined_total_ += out.size();
        return out;
    }

    /// Those that no execution in the target explains.
    SignalRows unexplained(const SignalRows& rows, std::size_t first, std::size_t last, std::size_t p) const {
        SignalRows out;
        for (const std::uint32_t row : rows) {
            bool explained = false;
            for (std::size_t i = first; i < last && !explained; ++i) {
                explained = corroborates(static_cast<std::uint32_t>(i), row, plans_[p].skew);
            }
            if (!explained) {
                out.push_back(row);
            }
        }
        return out;
    }

    /// A load that speaks for an execution of the same pair is evidence of that, not an anchor of its own.
    bool corroborates(std::uint32_t index, std::uint32_t load, Nanos skew) const {
        const auto found = std::lower_bound(executions_.begin(), executions_.end(), index,
                                            [](const auto& e, std::uint32_t pair) { return e.first < pair; });
        if (found == executions_.end() || found->first != index) {
            return false;
        }
        const Nanos longest = judge_->corroboration_time(table_.role[load]);
        if (longest < Nanos{0}) {
            return false;
        }
        const SignalRows& executions = found->second;
        const UtcNanos until = shifted(table_.time[load], skew);
        const auto after = std::upper_bound(executions.begin(), executions.end(), until,
                                            [&](UtcNanos t, std::uint32_t row) { return t < table_.time[row]; });
        return after != executions.begin() && !table_.time[*(after - 1)].none() &&
               difference(table_.time[load], table_.time[*(after - 1)]) <= longest;
    }

    /// Fold key (README, "Fold group").
    std::pair<std::uint32_t, std::uint64_t> fold_key(std::uint32_t row) const {
        const std::string_view text = capture_.strings->text(table_.text[row]);
        auto role = static_cast<std::uint32_t>(table_.role[row]);
        // Pages of one file are one change; of another, another.
        const bool pages = (table_.flags[row] & signal_flag::kLinux) != 0 && (table_.flags[row] & linux_flag::kMemfd) == 0;
        if (table_.role[row] == Role::tamper && !pages) {
            return {role, 0};
        }
        if (table_.role[row] == Role::write && (table_.flags[row] & signal_flag::kLinux) != 0) {
            constexpr std::uint32_t kWays = linux_flag::kPoke | linux_flag::kProcessVm | linux_flag::kProcFile;
            return {role | 0x200U, table_.flags[row] & kWays};
        }
        if ((table_.flags[row] & signal_flag::kNotWindows) == 0) {
            constexpr std::uint32_t kWays = windows_flag::kApc | windows_flag::kContext;
            role |= table_.role[row] == Role::execute ? (table_.flags[row] & kWays) : 0;
        }
        if (!text.empty() && text != "-") {
            return {role | 0x100U, table_.text[row].value};
        }
        return {role, table_.value[row] >> 12U};
    }

    void add_run(std::uint32_t pair, ProcessId source, ProcessId target, std::size_t p, const SignalRows& own,
                 const SignalRows& joined, bool is_home, const TargetOnly* only = nullptr) {
        AnchorRun run;
        run.pair = pair;
        run.pattern = static_cast<std::uint8_t>(p);
        run.first_anchor = static_cast<std::uint32_t>(index_->anchor_row.size());
        run.first_group = static_cast<std::uint32_t>(index_->groups.size());
        std::merge(own.begin(), own.end(), joined.begin(), joined.end(), std::back_inserter(index_->anchor_row),
                   [&](std::uint32_t a, std::uint32_t b) {
                       return std::tie(table_.time[a], table_.event[a]) < std::tie(table_.time[b], table_.event[b]);
                   });
        run.last_anchor = static_cast<std::uint32_t>(index_->anchor_row.size());
        if (pair != kNoPair) {
            run.direct = !plans_[p].has_optional(table_, table_.pairs[pair]);
        }
        // Groups in order of their earliest anchor.
        std::vector<std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>> keys;
        for (std::uint32_t a = run.first_anchor; a < run.last_anchor; ++a) {
            const auto [kind, key] = fold_key(index_->anchor_row[a]);
            keys.emplace_back(kind, key, a);
        }
        std::sort(keys.begin(), keys.end());
        index_->anchor_group.resize(run.last_anchor);
        const auto run_number = static_cast<std::uint32_t>(index_->runs.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const auto& [kind, key, at] = keys[i];
            const std::uint32_t row = index_->anchor_row[at];
            if (i == 0 || kind != std::get<0>(keys[i - 1]) || key != std::get<1>(keys[i - 1])) {
                AnchorGroup g;
                g.source = source;
                g.target = target;
                g.earliest = row;
                g.run = run_number;
                g.role = table_.role[row];
                g.joined = pair == kNoPair || row < table_.pairs[pair].first || row >= table_.pairs[pair].last;
                g.lone = plans_[p].pattern->lone_anchors && (!g.joined || is_home);
                g.id = chain_id(capture_, analytic_.id, source, target, row);
                g.incident = incident_of(source, target);
                evidence_.emplace_back();
                GroupEvidence& e = evidence_.back();
                e.source = source;
                e.target = target;
                e.anchor_role = g.role;
                e.pattern = static_cast<std::uint32_t>(p);
                e.pair = pair;
                e.anchor = row;
                e.all_flags = ~0U;
                e.text = capture_.strings->text(table_.text[row]);
                index_->groups.push_back(g);
            }
            index_->anchor_group[at] = static_cast<std::uint32_t>(index_->groups.size() - 1);
            ++index_->groups.back().members;
            if (row != index_->groups.back().earliest &&
                table_.time[row] == table_.time[index_->groups.back().earliest]) {
                take_smaller_id(index_->groups.back(), row);
            }
            GroupEvidence& e = evidence_.back();
            e.any_flags |= table_.flags[row];
            e.all_flags &= table_.flags[row];
            e.unsigned_load = e.unsigned_load || (only != nullptr && has_load_after(*only, row));
        }
        run.last_group = static_cast<std::uint32_t>(index_->groups.size());
        index_->runs.push_back(run);
    }

    /// Event ids follow the order of import; between anchors of one stamp the hash decides, so that the group's id does
    /// not.
    void take_smaller_id(AnchorGroup& group, std::uint32_t row) const {
        const ChainId id = chain_id(capture_, analytic_.id, group.source, group.target, row);
        if (id < group.id) {
            group.id = id;
            group.earliest = row;
        }
    }

    bool has_load_after(const TargetOnly& only, std::uint32_t anchor) const {
        const UtcNanos t = table_.time[anchor];
        if (t.none() || table_.role[anchor] == Role::load) {
            return false;
        }
        const Nanos skew = plans_.front().skew;
        const auto at = std::lower_bound(only.corroborating.begin(), only.corroborating.end(), shifted(t, -skew),
                                         [&](std::uint32_t row, UtcNanos v) { return table_.time[row] < v; });
        return at != only.corroborating.end() && difference(table_.time[*at], t) <= kCorroborationTime;
    }

    std::uint32_t incident_of(ProcessId source, ProcessId target) {
        const std::uint64_t key = std::uint64_t{source.value} << 32U | target.value;
        if (key == last_incident_key_ && !index_->groups.empty()) {
            return last_incident_;
        }
        last_incident_key_ = key;
        last_incident_ = incidents_.try_emplace(key, static_cast<std::uint32_t>(incidents_.size())).first->second;
        return last_incident_;
    }

    /// Groups over the same signals without a source, of one target and pattern, know each other.
    void link_siblings() {
        const auto last = static_cast<std::uint32_t>(index_->groups.size());
        for (std::uint32_t g = first_sibling_; g < last; ++g) {
            index_->groups[g].first_sibling = first_sibling_;
            index_->groups[g].last_sibling = last;
        }
    }

    /// Load-led pairs whose every possible first step belongs to a burst over many targets.
    void mark_fan_out() {
        std::unordered_set<std::uint32_t> sources;
        for (const AnchorGroup& g : index_->groups) {
            if (g.role == Role::load) {
                sources.insert(g.source.value);
            }
        }
        if (sources.empty()) {
            return;
        }
        const std::vector<bool> in_bursts = pairs_in_fan_out(table_, plans_, sources);
        for (std::size_t g = 0; g < index_->groups.size(); ++g) {
            const std::uint32_t pair = index_->runs[index_->groups[g].run].pair;
            evidence_[g].fan_out = index_->groups[g].role == Role::load && pair != kNoPair && in_bursts[pair];
        }
    }

    std::uint64_t facts_of(const AnchorGroup& group) {
        return judge_->group_facts(evidence_[static_cast<std::size_t>(&group - index_->groups.data())]);
    }

    void order() {
        index_->incidents = static_cast<std::uint32_t>(incidents_.size());
        index_->by_time.resize(index_->groups.size());
        for (std::uint32_t i = 0; i < index_->by_time.size(); ++i) {
            index_->by_time[i] = i;
        }
        const auto& groups = index_->groups;
        std::sort(index_->by_time.begin(), index_->by_time.end(), [&](std::uint32_t a, std::uint32_t b) {
            const UtcNanos ta = table_.time[groups[a].earliest], tb = table_.time[groups[b].earliest];
            return std::tie(ta, groups[a].id) < std::tie(tb, groups[b].id);
        });
        index_->slots.assign(std::bit_ceil(groups.size() * 2 + 1), kNoPair);
        for (std::uint32_t g = 0; g < groups.size(); ++g) {
            std::size_t at = groups[g].id.low & (index_->slots.size() - 1);
            while (index_->slots[at] != kNoPair) {
                at = (at + 1) & (index_->slots.size() - 1);
            }
            index_->slots[at] = g;
        }
        if (unjoined_pairs_ != 0) {
            index_->limits.push_back("Module loads of " + std::to_string(unjoined_pairs_) +
                                     " pairs were not joined: more than " + std::to_string(kMaxJoinedAnchors) +
                                     " combinations of handle and load");
        }
    }

    const Capture& capture_;
    const SignalTable& table_;
    const Analytic& analytic_;
    std::vector<PatternPlan> plans_;
    std::unique_ptr<Judge> judge_;
    std::shared_ptr<AnchorIndex> index_;
    std::vector<GroupEvidence> evidence_;  ///< parallel to groups
    std::unordered_map<std::uint64_t, std::uint32_t> incidents_;
    std::uint64_t last_incident_key_ = ~std::uint64_t{0};
    std::uint32_t last_incident_ = 0;
    std::uint32_t first_sibling_ = 0;
    std::vector<std::pair<std::uint32_t, SignalRows>> executions_;  ///< of the present target, by pair
    std::size_t joined_total_ = 0, unjoined_pairs_ = 0;
    std::uint32_t targets_ = 0;
};

}  // namespace

std::optional<std::uint32_t> AnchorIndex::group_of(ChainId id) const {
    if (slots.empty()) {
        return std::nullopt;
    }
    for (std::size_t at = id.low & (slots.size() - 1); slots[at] != kNoPair; at = (at + 1) & (slots.size() - 1)) {
        if (groups[slots[at]].id == id) {
            return slots[at];
        }
    }
    return std::nullopt;
}

Result<std::shared_ptr<const AnchorIndex>> AnchorIndex::build(const Capture& capture, const Analytic& analytic,
                                                              std::stop_token stop) {
    return Builder(capture, analytic).build(stop);
}

}  // namespace trocar
