// Rows without execution: access + write that no chain covers, and handles alone (core/detect/README.md, "Partial row").
#include <algorithm>
#include <unordered_map>

#include "core/detect/chain_id.h"
#include "core/detect/fan_out.h"
#include "core/detect/finding_order.h"

namespace trocar {
namespace {

/// Where a pair's first chain shows.
struct Death {
    Nanos span{kInfiniteNanos}, gap{kInfiniteNanos};
    std::uint32_t incident = 0;
};

std::unordered_map<std::uint32_t, Death> deaths(const Analysis::Data& data) {
    std::unordered_map<std::uint32_t, Death> out;
    for (const AnchorRun& run : data.index->runs) {
        if (run.pair == kNoPair) {
            continue;
        }
        Death& death = out[run.pair];
        for (std::uint32_t g = run.first_group; g < run.last_group; ++g) {
            death.span = std::min(death.span, data.windows[g].span);
            death.gap = std::min(death.gap, data.windows[g].gap);
            death.incident = data.index->groups[g].incident;
        }
    }
    return out;
}

/// Calls on the target's memory that lead to an execution without a handle.
struct MemorySteps {
    std::uint32_t first = kNoSignal, last = kNoSignal, count = 0, roles = 0;
};

MemorySteps memory_steps(const SignalTable& table, const Pair& pair, const std::vector<Admission>& leads) {
    MemorySteps out;
    for (std::uint32_t i = pair.first; i < pair.last && !leads.empty(); ++i) {
        if (!table.time[i].none() && fills(table, i, 0, leads)) {
            out.first = out.first == kNoSignal ? i : out.first;
            out.last = i;
            out.roles |= role_bit(table.role[i]);
            ++out.count;
        }
    }
    return out;
}

}  // namespace

std::vector<PartialRow> partial_rows(const Analysis::Data& data) {
    std::vector<PartialRow> out;
    const SignalTable& table = data.capture->signals;
    const Nanos longest = longest_window(*data.analytic);
    const auto admissions = data.analytic->patterns.front().admissions(data.parameters);
    const auto dead = deaths(data);
    // Where writes are anchors a pair with one has its own rows.
    const auto& front = data.analytic->patterns.front();
    const bool writes_open = (front.stages.back().roles & role_bit(Role::write)) == 0;
    const auto opens = [&](std::uint32_t i) {
        return fills(table, i, 0, admissions) || (!data.analytic->attempts.empty() && fills(table, i, 0, data.analytic->attempts));
    };
    std::vector<HandleOpened> handles;
    std::uint32_t incident = data.index->incidents;
    for (std::uint32_t p = 0; p < table.pairs.size(); ++p) {
        const Pair& pair = table.pairs[p];
        if (pair.source.none() || pair.target.none() || pair.source == pair.target) {
            continue;
        }
        PartialRow row;
        Finding& f = row.finding;
        row.pair = p;
        std::uint32_t first = kNoSignal, latest = kNoSignal, writes = 0, kept = 0, tightest = kNoSignal;
        const std::size_t first_handle = handles.size();
        for (std::uint32_t i = pair.first; i < pair.last; ++i) {
            if (table.time[i].none()) {
                continue;
            }
            if (opens(i)) {
                first = first == kNoSignal ? i : first;
                latest = i;
                ++kept;
                row.facts |= data.judge->handle_facts(table.role[i], table.value[i], table.flags[i]);
                handles.push_back({pair.source, pair.target, table.value[i], table.time[i],
                                   static_cast<std::uint32_t>(out.size())});
            }
        }
        const MemorySteps memory = memory_steps(table, pair, front.exact_leads);
        if (memory.last != kNoSignal) {
            row.facts |= data.judge->memory_facts(pair, memory.last, kNoSignal);
        }
        if (first == kNoSignal) {
            if (memory.last == kNoSignal || data.index->pair_has_execution[p]) {
                continue;
            }
            first = memory.first;
            kept = memory.count;
        }
        // Ties count as in order, whichever record came first: a second walk, writes against handles.
        latest = kNoSignal;
        std::uint32_t handle = first, from = first;
        while (from > pair.first && table.time[from - 1] == table.time[first]) {
            --from;  // a write of the first handle's own stamp may stand before it
        }
        for (std::uint32_t i = from; i < pair.last && writes_open; ++i) {
            if (table.role[i] != Role::write || table.time[i].none()) {
                continue;
            }
            for (; handle < pair.last && table.time[handle] <= table.time[i]; ++handle) {
                latest = fills(table, handle, 0, admissions) ? handle : latest;
            }
            const Nanos birth = latest == kNoSignal ? kInfiniteNanos : difference(table.time[i], table.time[latest]);
            if (birth > longest || latest == kNoSignal) {
                continue;
            }
            ++writes;
            if (tightest == kNoSignal || birth < f.span) {
                f.span = birth;
                tightest = i;
                row.handle = latest;
            }
        }
        if (writes == 0 && data.index->pair_has_execution[p]) {
            handles.resize(first_handle);
            continue;  // the execution's own rows tell of the handles
        }
        if (writes == 0) {
            f.span = Nanos{0};
            row.handle = first;
        }
        f.kind = FindingKind::partial;
        f.id = pair_id(*data.capture, data.analytic->id, pair.source, pair.target);
        f.source = pair.source;
        f.target = pair.target;
        f.gap = f.span;
        f.anchor = writes != 0 ? tightest : first;
        f.anchor_time = table.time[f.anchor];
        f.folded = writes != 0 ? writes : kept;
        f.steps = role_bit(table.role[row.handle]) | (writes != 0 ? role_bit(Role::write) : 0U) | memory.roles;
        if (const auto death = dead.find(p); death != dead.end()) {
            row.death_span = death->second.span;
            row.death_gap = death->second.gap;
            f.incident = death->second.incident;
        } else {
            f.incident = incident++;
        }
        f.death = row.death_span;
        out.push_back(row);
    }
    std::vector<std::uint8_t> bursts(out.size());  // 1: some handle in a burst, 2: some outside
    const std::vector<bool> inside = in_fan_out(handles);
    for (std::size_t i = 0; i < handles.size(); ++i) {
        bursts[handles[i].tag] = static_cast<std::uint8_t>(bursts[handles[i].tag] | (inside[i] ? 1U : 2U));
    }
    const auto judge = data.analytic->make_judge(*data.capture);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].facts |= judge->partial_facts(out[i].finding.source, out[i].finding.target, bursts[i] == 1U);
    }
    return out;
}

}  // namespace trocar
