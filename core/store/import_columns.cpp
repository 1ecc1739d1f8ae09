// Signals, event columns and counts of an import.

#include <algorithm>
#include <numeric>
#include <utility>

#include <tsl/robin_map.h>

#include "core/base/seeded_hash.h"
#include "core/detect/event_signals.h"
#include "core/model/signal.h"
#include "core/store/column_codec.h"
#include "core/store/import_finish.h"

namespace trocar {
namespace {

std::uint32_t life_of(const ProcessTable& lives, std::uint32_t reference) {
    return reference < lives.life_of_reference.size() ? lives.life_of_reference[reference].value : ProcessId::kNone;
}

/// Pair of a signal as (target, source); false: the event is no signal of this role.
bool pair_key(const ImportColumns& c, const ProcessTable& lives, std::uint32_t event, bool target_only, std::uint64_t& key) {
    const std::uint32_t target = life_of(lives, c.target[event]);
    if (target == ProcessId::kNone || c.time[event].none()) {
        return false;
    }
    std::uint32_t source = ProcessId::kNone;
    if (!target_only) {
        source = life_of(lives, c.actor[event]);
        if (source == ProcessId::kNone || source == target) {
            return false;
        }
    }
    key = std::uint64_t{target} << 32 | source;  // none, all ones, sorts last of its target
    return true;
}

}  // namespace

Status write_signals(Database& db, const ImportTables& t, const ProcessTable& lives, std::span<const std::uint32_t> order) {
    const ImportColumns& c = t.columns;
    tsl::robin_map<std::uint64_t, std::uint32_t, SeededHash> pair_of;
    std::vector<std::uint64_t> keys;
    std::vector<std::uint32_t> count;
    std::vector<std::uint32_t> pair_of_signal, event_of_signal;
    std::vector<Role> role_of_signal;
    for (const std::uint32_t event : order) {
        const EventRoles roles = roles_of(c.operation[event]);
        std::uint64_t key = 0;
        if (roles.count == 0 || !pair_key(c, lives, event, roles.target_only, key)) {
            continue;
        }
        const auto [found, inserted] = pair_of.try_emplace(key, static_cast<std::uint32_t>(keys.size()));
        if (inserted) {
            keys.push_back(key);
            count.push_back(0);
        }
        for (std::uint8_t r = 0; r < roles.count; ++r) {
            if (event_of_signal.size() == 0xffffffffU) {
                return Error{ErrorKind::limit, "the capture holds more than 4,294,967,295 signals", "import fewer files"};
            }
            ++count[found->second];
            pair_of_signal.push_back(found->second);
            event_of_signal.push_back(event);
            role_of_signal.push_back(roles.roles[r]);
        }
    }
    std::vector<std::uint32_t> pairs(keys.size());
    std::iota(pairs.begin(), pairs.end(), 0U);
    std::sort(pairs.begin(), pairs.end(), [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
    std::vector<std::uint32_t> start(keys.size());
    std::uint32_t sum = 0;
    for (const std::uint32_t pair : pairs) {
        start[pair] = sum;
        sum += count[pair];
    }
    const std::vector<std::uint32_t> first = start;
    // Signals come in the order of time, source rank and id: a counting sort by pair keeps it.
    std::vector<std::uint32_t> event(event_of_signal.size());
    std::vector<Role> role(event_of_signal.size());
    for (std::size_t i = 0; i < event_of_signal.size(); ++i) {
        const std::uint32_t at = start[pair_of_signal[i]]++;
        event[at] = event_of_signal[i];
        role[at] = role_of_signal[i];
    }
    const std::size_t n = event.size();
    Status s;
    const auto column = [&](std::string_view name, std::size_t rows, auto at) {
        if (s.ok()) {
            s = encode_column(name, rows, Packing::plain, at,
                              [&](const EncodedBlock& block) { return write_block(db, block); });
        }
    };
    column("signal.time", n, [&](std::size_t i) { return stored_time(c.time[event[i]]); });
    column("signal.event", n, [&](std::size_t i) { return std::uint64_t{event[i]}; });
    column("signal.value", n, [&](std::size_t i) { return c.value[event[i]]; });
    column("signal.text", n, [&](std::size_t i) { return std::uint64_t{c.text[event[i]]}; });
    column("signal.flags", n, [&](std::size_t i) {
        return std::uint64_t{c.flags[event[i]] | roles_of(c.operation[event[i]]).flags};
    });
    column("signal.role", n, [&](std::size_t i) { return static_cast<std::uint64_t>(role[i]); });
    column("signal.record", n, [&](std::size_t i) { return c.record[event[i]]; });
    column("pair.source", pairs.size(),
           [&](std::size_t i) { return stored_id(static_cast<std::uint32_t>(keys[pairs[i]])); });
    column("pair.target", pairs.size(),
           [&](std::size_t i) { return stored_id(static_cast<std::uint32_t>(keys[pairs[i]] >> 32)); });
    column("pair.first", pairs.size(), [&](std::size_t i) { return std::uint64_t{first[pairs[i]]}; });
    return s;
}

std::vector<EncodedBlock> encode_event_columns(const ImportTables& t, const ProcessTable& lives,
                                               std::span<const std::uint32_t> order, const std::stop_token& stop) {
    const ImportColumns& c = t.columns;
    std::vector<EncodedBlock> blocks;
    const auto column = [&](std::string_view name, auto at) {
        // The only error there is: stopped, and then nobody asks for the blocks.
        static_cast<void>(encode_column(
            name, order.size(), Packing::zstd, [&](std::size_t i) { return at(order[i]); },
            [&](EncodedBlock&& block) {
                blocks.push_back(std::move(block));
                return stop.stop_requested() ? Status{cancelled("the import")} : Status{};
            }));
    };
    column("event.id", [](std::uint32_t e) { return std::uint64_t{e}; });
    column("event.time", [&](std::uint32_t e) { return stored_time(c.time[e]); });
    column("event.operation", [&](std::uint32_t e) { return static_cast<std::uint64_t>(c.operation[e]); });
    column("event.actor", [&](std::uint32_t e) { return stored_id(life_of(lives, c.actor[e])); });
    column("event.target", [&](std::uint32_t e) { return stored_id(life_of(lives, c.target[e])); });
    column("event.channel", [&](std::uint32_t e) { return std::uint64_t{c.channel[e]}; });
    column("event.event_id", [&](std::uint32_t e) { return std::uint64_t{std::min(c.event_id[e], 0xffffU)}; });
    column("event.text", [&](std::uint32_t e) { return std::uint64_t{c.text[e]}; });
    column("event.value", [&](std::uint32_t e) { return c.value[e]; });
    return blocks;
}

namespace {

Status write_channel_counts(Database& db, const ImportTables& t) {
    struct Key {
        std::uint32_t channel, event_id;
        std::uint32_t operation;
        auto operator<=>(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& k) const noexcept {
            return SeededHash{}((std::uint64_t{k.channel} << 40) ^ (std::uint64_t{k.event_id} << 8) ^ k.operation);
        }
    };
    tsl::robin_map<Key, std::uint64_t, KeyHash> counts;
    const ImportColumns& c = t.columns;
    for (std::size_t i = 0; i < c.size(); ++i) {
        ++counts[{c.channel[i], c.event_id[i], static_cast<std::uint32_t>(c.operation[i])}];
    }
    std::vector<std::pair<Key, std::uint64_t>> sorted(counts.begin(), counts.end());
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [key, count] : sorted) {
        if (Status s = db.query(Sql::insert_channel_count)
                           .integer(key.channel)
                           .integer(key.event_id)
                           .integer(key.operation)
                           .unsigned_integer(count)
                           .run();
            !s.ok()) {
            return s;
        }
    }
    return {};
}

/// Silences of one operation on one host; `times` ascending.
std::vector<std::pair<UtcNanos, UtcNanos>> gaps_of(std::span<const UtcNanos> times) {
    std::vector<std::pair<UtcNanos, UtcNanos>> gaps;
    if (times.size() < kGapLeastEvents) {
        return gaps;
    }
    std::vector<std::int64_t> spacing(times.size() - 1);
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        spacing[i] = difference(times[i + 1], times[i]).count;
    }
    const auto middle = spacing.begin() + static_cast<std::ptrdiff_t>(spacing.size() / 2);
    std::nth_element(spacing.begin(), middle, spacing.end());
    const std::int64_t median = std::min(*middle, kInfiniteNanos.count / kGapTimesMedian);
    const Nanos least{std::max(kGapLeast.count, median * kGapTimesMedian)};
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        if (difference(times[i + 1], times[i]) > least) {
            gaps.emplace_back(times[i], times[i + 1]);
        }
    }
    if (gaps.size() > kMaxGaps) {
        const auto longer = [](const auto& a, const auto& b) {
            return difference(a.second, a.first) > difference(b.second, b.first);
        };
        std::nth_element(gaps.begin(), gaps.begin() + kMaxGaps, gaps.end(), longer);
        gaps.resize(kMaxGaps);
        std::sort(gaps.begin(), gaps.end());
    }
    return gaps;
}

}  // namespace

Status write_counts(Database& db, const ImportTables& t, std::span<const std::uint32_t> order) {
    if (Status s = write_channel_counts(db, t); !s.ok()) {
        return s;
    }
    // Times by (host, operation), each ascending: a counting sort of the time order.
    const ImportColumns& c = t.columns;
    const std::size_t groups = t.hosts.size() * kOperationCount;
    const auto group_of = [&](std::uint32_t e) {
        return t.channels[c.channel[e]].host.value * std::size_t{kOperationCount} + static_cast<std::size_t>(c.operation[e]);
    };
    std::vector<std::size_t> total(groups), timed(groups), start(groups);
    for (const std::uint32_t e : order) {
        const std::size_t g = group_of(e);
        ++total[g];
        timed[g] += c.time[e].none() ? 0U : 1U;
    }
    std::exclusive_scan(timed.begin(), timed.end(), start.begin(), std::size_t{0});
    std::vector<UtcNanos> times(std::accumulate(timed.begin(), timed.end(), std::size_t{0}));
    std::vector<std::size_t> at = start;
    for (const std::uint32_t e : order) {
        if (!c.time[e].none()) {
            times[at[group_of(e)]++] = c.time[e];
        }
    }
    for (std::size_t g = 0; g < groups; ++g) {
        if (total[g] == 0) {
            continue;
        }
        const auto host = static_cast<std::int64_t>(g / kOperationCount);
        const auto operation = static_cast<std::int64_t>(g % kOperationCount);
        const std::span<const UtcNanos> own(times.data() + start[g], timed[g]);
        Query q = db.query(Sql::insert_operation_count);
        q.integer(host).integer(operation).unsigned_integer(total[g]);
        q.time(own.empty() ? kNoTime : own.front()).time(own.empty() ? kNoTime : own.back());
        if (Status s = q.run(); !s.ok()) {
            return s;
        }
        for (const auto& [from, to] : gaps_of(own)) {
            if (Status s =
                    db.query(Sql::insert_operation_gap).integer(host).integer(operation).time(from).time(to).run();
                !s.ok()) {
                return s;
            }
        }
    }
    return {};
}

}  // namespace trocar
