#include "core/store/reference_table.h"

#include <algorithm>
#include <utility>

#include "core/base/seeded_hash.h"
#include "core/base/text.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trocar {
namespace {

/// One image under two spellings: case, or a bare name beside a path.
bool same_image(std::string_view a, std::string_view b) {
    const std::string_view name_a = file_name(a);
    const std::string_view name_b = file_name(b);
    if (name_a.size() == a.size() || name_b.size() == b.size()) {
        return equal_ignoring_case(name_a, name_b);
    }
    return equal_ignoring_case(a, b);
}

}  // namespace

bool is_known_image(std::string_view image) {
    // Sysmon's word, as nxlog's JSON escapes it too; "?" and "-" stand in ParentImage and StartModule.
    return !image.empty() && image != "-" && image != "?" && !equal_ignoring_case(image, "<unknown process>") &&
           !equal_ignoring_case(image, "&lt;unknown process&gt;");
}

std::size_t ReferenceTable::GuidHash::operator()(const GuidKey& key) const noexcept {
    return XXH3_64bits_withSeed(&key.high, sizeof(key.high) + sizeof(key.low), hash_seed() ^ key.host);
}

std::size_t ReferenceTable::PidHash::operator()(const PidKey& key) const noexcept {
    return XXH3_64bits_withSeed(&key, sizeof(key), hash_seed());
}

void ReferenceTable::load(std::vector<ProcessReference> rows) {
    rows_ = std::move(rows);
    born_.assign(rows_.size(), false);
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
        if (!rows_[i].guid.none()) {
            by_guid_[{rows_[i].guid.high, rows_[i].guid.low, rows_[i].host.value}] = i;
        }
    }
}

ReferenceId ReferenceTable::note(HostId host, const ProcessHint& hint, UtcNanos time, bool created) {
    if (!hint.present()) {
        return {};
    }
    std::uint32_t index = 0;
    bool is_new = false;
    const auto next = static_cast<std::uint32_t>(rows_.size());
    if (!hint.guid.none()) {
        const auto [found, inserted] = by_guid_.try_emplace({hint.guid.high, hint.guid.low, host.value}, next);
        index = found->second;
        is_new = inserted;
    } else {
        const auto [found, inserted] = by_pid_.try_emplace({host.value, hint.pid}, next);
        is_new = inserted;
        if (!inserted && created) {
            is_new = !creation_came_late(found->second, time);
            if (is_new) {
                found.value() = next;
            } else if (!rows_[found->second].create_event.none()) {
                return {found->second};  // it runs a program of its own by now; the creation names its maker's
            }
        }
        index = found->second;
    }
    if (is_new) {
        ProcessReference& row = rows_.emplace_back();
        born_.push_back(false);
        row.host = host;
        row.guid = hint.guid;
        row.image = row.later_image = row.command_line = row.user = row.integrity = StringId{0};
    }
    see(rows_[index], hint, time, created);
    return {index};
}

bool ReferenceTable::creation_came_late(std::uint32_t row, UtcNanos time) const {
    const UtcNanos heard_of = rows_[row].first_seen;
    return !born_[row] && !time.none() && !heard_of.none() && heard_of >= time;
}

void ReferenceTable::see(ProcessReference& row, const ProcessHint& hint, UtcNanos time, bool created) {
    if (hint.has_pid && !row.has_pid) {
        row.pid = hint.pid;
        row.has_pid = true;
    }
    if (!time.none()) {
        row.first_seen = row.first_seen.none() ? time : std::min(row.first_seen, time);
        row.last_seen = row.last_seen.none() ? time : std::max(row.last_seen, time);
    }
    // Most mentions repeat the name at hand.
    if (hint.image.empty() || strings_.text(row.image) == hint.image) {
        return;
    }
    name_image(row, hint.image, created);
}

void ReferenceTable::name_image(ProcessReference& row, std::string_view image, bool created) {
    if (!is_known_image(image)) {
        return;
    }
    const std::string_view known = strings_.text(row.image);
    if (known.empty()) {
        row.image = strings_.intern(image);
        return;
    }
    if (same_image(known, image)) {
        if (file_name(known).size() == known.size() && file_name(image).size() != image.size()) {
            row.image = strings_.intern(image);  // a path says more than a bare name
        }
        return;
    }
    // The name at creation is the first one, wherever in the file it is written (events are not in time order).
    if (created) {
        row.later_image = std::exchange(row.image, strings_.intern(image));
    } else if (row.later_image.value == 0) {
        row.later_image = strings_.intern(image);
    }
}

void ReferenceTable::note_seen(ReferenceId id, const LifeHint& life, ReferenceId parent) {
    if (id.none()) {
        return;
    }
    ProcessReference& row = rows_[id.value];
    const auto keep = [&](StringId& at, std::string_view text) {
        if (!text.empty()) {
            at = strings_.intern(text);
        }
    };
    keep(row.command_line, life.command_line);
    keep(row.user, life.user);
    keep(row.integrity, life.integrity);
    if (row.parent.none() && !(parent == id)) {
        row.parent = parent;
    }
}

void ReferenceTable::note_created(ReferenceId id, EventId event, UtcNanos time, const LifeHint& life, ReferenceId parent) {
    if (id.none()) {
        return;
    }
    note_seen(id, life, parent);
    ProcessReference& row = rows_[id.value];
    if (row.create_event.none() || creation_came_late(id.value, time)) {
        row.create_event = event;
        row.created = time;
        row.first_seen = row.first_seen.none() || time.none() ? row.first_seen : std::min(row.first_seen, time);
    }
    born_[id.value] = true;
}

void ReferenceTable::note_executed(ReferenceId id, EventId event, const ProcessHint& hint, UtcNanos time,
                                   const LifeHint& life, ReferenceId parent) {
    if (id.none()) {
        return;
    }
    ProcessReference& row = rows_[id.value];
    const bool first_heard_of = row.created.none() && !time.none() && row.first_seen >= time;
    if (is_known_image(hint.image)) {
        row.image = strings_.intern(hint.image);  // of several the last: what the process was when it acted
        row.later_image = StringId{0};
    }
    const auto keep = [&](StringId& at, std::string_view text) {
        if (!text.empty()) {
            at = strings_.intern(text);
        }
    };
    keep(row.command_line, life.command_line);
    keep(row.user, life.user);
    if (row.create_event.none()) {
        row.create_event = event;
        row.created = first_heard_of ? time : row.created;
    }
    if (row.parent.none() && !(parent == id)) {
        row.parent = parent;
    }
}

void ReferenceTable::note_exited(ReferenceId id, EventId event, UtcNanos time) {
    if (!id.none() && rows_[id.value].exit_event.none()) {
        rows_[id.value].exit_event = event;
        rows_[id.value].exited = time;
    }
}

}  // namespace trocar
