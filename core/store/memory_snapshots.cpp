#include "core/store/memory_snapshots.h"

#include "core/base/text.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace trocar {
namespace {

constexpr std::size_t kStopEvery = 65'536;

/// By channel of the columns: holds it snapshots of mappings? (importers/linux_procfs)
std::vector<bool> snapshot_channels(const EventColumns& columns, const StringTable& strings) {
    std::vector<bool> out;
    out.reserve(columns.channels.size());
    for (const EventColumns::Channel& channel : columns.channels) {
        const std::string_view name = strings.text(channel.channel);
        out.push_back(strings.text(channel.provider) == "procfs" && (name == "maps" || name == "smaps"));
    }
    return out;
}

/// Calls `visit` with the position of every snapshot, in time order.
template <class Visit>
void each_snapshot(const EventColumns& columns, const StringTable& strings, Visit visit) {
    const std::vector<bool> channels = snapshot_channels(columns, strings);
    if (std::find(channels.begin(), channels.end(), true) == channels.end()) {
        return;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::size_t channel = columns.channel[i];
        if (columns.operation[i] == Operation::generic && channel < channels.size() && channels[channel]) {
            visit(i);
        }
    }
}

std::string_view field(const EventRow& row, std::string_view wanted) {
    const auto at = std::find_if(row.fields.begin(), row.fields.end(),
                                 [&](const auto& field) { return equal_ignoring_case(field.first, wanted); });
    return at == row.fields.end() ? std::string_view() : std::string_view(at->second);
}

/// Where the address of an operation stands: in the event's value, in a field of audit, or nowhere.
enum class AddressPlace : std::uint8_t { none, value, first_argument, result };

AddressPlace place_of(Operation operation) {
    switch (operation) {
        case Operation::mapping_found:
        case Operation::code_page_changed:
        case Operation::ptrace_write: return AddressPlace::value;
        case Operation::exec_protect: return AddressPlace::first_argument;
        case Operation::exec_map:
        case Operation::memfd_map: return AddressPlace::result;
        default: return AddressPlace::none;
    }
}

std::uint64_t address_in(const EventRow& row, AddressPlace place) {
    return parse_number(field(row, place == AddressPlace::result ? "exit" : "a0")).value_or(0);
}

Status read_addresses(CaseFile& file, const std::vector<std::pair<std::size_t, EventId>>& unread,
                      AddressEvents& out) {
    std::vector<EventId> ids;
    for (const auto& [at, id] : unread) {
        ids.push_back(id);
    }
    const Result<std::vector<EventRow>> rows = file.events(ids);
    if (!rows.ok()) {
        return rows.error();
    }
    for (std::size_t i = 0; i < unread.size(); ++i) {
        AddressEvent& event = out.events[unread[i].first];
        event.address = address_in(rows.value()[i], place_of(event.operation));
    }
    return {};
}

/// Is the region of `now`, all of it, in `map` as it is?
bool shows(const MemoryMap& map, const MemoryRegion& now) {
    const MemoryRegion* found = region_at(map, now.start);
    return found != nullptr && found->end >= now.end && found->permissions == now.permissions &&
           same_backing(*found, now) && (found->findings & now.findings) == now.findings;
}

/// Fills first_seen for those rows that `snapshot` shows and no earlier one did.
void note_first_seen(MemoryComparison& comparison, const MemorySnapshot& snapshot, const MemoryMap& map) {
    for (std::size_t i = 0; i < comparison.rows.size(); ++i) {
        const std::uint32_t after = comparison.rows[i].after;
        if (after != RegionDifference::kNone && !comparison.first_seen[i] &&
            shows(map, comparison.after.map.regions[after])) {
            comparison.first_seen[i] = snapshot;
        }
    }
}

/// The snapshots looked at one by one for what they show first.
Status look_between(CaseFile& file, const std::vector<MemorySnapshot>& between, MemoryComparison& out,
                    std::stop_token stop) {
    note_first_seen(out, between.front(), out.before.map);
    const std::size_t inner = between.size() < 2 ? 0 : between.size() - 2;
    out.between_left_out = inner > kMaxBetween ? inner - kMaxBetween : 0;
    for (std::size_t i = 1; i + 1 < between.size() && out.between_left_out == 0; ++i) {
        const Result<LoadedSnapshot> one = load_snapshot(file, between[i], stop);
        if (!one.ok()) {
            return one.error();
        }
        note_first_seen(out, between[i], one.value().map);
    }
    if (out.between_left_out == 0) {
        note_first_seen(out, between.back(), out.after.map);
    }
    return {};
}

}  // namespace

std::vector<MemorySnapshot> memory_snapshots(const EventColumns& columns, const StringTable& strings,
                                             ProcessId life) {
    std::vector<MemorySnapshot> out;
    each_snapshot(columns, strings, [&](std::size_t at) {
        if (columns.target[at] == life) {
            out.push_back({columns.id[at], columns.time[at]});
        }
    });
    return out;
}

std::vector<std::pair<ProcessId, std::uint32_t>> lives_with_snapshots(const EventColumns& columns,
                                                                      const StringTable& strings) {
    std::vector<std::pair<ProcessId, std::uint32_t>> out;
    std::unordered_map<ProcessId, std::size_t> place;
    each_snapshot(columns, strings, [&](std::size_t at) {
        const ProcessId life = columns.target[at];
        if (life.none()) {
            return;
        }
        const auto [found, is_new] = place.try_emplace(life, out.size());
        if (is_new) {
            out.emplace_back(life, 0U);
        }
        ++out[found->second].second;
    });
    return out;
}

Result<LoadedSnapshot> load_snapshot(CaseFile& file, const MemorySnapshot& snapshot, std::stop_token stop) {
    const EventId ids[] = {snapshot.event};
    const Result<std::vector<EventRow>> rows = file.events(ids);
    if (!rows.ok()) {
        return rows.error();
    }
    const Result<std::string> text = file.raw_record(snapshot.event);
    if (!text.ok()) {
        return text.error();
    }
    LoadedSnapshot out;
    out.snapshot = snapshot;
    out.folder = field(rows.value().front(), "Snapshot");
    if (const std::string_view ticks = field(rows.value().front(), "StartTicks"); !ticks.empty()) {
        out.start_ticks = parse_number(ticks);
    }
    out.map = read_memory_map(text.value(), stop);
    if (stop.stop_requested()) {
        return cancelled("reading the memory map");
    }
    return out;
}

Result<AddressEvents> address_events(CaseFile& file, const EventColumns& columns, ProcessId life,
                                     std::stop_token stop) {
    AddressEvents out;
    std::vector<std::pair<std::size_t, EventId>> unread;  // place in out.events; the address is in a field
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i % kStopEvery == 0 && stop.stop_requested()) {
            return cancelled("reading the memory map");
        }
        const AddressPlace place = place_of(columns.operation[i]);
        if (columns.target[i] != life || place == AddressPlace::none) {
            continue;
        }
        if (out.events.size() >= kMaxAddressEvents) {
            ++out.left_out;
            continue;
        }
        if (place != AddressPlace::value) {
            unread.emplace_back(out.events.size(), columns.id[i]);
        }
        out.events.push_back({columns.id[i], columns.time[i], columns.operation[i], columns.actor[i],
                              place == AddressPlace::value ? columns.value[i] : 0});
    }
    if (const Status read = read_addresses(file, unread, out); !read.ok()) {
        return read.error();
    }
    std::erase_if(out.events, [](const AddressEvent& event) { return event.address == 0; });
    return out;
}

Result<MemoryComparison> compare_snapshots(CaseFile& file, const EventColumns& columns, ProcessId life,
                                           const std::vector<MemorySnapshot>& between, std::stop_token stop) {
    if (between.empty()) {
        return Error{ErrorKind::usage, "there is no snapshot to show", ""};
    }
    MemoryComparison out;
    for (LoadedSnapshot* side : {&out.before, &out.after}) {
        Result<LoadedSnapshot> loaded =
            load_snapshot(file, side == &out.before ? between.front() : between.back(), stop);
        if (!loaded.ok()) {
            return loaded.error();
        }
        *side = std::move(loaded).value();
    }
    out.other_process =
        out.before.start_ticks && out.after.start_ticks && *out.before.start_ticks != *out.after.start_ticks;
    out.rows = compare(out.before.map, out.after.map);
    out.first_seen.resize(out.rows.size());
    if (const Status looked = look_between(file, between, out, stop); !looked.ok()) {
        return looked.error();
    }
    Result<AddressEvents> events = address_events(file, columns, life, stop);
    if (!events.ok()) {
        return events.error();
    }
    out.events = std::move(events).value();
    return out;
}

}  // namespace trocar
