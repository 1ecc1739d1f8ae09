#include "core/detect/anchor_index.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/detect/fan_out.h"
#include "core/detect/judge.h"

namespace trocar {
namespace {

constexpr Nanos kCorroborates{10'000'000'000};  // an unusual load this soon after an execution is its effect
constexpr Nanos kLoadSkew{100'000'000};         // loads are stamped up to 16 ms before the thread that did them

std::string_view key_of(const Capture& capture, ProcessId id) {
    return id.value < capture.processes.lives.size() ? capture.strings->text(capture.processes.lives[id.value].key)
                                                     : std::string_view{};
}

// Length before each part, so that no two lists of parts hash the same bytes.
void feed(XXH3_state_t* state, std::string_view part) {
    const std::uint64_t size = part.size();
    XXH3_128bits_update(state, &size, sizeof size);
    XXH3_128bits_update(state, part.data(), part.size());
}

ChainId hashed(const Capture& capture, std::string_view analytic, ProcessId source, ProcessId target,
               std::string_view file, std::uint64_t record) {
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    feed(&state, analytic);
    feed(&state, key_of(capture, source));
    feed(&state, key_of(capture, target));
    feed(&state, file);
    XXH3_128bits_update(&state, &record, sizeof record);
    const XXH128_hash_t hash = XXH3_128bits_digest(&state);
    return {hash.high64, hash.low64};
}

/// One anchor on its way into a run.
struct Found {
    std::uint32_t row = 0;
    bool joined = false;  ///< has no source of its own
};

class IndexBuilder {
public:
    IndexBuilder(const Capture& capture, const Analytic& analytic)
        : capture_(capture), table_(capture.signals), analytic_(analytic), judge_(analytic.make_judge(capture)) {}

    Status build(AnchorIndex& out, const std::stop_token& stop);

private:
    using Key = std::pair<std::uint32_t, std::uint64_t>;  ///< kind, then start function, page or image

    void mark_fan_out();
    void one_target(std::size_t first, std::size_t last, AnchorIndex& out);
    void add_run(std::uint32_t pair, std::uint8_t pattern, ProcessId source, ProcessId target, const Pair* only_target,
                 std::vector<Found>& anchors, AnchorIndex& out);
    [[nodiscard]] bool admitted(std::uint32_t row, std::size_t stage, const Pattern& pattern) const;
    [[nodiscard]] bool has_earlier_handle(const Pair& pair, const Pattern& pattern, std::uint32_t anchor) const;
    [[nodiscard]] bool earlier(std::uint32_t a, std::uint32_t b) const {
        return std::tie(table_.time[a], table_.event[a], a) < std::tie(table_.time[b], table_.event[b], b);
    }
    [[nodiscard]] Key fold_key(std::uint32_t row) const;
    [[nodiscard]] bool unsigned_load_near(const Pair& only_target, const std::vector<std::uint32_t>& anchors);

    const Capture& capture_;
    const SignalTable& table_;
    const Analytic& analytic_;
    std::unique_ptr<Judge> judge_;
    std::vector<bool> fan_out_;  ///< by pair
    std::size_t joined_ = 0;
    bool limited_ = false;
};

bool IndexBuilder::admitted(std::uint32_t row, std::size_t stage, const Pattern& pattern) const {
    return std::any_of(pattern.loosest.begin(), pattern.loosest.end(), [&](const Admission& a) {
        return a.stage == stage && a.role == table_.role[row] && a.admits(table_.value[row], table_.flags[row]);
    });
}

bool IndexBuilder::has_earlier_handle(const Pair& pair, const Pattern& pattern, std::uint32_t anchor) const {
    const UtcNanos until = shifted(table_.time[anchor], pattern.stages.back().skew);
    for (std::uint32_t row = pair.first; row < pair.last && table_.time[row] <= until; ++row) {
        if (admitted(row, 0, pattern)) {
            return true;
        }
    }
    return false;
}

IndexBuilder::Key IndexBuilder::fold_key(std::uint32_t row) const {
    const Role role = table_.role[row];
    if (role == Role::tamper) {
        return {2, 0};
    }
    if (role == Role::load) {
        return {3, table_.text[row].value};
    }
    const bool function = table_.text[row].value != 0 && !capture_.strings->text(table_.text[row]).empty();
    return function ? Key{0, table_.text[row].value} : Key{1, table_.value[row] >> 12};
}

bool IndexBuilder::unsigned_load_near(const Pair& only_target, const std::vector<std::uint32_t>& anchors) {
    if (analytic_.patterns.size() < 2) {
        return false;
    }
    const Pattern& loads = analytic_.patterns[1];
    for (const std::uint32_t anchor : anchors) {
        const UtcNanos from = shifted(table_.time[anchor], -kLoadSkew);
        const UtcNanos to = shifted(table_.time[anchor], kCorroborates);
        const auto begin = table_.time.begin();
        auto row = static_cast<std::uint32_t>(
            std::lower_bound(begin + only_target.first, begin + only_target.last, from) - begin);
        for (; row < only_target.last && table_.time[row] <= to; ++row) {
            if ((table_.flags[row] & signal_flag::kUnsigned) != 0 && admitted(row, loads.stages.size() - 1, loads) &&
                judge_->counts(1, only_target, row)) {
                return true;
            }
        }
        if (anchors.size() > 64 && anchor != anchors.front()) {
            break;  // a flood of threads: the first and second say it
        }
    }
    return false;
}

void IndexBuilder::mark_fan_out() {
    std::vector<HandleOpened> handles;
    for (std::size_t p = 0; p < table_.pairs.size(); ++p) {
        const Pair& pair = table_.pairs[p];
        if (pair.source.none()) {
            continue;
        }
        for (std::uint32_t row = pair.first; row < pair.last; ++row) {
            constexpr std::uint64_t kWriting = 0x28;  // VM_WRITE | VM_OPERATION: others are no finding anyway
            if (table_.role[row] == Role::access && (table_.value[row] & kWriting) == kWriting &&
                !table_.time[row].none()) {
                handles.push_back({pair.source, pair.target, table_.value[row], table_.time[row],
                                   static_cast<std::uint32_t>(p)});
            }
        }
    }
    const std::vector<bool> inside = in_fan_out(handles);
    fan_out_.assign(table_.pairs.size(), false);
    for (std::size_t i = 0; i < handles.size(); ++i) {
        if (inside[i]) {
            fan_out_[handles[i].tag] = true;
        }
    }
}

void IndexBuilder::add_run(std::uint32_t pair, std::uint8_t pattern, ProcessId source, ProcessId target,
                           const Pair* only_target, std::vector<Found>& anchors, AnchorIndex& out) {
    std::sort(anchors.begin(), anchors.end(), [&](const Found& a, const Found& b) { return earlier(a.row, b.row); });
    AnchorRun run;
    run.pair = pair;
    run.pattern = pattern;
    run.first_anchor = static_cast<std::uint32_t>(out.anchor_row.size());
    run.first_group = static_cast<std::uint32_t>(out.groups.size());
    if (pair != kNoPair) {
        const Pair& p = table_.pairs[pair];
        const std::size_t last = analytic_.patterns[pattern].stages.size() - 1;
        for (std::uint32_t row = p.first; row < p.last && run.direct; ++row) {
            for (std::size_t s = 1; s < last; ++s) {
                run.direct = run.direct && !admitted(row, s, analytic_.patterns[pattern]);
            }
        }
    }
    std::map<Key, std::uint32_t> folds;
    std::vector<std::vector<std::uint32_t>> members;
    for (const Found& anchor : anchors) {
        const auto [at, fresh] = folds.try_emplace(fold_key(anchor.row), static_cast<std::uint32_t>(members.size()));
        if (fresh) {
            AnchorGroup group;
            group.source = source;
            group.target = target;
            group.earliest = anchor.row;
            group.run = static_cast<std::uint32_t>(out.runs.size());
            group.role = table_.role[anchor.row];
            group.id = chain_id(capture_, analytic_.id, source, target, anchor.row);
            group.incident = static_cast<std::uint32_t>(pair != kNoPair ? pair : table_.pairs.size() + target.value);
            // Anchors without a source have one lone row, the one without a pair (README, "Fold group").
            group.lone = analytic_.patterns[pattern].lone_anchors && (!anchor.joined || pair == kNoPair);
            out.groups.push_back(group);
            members.emplace_back();
        }
        members[at->second].push_back(anchor.row);
        out.anchor_row.push_back(anchor.row);
        out.anchor_group.push_back(run.first_group + at->second);
    }
    for (std::size_t g = 0; g < members.size(); ++g) {
        AnchorGroup& group = out.groups[run.first_group + g];
        group.members = static_cast<std::uint32_t>(members[g].size());
        GroupEvidence evidence;
        evidence.source = source;
        evidence.target = target;
        evidence.anchor_role = group.role;
        evidence.all_flags = 0xffffffffU;
        for (const std::uint32_t row : members[g]) {
            evidence.any_flags |= table_.flags[row];
            evidence.all_flags &= table_.flags[row];
        }
        evidence.unsigned_load =
            only_target != nullptr && group.role != Role::load && unsigned_load_near(*only_target, members[g]);
        evidence.fan_out = pair != kNoPair && fan_out_[pair];
        group.facts = judge_->group_facts(evidence);
    }
    run.last_anchor = static_cast<std::uint32_t>(out.anchor_row.size());
    run.last_group = static_cast<std::uint32_t>(out.groups.size());
    out.runs.push_back(run);
}

void IndexBuilder::one_target(std::size_t first, std::size_t last, AnchorIndex& out) {
    const Pair* only_target = table_.pairs[last - 1].source.none() ? &table_.pairs[last - 1] : nullptr;
    const ProcessId target = table_.pairs[first].target;
    std::vector<Found> unowned;       // anchors of pattern 0 without a source: tampering
    std::vector<std::uint32_t> loads; // anchors of pattern 1
    if (only_target != nullptr) {
        for (std::uint32_t row = only_target->first; row < only_target->last; ++row) {
            for (std::size_t k = 0; k < analytic_.patterns.size(); ++k) {
                const Pattern& pattern = analytic_.patterns[k];
                if (admitted(row, pattern.stages.size() - 1, pattern) && judge_->counts(k, *only_target, row)) {
                    k == 0 ? unowned.push_back({row, true}) : loads.push_back(row);
                }
            }
        }
    }
    const auto first_pair_group = static_cast<std::uint32_t>(out.groups.size());
    std::vector<Found> anchors;
    for (std::size_t p = first; p < last && !table_.pairs[p].source.none(); ++p) {
        const Pair& pair = table_.pairs[p];
        const Pattern& led = analytic_.patterns[0];
        anchors.clear();
        for (std::uint32_t row = pair.first; row < pair.last; ++row) {
            if (admitted(row, led.stages.size() - 1, led)) {
                anchors.push_back({row, false});
            }
        }
        const std::size_t own = anchors.size();
        if (judge_->joins(0, pair.source, target)) {
            for (const Found& anchor : unowned) {
                if (has_earlier_handle(pair, led, anchor.row)) {
                    anchors.push_back(anchor);
                }
            }
        }
        std::vector<UtcNanos> executions;
        for (std::size_t i = 0; i < own; ++i) {
            executions.push_back(table_.time[anchors[i].row]);
        }
        if (!anchors.empty()) {
            out.pair_has_execution[p] = true;
            add_run(static_cast<std::uint32_t>(p), 0, pair.source, target, only_target, anchors, out);
        }
        if (loads.empty() || analytic_.patterns.size() < 2 || !judge_->joins(1, pair.source, target)) {
            continue;
        }
        anchors.clear();
        for (const std::uint32_t row : loads) {
            if (joined_ >= kMaxJoinedAnchors) {
                limited_ = true;
                break;
            }
            // Of an execution of the same pair it is the effect, told there.
            const auto after = std::upper_bound(executions.begin(), executions.end(),
                                                shifted(table_.time[row], kLoadSkew));
            if (after != executions.begin() && difference(table_.time[row], *(after - 1)) <= kCorroborates) {
                continue;
            }
            if (has_earlier_handle(pair, analytic_.patterns[1], row)) {
                anchors.push_back({row, true});
                ++joined_;
            }
        }
        if (!anchors.empty()) {
            add_run(static_cast<std::uint32_t>(p), 1, pair.source, target, only_target, anchors, out);
        }
    }
    if (!unowned.empty()) {
        const auto last_pair_group = static_cast<std::uint32_t>(out.groups.size());
        add_run(kNoPair, 0, judge_->assumed_source(target), target, only_target, unowned, out);
        for (std::uint32_t g = last_pair_group; g < out.groups.size(); ++g) {
            out.groups[g].first_sibling = first_pair_group;
            out.groups[g].last_sibling = last_pair_group;
        }
    }
}

Status IndexBuilder::build(AnchorIndex& out, const std::stop_token& stop) {
    mark_fan_out();
    out.pair_has_execution.assign(table_.pairs.size(), false);
    for (std::size_t first = 0, round = 0; first < table_.pairs.size(); ++round) {
        if (round % 4096 == 0 && stop.stop_requested()) {
            return cancelled("correlation");
        }
        std::size_t last = first;
        while (last < table_.pairs.size() && table_.pairs[last].target == table_.pairs[first].target) {
            ++last;
        }
        one_target(first, last, out);
        first = last;
    }
    if (limited_) {
        out.limits.push_back("more than " + std::to_string(kMaxJoinedAnchors) +
                             " unusual module loads: the rest were not looked at as anchors");
    }
    out.pair_fan_out = fan_out_;
    out.by_time.resize(out.groups.size());
    for (std::uint32_t g = 0; g < out.groups.size(); ++g) {
        out.by_time[g] = g;
    }
    std::sort(out.by_time.begin(), out.by_time.end(), [&](std::uint32_t a, std::uint32_t b) {
        const AnchorGroup &x = out.groups[a], &y = out.groups[b];
        return std::tie(table_.time[x.earliest], x.id) < std::tie(table_.time[y.earliest], y.id);
    });
    std::size_t size = 16;
    while (size < out.groups.size() * 2) {
        size *= 2;
    }
    out.slots.assign(size, 0xffffffffU);
    for (std::uint32_t g = 0; g < out.groups.size(); ++g) {
        std::size_t at = out.groups[g].id.low & (size - 1);
        while (out.slots[at] != 0xffffffffU) {
            at = (at + 1) & (size - 1);
        }
        out.slots[at] = g;
    }
    return {};
}

}  // namespace

ChainId chain_id(const Capture& capture, std::string_view analytic, ProcessId source, ProcessId target,
                 std::uint32_t anchor) {
    const SourceId file = capture.source_of(capture.signals.event[anchor]);
    const std::string digest = file.value < capture.sources.size() ? hex(capture.sources[file.value].sha256) : "";
    return hashed(capture, analytic, source, target, digest, anchor < capture.record.size() ? capture.record[anchor] : 0);
}

ChainId pair_id(const Capture& capture, std::string_view analytic, ProcessId source, ProcessId target) {
    return hashed(capture, analytic, source, target, "pair", 0);
}

std::optional<std::uint32_t> AnchorIndex::group_of(ChainId id) const {
    if (slots.empty()) {
        return std::nullopt;
    }
    const std::size_t mask = slots.size() - 1;
    for (std::size_t at = id.low & mask; slots[at] != 0xffffffffU; at = (at + 1) & mask) {
        if (groups[slots[at]].id == id) {
            return slots[at];
        }
    }
    return std::nullopt;
}

Result<std::shared_ptr<const AnchorIndex>> AnchorIndex::build(const Capture& capture, const Analytic& analytic,
                                                              std::stop_token stop) {
    auto index = std::make_shared<AnchorIndex>();
    IndexBuilder builder(capture, analytic);
    if (Status done = builder.build(*index, stop); !done.ok()) {
        return done.error();
    }
    return std::shared_ptr<const AnchorIndex>(std::move(index));
}

}  // namespace trocar
