#include "core/resolve/lives.h"

#include "core/base/text.h"
#include "core/resolve/life_drafts.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace trocar {
namespace {

constexpr StringId kNoText{0};

StringId present(StringId id) {
    return id.none() ? kNoText : id;
}

/// Fills a life from what its references say. A sensor's own identity speaks first, then who saw the
/// creation, then the earliest: the order depends on content only.
class LifeMaker {
public:
    LifeMaker(std::span<const ProcessReference> references, const StringTable& strings)
        : references_(references), strings_(strings) {}

    ProcessLife make(LifeDraft& draft) const {
        std::sort(draft.members.begin(), draft.members.end(), [this](std::uint32_t a, std::uint32_t b) {
            return rank(references_[a]) < rank(references_[b]);
        });
        ProcessLife life;
        life.host = references_[draft.members.front()].host;
        life.guid = draft.guid;
        life.pid = draft.pid;
        life.image = life.later_image = life.command_line = life.user = life.integrity = kNoText;
        life.first_seen = draft.first;
        life.last_seen = draft.last;
        for (const std::uint32_t member : draft.members) {
            take(life, references_[member]);
        }
        life.start_inferred = life.start.none();
        return life;
    }

private:
    using Rank = std::tuple<bool, bool, UtcNanos, UtcNanos, std::string_view, std::string_view>;
    Rank rank(const ProcessReference& r) const {
        return {r.guid.none(), r.created.none(),       r.created,
                r.first_seen,  strings_.text(r.image), strings_.text(r.command_line)};
    }

    void take(ProcessLife& life, const ProcessReference& r) const {
        if (life.start.none() && !r.created.none()) {
            life.start = r.created;
            life.create_event = r.create_event;
        }
        if (life.end.none() && !r.exited.none()) {
            life.end = r.exited;
            life.exit_event = r.exit_event;
        }
        for (const StringId name : {r.image, r.later_image}) {
            take_name(life, name);
        }
        const auto fill = [](StringId& field, StringId value) {
            if (field == kNoText) {
                field = present(value);
            }
        };
        fill(life.command_line, r.command_line);
        fill(life.user, r.user);
        fill(life.integrity, r.integrity);
    }

    void take_name(ProcessLife& life, StringId name) const {
        const std::string_view text = strings_.text(name);
        if (names_no_image(text)) {
            return;
        }
        if (life.image == kNoText) {
            life.image = name;
        } else if (life.later_image == kNoText &&
                   !equal_ignoring_case(file_name(text), file_name(strings_.text(life.image)))) {
            life.later_image = name;  // one process, two names: its image path was rewritten
        }
    }

    std::span<const ProcessReference> references_;
    const StringTable& strings_;
};

std::string key_of(const ProcessLife& life, bool has_pid, const std::string& host,
                   const StringTable& strings) {
    if (!life.guid.none()) {
        return host + "|" + format_guid(life.guid);
    }
    const UtcNanos start = life.start.none() ? life.first_seen : life.start;
    return host + "|" + (has_pid ? std::to_string(life.pid) : lower_ascii(strings.text(life.image))) + "|" +
           (start.none() ? "?" : std::to_string(start.count));
}

/// Parents, by guid when the event gave one, else by who had the pid when the child began.
class ParentFinder {
public:
    ParentFinder(std::span<const ProcessReference> references, std::span<const std::uint32_t> host_number,
                 const std::vector<LifeDraft>& drafts, const StringTable& strings)
        : references_(references), host_number_(host_number), strings_(strings) {
        for (std::uint32_t i = 0; i < drafts.size(); ++i) {
            if (drafts[i].has_pid) {
                auto& lives = by_pid_[{drafts[i].host, drafts[i].pid}];
                lives.first.push_back(&drafts[i]);
                lives.second.push_back({i});
            }
        }
    }

    ProcessId find(const ProcessLife& child, ReferenceId parent,
                   const std::vector<ProcessId>& life_of) const {
        if (parent.value >= references_.size()) {
            return {};
        }
        const ProcessReference& r = references_[parent.value];
        if (r.guid.none() && r.has_pid && !child.start.none()) {
            const std::uint32_t host =
                r.host.value < host_number_.size() ? host_number_[r.host.value] : r.host.value;
            const auto lives = by_pid_.find({host, r.pid});
            if (lives != by_pid_.end()) {
                const StringId image = names_no_image(strings_.text(r.image)) ? StringId{} : r.image;
                const std::size_t at = draft_holding(lives->second.first, child.start, image, strings_);
                if (at < lives->second.second.size()) {
                    return lives->second.second[at];
                }
            }
        }
        return life_of[parent.value];
    }

private:
    std::span<const ProcessReference> references_;
    std::span<const std::uint32_t> host_number_;
    const StringTable& strings_;
    /// Drafts are in the order of life ids, hence of time within one pid.
    std::map<std::pair<std::uint32_t, std::uint32_t>,
             std::pair<std::vector<const LifeDraft*>, std::vector<ProcessId>>>
        by_pid_;
};

/// Hostile or damaged evidence can name a process its own ancestor: the link to the younger one is dropped.
void break_cycles(std::vector<ProcessLife>& lives) {
    std::vector<std::uint32_t> round(lives.size(), 0);
    for (std::uint32_t i = 0; i < lives.size(); ++i) {
        std::uint32_t at = i;
        while (round[at] == 0) {
            round[at] = i + 1;
            const ProcessId parent = lives[at].parent;
            if (parent.none()) {
                break;
            }
            if (round[parent.value] == i + 1) {
                // Walked into itself: somewhere on the ring a parent is younger (by id) than its child.
                std::uint32_t cut = at;
                for (std::uint32_t step = parent.value; step != at; step = lives[step].parent.value) {
                    if (lives[step].parent.value > step) {
                        cut = step;
                        break;
                    }
                }
                lives[cut].parent = {};
                break;
            }
            at = parent.value;
        }
    }
}

/// Hosts of one name, ignoring case, are one host. Lower-case names by number.
struct HostNumbers {
    std::vector<std::uint32_t> number;
    std::vector<std::string> name;
};
HostNumbers number_hosts(std::span<const StringId> hosts, const StringTable& strings) {
    HostNumbers out;
    std::unordered_map<std::string, std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < hosts.size(); ++i) {
        out.name.push_back(lower_ascii(strings.text(hosts[i])));
        out.number.push_back(numbers.try_emplace(out.name.back(), i).first->second);
    }
    return out;
}

}  // namespace

ProcessTable resolve_lives(std::span<const ProcessReference> references, std::span<const StringId> hosts,
                           StringTable& strings) {
    const HostNumbers host_numbers = number_hosts(hosts, strings);
    std::vector<LifeDraft> drafts = draft_lives(references, host_numbers.number, strings);
    const LifeMaker maker(references, strings);

    struct Row {
        std::string_view host;
        UtcNanos position;
        std::string key;
        std::string image;
        ProcessLife life;
        std::uint32_t draft;
    };
    std::vector<Row> rows;
    rows.reserve(drafts.size());
    for (std::uint32_t i = 0; i < drafts.size(); ++i) {
        ProcessLife life = maker.make(drafts[i]);
        static const std::string kNoHost;
        const std::uint32_t number = drafts[i].host;
        const std::string& host = number < host_numbers.name.size() ? host_numbers.name[number] : kNoHost;
        std::string key = key_of(life, drafts[i].has_pid, host, strings);
        rows.push_back(
            {host, drafts[i].position(), std::move(key), lower_ascii(strings.text(life.image)), life, i});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return std::tie(a.host, a.position, a.key, a.image) < std::tie(b.host, b.position, b.key, b.image);
    });

    ProcessTable table;
    table.life_of_reference.resize(references.size());
    std::vector<LifeDraft> ordered;
    ordered.reserve(rows.size());
    std::unordered_map<std::string_view, int> uses;
    for (Row& row : rows) {
        const ProcessId id{static_cast<std::uint32_t>(table.lives.size())};
        // Two lives of one pid at one instant: only in evidence that contradicts itself; keys stay unique all
        // the same.
        const int use = ++uses[row.key];
        row.life.key = strings.intern(use == 1 ? row.key : row.key + "|" + std::to_string(use));
        for (const std::uint32_t member : drafts[row.draft].members) {
            table.life_of_reference[member] = id;
        }
        ordered.push_back(std::move(drafts[row.draft]));
        table.lives.push_back(row.life);
    }

    const ParentFinder parents(references, host_numbers.number, ordered, strings);
    for (std::uint32_t i = 0; i < table.lives.size(); ++i) {
        for (const std::uint32_t member : ordered[i].members) {  // best informed first
            if (references[member].parent.none()) {
                continue;
            }
            const ProcessId parent =
                parents.find(table.lives[i], references[member].parent, table.life_of_reference);
            if (!parent.none() && parent.value != i) {
                table.lives[i].parent = parent;
                break;
            }
        }
    }
    break_cycles(table.lives);
    return table;
}

}  // namespace trocar
