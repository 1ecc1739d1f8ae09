#include "core/resolve/life_drafts.h"

#include "core/base/text.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace trocar {
namespace {

constexpr std::size_t kNeighbours = 16;  ///< how far a creation looks for its twin: bounds hostile captures

UtcNanos earlier_of(UtcNanos a, UtcNanos b) {
    return a.none() ? b : b.none() ? a : std::min(a, b);
}
UtcNanos later_of(UtcNanos a, UtcNanos b) {
    return a.none() ? b : b.none() ? a : std::max(a, b);
}

bool within(UtcNanos a, UtcNanos b, Nanos reach) {
    const Nanos d = difference(a, b);
    return d <= reach && d >= -reach;
}

enum class Names : std::uint8_t { differ, unknown, same };

/// Full paths are compared by file name: 4688 writes device paths and short names where Sysmon does not.
Names compare_names(StringId a, StringId b, const StringTable& strings) {
    if (a.none() || b.none()) {
        return Names::unknown;
    }
    return equal_ignoring_case(file_name(strings.text(a)), file_name(strings.text(b))) ? Names::same
                                                                                       : Names::differ;
}

void unite(LifeDraft& into, const LifeDraft& from) {
    into.begin = earlier_of(into.begin, from.begin);
    into.end = later_of(into.end, from.end);
    into.first = earlier_of(into.first, from.first);
    into.last = later_of(into.last, from.last);
    if (into.image.none()) {
        into.image = from.image;
    }
    if (!into.has_pid && from.has_pid) {
        into.pid = from.pid;
        into.has_pid = true;
    }
    into.members.insert(into.members.end(), from.members.begin(), from.members.end());
}

LifeDraft draft_of(const ProcessReference& r, std::uint32_t number, std::uint32_t host,
                   const StringTable& strings) {
    LifeDraft d;
    d.host = host;
    d.guid = r.guid;
    d.pid = r.pid;
    d.has_pid = r.has_pid;
    d.image = names_no_image(strings.text(r.image)) ? StringId{} : r.image;
    d.begin = r.created;
    d.end = r.exited;
    d.first = earlier_of(r.first_seen, earlier_of(r.created, r.exited));
    d.last = later_of(r.last_seen, later_of(r.created, r.exited));
    d.members.push_back(number);
    return d;
}

/// The lives of one (host, pid): those that a sensor named by guid, and what others said of the pid.
class PidGroup {
public:
    PidGroup(std::vector<LifeDraft> named, std::vector<LifeDraft> created, std::vector<LifeDraft> mentions,
             const StringTable& strings)
        : lives_(std::move(named)),
          created_(std::move(created)),
          mentions_(std::move(mentions)),
          strings_(strings) {}

    std::vector<LifeDraft> resolve() {
        unite_records_of_one_creation();
        place_creations();
        place_mentions();
        return std::move(lives_);
    }

private:
    bool before(const LifeDraft& a, const LifeDraft& b) const {
        const auto rank = [this](const LifeDraft& d) {
            return std::tuple(d.position(), d.guid, strings_.text(d.image), d.end, d.last);
        };
        return rank(a) < rank(b);
    }
    void sort(std::vector<LifeDraft>& drafts) const {
        std::sort(drafts.begin(), drafts.end(),
                  [this](const LifeDraft& a, const LifeDraft& b) { return before(a, b); });
    }

    /// One creation read from two exports of one log.
    void unite_records_of_one_creation() {
        sort(created_);
        std::vector<LifeDraft> united;
        for (LifeDraft& d : created_) {
            if (!united.empty() && within(united.back().begin, d.begin, kSameRecord) &&
                compare_names(united.back().image, d.image, strings_) != Names::differ &&
                (united.back().end.none() || united.back().end >= d.begin)) {
                unite(united.back(), d);
            } else {
                united.push_back(std::move(d));
            }
        }
        created_ = std::move(united);
    }

    /// A creation without a guid (4688) is the same start as a named life's (Sysmon 1), or the unseen start
    /// of a named life, or a life of its own: a pid created again is another process.
    void place_creations() {
        sort(lives_);
        std::vector<bool> taken(lives_.size(), false);
        std::vector<LifeDraft> own;
        for (std::size_t i = 0; i < created_.size(); ++i) {
            const UtcNanos next = i + 1 < created_.size() ? created_[i + 1].begin : kNoTime;
            const std::size_t found = life_created_by(created_[i], next, taken);
            if (found < lives_.size()) {
                taken[found] = true;
                unite(lives_[found], created_[i]);
            } else {
                own.push_back(std::move(created_[i]));
            }
        }
        std::move(own.begin(), own.end(), std::back_inserter(lives_));
        sort(lives_);
    }

    std::size_t life_created_by(const LifeDraft& creation, UtcNanos next_creation,
                                const std::vector<bool>& taken) const {
        const UtcNanos from = shifted(creation.begin, -kSameStart);
        std::size_t i = static_cast<std::size_t>(
            std::lower_bound(lives_.begin(), lives_.end(), from,
                             [](const LifeDraft& life, UtcNanos t) { return life.position() < t; }) -
            lives_.begin());
        std::size_t best = lives_.size();
        Nanos best_distance = kInfiniteNanos;
        for (std::size_t seen = 0; i < lives_.size() && seen < kNeighbours; ++i, ++seen) {
            const LifeDraft& life = lives_[i];
            const Names names = compare_names(life.image, creation.image, strings_);
            if (life.begin.none()) {
                // Seen, but not its start: this creation was it, unless the pid was created again before it
                // was seen.
                const bool fits =
                    life.first >= shifted(creation.begin, -kIntervalSlack) &&
                    (next_creation.none() || life.first < next_creation) &&
                    (creation.end.none() || life.first <= shifted(creation.end, kIntervalSlack));
                if (!taken[i] && fits && names != Names::differ && best == lives_.size()) {
                    return i;
                }
                continue;
            }
            const Nanos after = difference(life.begin, creation.begin);
            if (after > kSameStart) {
                break;
            }
            const Nanos distance = after.count < 0 ? -after : after;
            if (!taken[i] && names == Names::same && distance < best_distance) {
                best = i;
                best_distance = distance;
            }
        }
        return best;
    }

    /// What only mentions the pid (a parent, an exit) belongs to the life that holds its time; what none
    /// holds are lives whose start nobody saw.
    void place_mentions() {
        sort(mentions_);
        std::vector<const LifeDraft*> known;
        for (const LifeDraft& life : lives_) {
            known.push_back(&life);
        }
        std::vector<std::size_t> home(mentions_.size());
        for (std::size_t i = 0; i < mentions_.size(); ++i) {
            const LifeDraft& m = mentions_[i];
            home[i] = draft_holding(known, m.end.none() ? m.first : m.end, m.image, strings_);
            if (home[i] == known.size() && !m.last.none()) {
                home[i] = draft_holding(known, m.last, m.image, strings_);
            }
        }
        const std::size_t known_count = lives_.size();
        for (std::size_t i = 0; i < mentions_.size(); ++i) {
            if (home[i] < known_count) {
                unite(lives_[home[i]], mentions_[i]);
            } else if (lives_.size() > known_count && continues(lives_.back(), mentions_[i], known_count)) {
                unite(lives_.back(), mentions_[i]);
            } else {
                lives_.push_back(mentions_[i]);
            }
        }
    }

    /// Two mentions that no known life separates, of one name, are one life.
    bool continues(const LifeDraft& life, const LifeDraft& mention, std::size_t known_count) const {
        if (compare_names(life.image, mention.image, strings_) == Names::differ ||
            (!life.end.none() && mention.first > shifted(life.end, kIntervalSlack))) {
            return false;
        }
        const auto end = lives_.begin() + static_cast<std::ptrdiff_t>(known_count);
        const auto next = std::upper_bound(lives_.begin(), end, life.last,
                                           [](UtcNanos t, const LifeDraft& d) { return t < d.position(); });
        return next == end || next->position() > mention.first;
    }

    std::vector<LifeDraft> lives_, created_, mentions_;
    const StringTable& strings_;
};

}  // namespace

bool names_no_image(std::string_view image) {
    // The second form is the first one HTML-escaped, as nxlog writes it.
    return image.empty() || image == "-" || image == "?" || image == "<unknown process>" ||
           image == "&lt;unknown process&gt;";
}

std::size_t draft_holding(std::span<const LifeDraft* const> lives, UtcNanos at, StringId image,
                          const StringTable& strings) {
    if (at.none() || lives.empty()) {
        return lives.size();
    }
    const UtcNanos reach = shifted(at, kIntervalSlack);
    const auto after = static_cast<std::size_t>(
        std::upper_bound(lives.begin(), lives.end(), reach,
                         [](UtcNanos t, const LifeDraft* d) { return t < d->position(); }) -
        lives.begin());
    std::size_t best = lives.size();
    int best_score = 0;
    // Lives of one pid follow one another: only the neighbours of the place can hold it.
    for (std::size_t i = after >= 2 ? after - 2 : 0; i < std::min(after + 1, lives.size()); ++i) {
        const LifeDraft& life = *lives[i];
        const Names names = compare_names(life.image, image, strings);
        const bool begun = life.begin.none() || life.begin <= at;
        const bool nearly_begun = life.begin.none() || life.begin <= reach;
        const bool over = !life.end.none() && life.end < at;
        const bool long_over = !life.end.none() && shifted(life.end, kIntervalSlack) < at;
        if (names == Names::differ || !nearly_begun || long_over) {
            continue;
        }
        // Inside beats near; a name that agrees beats one that is not known; of two the later, since an exit
        // may be missing but not a start.
        const int score = 1 + (begun && !over ? 4 : 0) + (names == Names::same ? 2 : 0) +
                          (life.position() <= reach ? 1 : 0);
        if (score >= best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

std::vector<LifeDraft> draft_lives(std::span<const ProcessReference> references,
                                   std::span<const std::uint32_t> host_number, const StringTable& strings) {
    std::vector<LifeDraft> drafts;
    std::map<std::pair<std::uint32_t, Guid>, LifeDraft> named;
    struct Group {
        std::vector<LifeDraft> named, created, mentions;
    };
    std::map<std::pair<std::uint32_t, std::uint32_t>, Group> groups;
    for (std::size_t i = 0; i < references.size(); ++i) {
        const ProcessReference& r = references[i];
        const std::uint32_t host =
            r.host.value < host_number.size() ? host_number[r.host.value] : r.host.value;
        LifeDraft d = draft_of(r, static_cast<std::uint32_t>(i), host, strings);
        if (!r.guid.none()) {
            const auto [at, is_new] = named.try_emplace({host, r.guid}, d);
            if (!is_new) {
                unite(at->second, d);
            }
        } else if (!r.has_pid) {
            drafts.push_back(std::move(d));  // nothing to join it by
        } else {
            Group& group = groups[{host, r.pid}];
            (r.created.none() ? group.mentions : group.created).push_back(std::move(d));
        }
    }
    for (auto& [key, draft] : named) {
        if (draft.has_pid) {
            groups[{draft.host, draft.pid}].named.push_back(std::move(draft));
        } else {
            drafts.push_back(std::move(draft));
        }
    }
    for (auto& [key, group] : groups) {
        for (LifeDraft& life :
             PidGroup(std::move(group.named), std::move(group.created), std::move(group.mentions), strings)
                 .resolve()) {
            drafts.push_back(std::move(life));
        }
    }
    return drafts;
}

}  // namespace trocar
