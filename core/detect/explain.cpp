// Words and bars made on demand: why a row is there, at which parameter values it vanishes.
#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

#include "core/detect/access_rights.h"
#include "core/detect/analysis.h"
#include "core/detect/engine.h"
#include "core/detect/finding_order.h"

namespace trocar {
namespace {

constexpr std::size_t kMostEvidence = 200;      // rows of one stage in a card; the rest are a count
constexpr Nanos kLoadAfter{10'000'000'000};     // an unusual load this soon is told as its effect
constexpr Nanos kLoadBefore{100'000'000};

/// Rights of the handles that link a group at a window: with the mask as it is, and whatever the mask.
struct LinkingRights {
    std::uint64_t kept = 0, any = 0;
};

std::vector<std::uint32_t> members_of(const AnchorIndex& index, std::uint32_t group) {
    std::vector<std::uint32_t> rows;
    const AnchorRun& run = index.runs[index.groups[group].run];
    for (std::uint32_t a = run.first_anchor; a < run.last_anchor; ++a) {
        if (index.anchor_group[a] == group) {
            rows.push_back(index.anchor_row[a]);
        }
    }
    return rows;
}

// A handle links when the first anchor at or after it (less the skew) is within the window: later ones cost more.
LinkingRights linking_rights(const Analysis::Data& data, std::uint32_t group, Nanos window) {
    LinkingRights rights;
    const AnchorRun& run = data.index->runs[data.index->groups[group].run];
    if (run.pair == kNoPair) {
        return rights;
    }
    const SignalTable& table = data.capture->signals;
    const Pattern& pattern = data.analytic->patterns[run.pattern];
    const auto admissions = pattern.admissions(data.parameters);
    const std::vector<std::uint32_t> anchors = members_of(*data.index, group);
    const Pair& pair = table.pairs[run.pair];
    std::size_t a = 0;
    for (std::uint32_t row = pair.first; row < pair.last; ++row) {
        if (table.role[row] != Role::access) {
            continue;
        }
        while (a < anchors.size() && shifted(table.time[anchors[a]], pattern.stages.back().skew) < table.time[row]) {
            ++a;
        }
        if (a == anchors.size()) {
            break;
        }
        if (difference(table.time[anchors[a]], table.time[row]) <= window) {
            rights.any |= table.value[row];
            rights.kept |= fills(table, row, 0, admissions) ? table.value[row] : 0;
        }
    }
    return rights;
}

std::string short_right(std::string_view name) {
    constexpr std::string_view kPrefix = "PROCESS_";
    return std::string(name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name);
}

void add_steps(const Analysis::Data& data, const Finding& row, Explanation& out) {
    for (const AnalyticStep& step : data.analytic->steps) {
        const bool shown = std::any_of(step.shown_by.begin(), step.shown_by.end(), [&](Operation o) {
            return data.capture->total_by_operation[static_cast<std::size_t>(o)] > 0;
        });
        auto& list = (row.steps & step.roles) != 0 ? out.observed : shown ? out.missing : out.invisible;
        list.emplace_back(step.name);
    }
}

void add_evidence(const Analysis::Data& data, std::string_view stage, std::uint32_t signal, Nanos appears, bool witness,
                  Explanation& out) {
    const SignalTable& table = data.capture->signals;
    Evidence e;
    e.stage = stage;
    e.signal = signal;
    e.event = table.event[signal];
    e.time = table.time[signal];
    e.appears = appears;
    e.witness = witness;
    e.text = data.judge->evidence_text(signal);
    out.evidence.push_back(std::move(e));
}

void add_loads(const Analysis::Data& data, const Finding& row, Explanation& out) {
    const SignalTable& table = data.capture->signals;
    const auto group = std::find_if(table.pairs.begin(), table.pairs.end(),
                                    [&](const Pair& p) { return p.target == row.target && p.source.none(); });
    if (group == table.pairs.end() || data.analytic->patterns.size() < 2) {
        return;
    }
    const Pattern& loads = data.analytic->patterns[1];
    const UtcNanos from = shifted(row.anchor_time, -kLoadBefore), to = shifted(row.anchor_time, kLoadAfter);
    const auto judge = data.analytic->make_judge(*data.capture);
    std::size_t shown = 0;
    constexpr std::size_t kMostLoads = 20;
    for (std::uint32_t i = group->first; i < group->last && shown < kMostLoads; ++i) {
        if (table.time[i] >= from && table.time[i] <= to && fills(table, i, loads.stages.size() - 1, loads.loosest) &&
            judge->counts(1, *group, i)) {
            add_evidence(data, "load", i, Nanos{0}, false, out);
            ++shown;
        }
    }
}

}  // namespace

std::vector<RightBar> FindingView::right_bars() const {
    const Analysis::Data& data = analysis_->data();
    std::vector<RightBar> bars;
    const ParameterSpec* spec = mask_spec(*data.analytic);
    if (spec == nullptr) {
        return bars;
    }
    const MaskValue mask = std::get<MaskValue>(parameters_.get(*spec));
    for (const AccessRight& right : kAccessRights) {
        bars.push_back({right.bit, right.name, (mask.bits & right.bit) != 0, 0, 0});
    }
    for (const Finding& row : order_->rows) {
        if (row.kind != FindingKind::chain || !is_visible(row)) {
            continue;
        }
        const LinkingRights rights = linking_rights(data, row.group, window_);
        for (RightBar& bar : bars) {
            bar.chains += (rights.kept & bar.bit) != 0 ? 1U : 0U;
        }
    }
    for (const RelaxedRight& relaxed : data.relaxed) {
        const auto then = static_cast<std::uint32_t>(
            std::upper_bound(relaxed.span.begin(), relaxed.span.end(), window_) - relaxed.span.begin());
        std::uint32_t now = 0;
        for (const GroupWindow& window : data.windows) {
            now += window.anchor != kNoSignal && window.span <= window_ ? 1U : 0U;
        }
        for (RightBar& bar : bars) {
            if (bar.bit == relaxed.bit) {
                bar.gained = then > now ? then - now : 0;
            }
        }
    }
    return bars;
}

Explanation FindingView::explain(const Finding& row) const {
    const Analysis::Data& data = analysis_->data();
    const SignalTable& table = data.capture->signals;
    Explanation out;
    add_steps(data, row, out);
    RowWords words;
    words.row = &row;
    words.anchor = row.anchor;
    words.first = kNoSignal;
    words.critical = critical(row);
    words.span = row.span;
    for (const std::string& step : out.invisible) {
        for (const AnalyticStep& s : data.analytic->steps) {
            if (s.name == step) {
                words.invisible.push_back(s.name);
            }
        }
    }
    if (row.kind == FindingKind::partial) {
        const Pair& pair = table.pairs[row.incident];
        const auto admissions = data.analytic->patterns.front().admissions(data.parameters);
        const auto judge = data.analytic->make_judge(*data.capture);
        for (std::uint32_t i = pair.first; i < pair.last; ++i) {
            if (fills(table, i, 0, admissions)) {
                words.first = words.first == kNoSignal ? i : words.first;
                words.facts |= judge->handle_facts(table.value[i], table.flags[i]);
                if (out.evidence.size() < kMostEvidence) {
                    add_evidence(data, "access", i, Nanos{0}, words.first == i, out);
                }
            } else if (table.role[i] == Role::write) {
                add_evidence(data, "write", i, row.span, i == row.anchor, out);
            }
        }
        words.facts |= judge->partial_facts(row.source, row.target, data.index->pair_fan_out[row.incident]);
    } else {
        const AnchorGroup& group = data.index->groups[row.group];
        const GroupWindow& window = data.windows[row.group];
        const AnchorRun& run = data.index->runs[group.run];
        words.facts = group.facts;
        std::vector<std::uint32_t> members = members_of(*data.index, row.group);
        if (row.kind == FindingKind::chain) {
            words.facts |= window.handle_facts | data.judge->linked_facts(group.role);
            words.first = window.handle;
            const Pattern& pattern = data.analytic->patterns[run.pattern];
            CriticalPass pass(pattern.stages);
            pass.run(run_signals(*data.capture, *data.index, run, pattern, pattern.admissions(data.parameters)));
            const auto anchors = pass.anchors();
            for (std::size_t i = 0; i < anchors.size(); ++i) {
                if (anchors[i].row != row.anchor) {
                    continue;
                }
                const auto path = pass.witness(i, measure_);
                std::size_t more = 0;
                for (const PathStep& step : pass.evidence(i, measure_)) {
                    const bool witness = std::any_of(path.begin(), path.end(),
                                                     [&](const PathStep& w) { return w.row == step.row; });
                    if (witness || more++ < kMostEvidence) {
                        add_evidence(data, data.judge->stage_name(table.role[step.row]), step.row, step.window, witness, out);
                    }
                }
                break;
            }
        } else {
            // What was opened at all on this pair, so that "no access" can be told from "another access".
            if (run.pair != kNoPair) {
                const Pair& pair = table.pairs[run.pair];
                for (std::uint32_t i = pair.first; i < pair.last && out.evidence.size() < 20; ++i) {
                    if (table.role[i] == Role::access) {
                        const Nanos back = trocar::difference(row.anchor_time, table.time[i]);
                        add_evidence(data, "access", i, std::max(Nanos{0}, back), false, out);
                    }
                }
            }
        }
        constexpr std::size_t kMostMembers = 5;
        std::size_t shown = 0;
        for (const std::uint32_t member : members) {
            if (member == row.anchor || shown < kMostMembers) {
                add_evidence(data, data.judge->stage_name(table.role[member]), member,
                             member == row.anchor ? critical(row) : Nanos{0}, member == row.anchor, out);
                ++shown;
            }
        }
        if (group.role != Role::load) {
            add_loads(data, row, out);
        }
    }
    std::stable_sort(out.evidence.begin(), out.evidence.end(), [](const Evidence& a, const Evidence& b) {
        return std::tie(a.time, a.event) < std::tie(b.time, b.event);
    });
    if (const ParameterSpec* spec = data.analytic->parameter("InjectedProcessList")) {
        const bool listed = confidence(data.judge->weights(), words.facts).value != row.confidence &&
                            confidence(data.judge->weights(), words.facts | data.judge->listed_fact()).value == row.confidence;
        words.facts |= listed && !std::get<NameListValue>(parameters_.get(*spec)).names.empty()
                           ? data.judge->listed_fact()
                           : 0;
    }
    std::string damping;
    for (const Weight& weight : data.judge->weights()) {
        if ((words.facts & weight.fact) != 0) {
            out.reasons.push_back({weight.points, std::string(weight.text)});
            if (weight.damping && damping.empty()) {
                damping = weight.text;
            }
        }
    }
    out.sentence = data.judge->sentence(words);
    out.runner_up = data.judge->runner_up(row.kind, words.facts);
    const ParameterSpec* spec = mask_spec(*data.analytic);
    if (row.kind == FindingKind::chain && spec != nullptr) {
        const LinkingRights rights = linking_rights(data, row.group, std::max(window_, critical(row)));
        for (const AccessRight& right : kAccessRights) {
            if ((rights.kept & right.bit) == 0) {
                out.rights_all.emplace_back(right.name);
            }
            if ((rights.any & right.bit) != 0) {
                out.rights_any.emplace_back(right.name);
            }
        }
    }
    if (!damping.empty()) {
        out.vanishes = "damped: " + damping;
    } else if (row.kind == FindingKind::lone) {
        out.vanishes = critical(row) == kInfiniteNanos ? "execution only: no access recorded"
                                                       : "a chain from TimeWindow " + describe_duration(critical(row));
    } else if (row.kind == FindingKind::partial) {
        out.vanishes = "no execution recorded";
    } else if (critical(row) > kMillisecond) {
        out.vanishes = "TimeWindow < " + describe_duration(critical(row));
    } else if (!out.rights_all.empty()) {
        out.vanishes = "AccessMask requires " + short_right(out.rights_all.front());
    } else {
        out.vanishes = "at no value: every right was granted at the same moment";
    }
    return out;
}

std::vector<Finding> FindingView::unfolded(const Finding& row) const {
    const Analysis::Data& data = analysis_->data();
    if (row.kind == FindingKind::partial) {
        return {row};
    }
    const AnchorGroup& group = data.index->groups[row.group];
    const AnchorRun& run = data.index->runs[group.run];
    const SignalTable& table = data.capture->signals;
    std::vector<Finding> out;
    std::vector<AnchorWindow> windows;
    if (run.pair != kNoPair) {
        const Pattern& pattern = data.analytic->patterns[run.pattern];
        CriticalPass pass(pattern.stages);
        pass.run(run_signals(*data.capture, *data.index, run, pattern, pattern.admissions(data.parameters)));
        windows.assign(pass.anchors().begin(), pass.anchors().end());
    }
    for (const std::uint32_t member : members_of(*data.index, row.group)) {
        Finding one = row;
        one.id = chain_id(*data.capture, data.analytic->id, row.source, row.target, member);
        one.anchor = member;
        one.anchor_time = table.time[member];
        one.folded = 1;
        one.span = one.gap = kInfiniteNanos;
        for (const AnchorWindow& window : windows) {
            if (window.row == member) {
                one.span = window.span;
                one.gap = window.gap;
            }
        }
        const Nanos own = measure_ == WindowMeasure::span ? one.span : one.gap;
        const bool linked = own <= window_;
        if (row.kind == FindingKind::chain && !linked) {
            // Of a chain's group, but not linked itself at this window: an execution alone.
            one.kind = FindingKind::lone;
            one.steps = role_bit(group.role);
            const Confidence c = confidence(data.judge->weights(), group.facts);
            one.confidence = c.value;
            one.damped = c.damped;
            one.grade = data.judge->grade(one.kind, group.facts, one.steps);
            one.technique = data.judge->technique(one.kind, group.facts);
        }
        out.push_back(one);
    }
    return out;
}

}  // namespace trocar
