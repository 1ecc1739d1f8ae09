#include "core/memory/map_difference.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

using Regions = std::vector<MemoryRegion>;

std::uint32_t index(std::size_t at) {
    return static_cast<std::uint32_t>(at);
}

bool overlap(const MemoryRegion& a, const MemoryRegion& b) {
    return a.start < b.end && b.start < a.end;
}

/// Bytes of `region` that no region of `others` covers; `from` is the first one that may.
std::uint64_t uncovered(const MemoryRegion& region, const Regions& others, std::size_t from) {
    std::uint64_t left = region.size();
    for (std::size_t i = from; i < others.size() && others[i].start < region.end; ++i) {
        if (overlap(region, others[i])) {
            left -= std::min(region.end, others[i].end) - std::max(region.start, others[i].start);
        }
    }
    return left;
}

/// Two snapshots, walked from low to high addresses.
class Comparison {
public:
    Comparison(const Regions& before, const Regions& after)
        : before_(before), after_(after), lost_(before.size()) {
        std::size_t first = 0;
        for (std::size_t i = 0; i < before_.size(); ++i) {
            while (first < after_.size() && after_[first].end <= before_[i].start) {
                ++first;
            }
            lost_[i] = uncovered(before_[i], after_, first);
        }
    }

    std::vector<RegionDifference> rows() {
        std::vector<RegionDifference> out;
        out.reserve(std::max(before_.size(), after_.size()));
        std::size_t gone = 0, first = 0;
        for (std::size_t i = 0; i < after_.size(); ++i) {
            for (; gone < before_.size() && before_[gone].start < after_[i].start; ++gone) {
                add_vanished(gone, out);
            }
            while (first < before_.size() && before_[first].end <= after_[i].start) {
                ++first;
            }
            out.push_back(row(i, first));
        }
        for (; gone < before_.size(); ++gone) {
            add_vanished(gone, out);
        }
        return out;
    }

private:
    void add_vanished(std::size_t at, std::vector<RegionDifference>& out) const {
        if (lost_[at] == before_[at].size()) {
            out.push_back({RegionChange::vanished, index(at), RegionDifference::kNone});
        }
    }

    /// `first`: the first region before that ends behind the start of `after_[at]`.
    [[nodiscard]] RegionDifference row(std::size_t at, std::size_t first) const {
        const MemoryRegion& now = after_[at];
        RegionDifference out{RegionChange::appeared, RegionDifference::kNone, index(at)};
        bool whole = true;  // every byte was mapped before
        std::uint64_t reached = now.start;
        for (std::size_t i = first; i < before_.size() && before_[i].start < now.end; ++i) {
            const RegionChange change = change_of(i, now);
            if (out.change == RegionChange::appeared || rank(change) < rank(out.change)) {
                out.change = change;
                out.before = index(i);
            }
            whole = whole && before_[i].start <= reached;
            reached = before_[i].end;
        }
        whole = whole && reached >= now.end;
        if (out.change != RegionChange::appeared && !whole && rank(RegionChange::grown) < rank(out.change)) {
            out.change = RegionChange::grown;
        }
        return out;
    }

    /// As far as the bytes of `before_[at]` decide.
    [[nodiscard]] RegionChange change_of(std::size_t at, const MemoryRegion& now) const {
        const MemoryRegion& old = before_[at];
        if (!same_backing(old, now)) {
            return RegionChange::replaced;
        }
        if (old.permissions != now.permissions) {
            return RegionChange::protection;
        }
        if (lost_[at] != 0) {
            return RegionChange::shrunk;
        }
        const bool comparable =
            old.start == now.start && old.end == now.end && old.anonymous_kb && now.anonymous_kb;
        const bool of_file = now.kind != RegionKind::anonymous && now.kind != RegionKind::heap &&
                             now.kind != RegionKind::stack;  // memory without a file fills as it is used
        return comparable && of_file && *now.anonymous_kb > *old.anonymous_kb ? RegionChange::pages
                                                                              : RegionChange::same;
    }

    static int rank(RegionChange change) {
        switch (change) {
            case RegionChange::replaced: return 0;
            case RegionChange::protection: return 1;
            case RegionChange::grown: return 2;
            case RegionChange::shrunk: return 3;
            case RegionChange::pages: return 4;
            default: return 5;
        }
    }

    const Regions& before_;
    const Regions& after_;
    std::vector<std::uint64_t> lost_;  ///< by index into before_: bytes that are not mapped any more
};

}  // namespace

std::string_view name(RegionChange change) noexcept {
    constexpr std::array<std::string_view, 8> kNames{"same",       "appeared", "vanished", "replaced",
                                                     "protection", "grown",    "shrunk",   "pages"};
    return kNames[static_cast<std::size_t>(change)];
}

bool same_backing(const MemoryRegion& a, const MemoryRegion& b) noexcept {
    if (a.inode == 0 && b.inode == 0) {
        return a.path == b.path;
    }
    // Where a byte lies in the file follows from the address: start - offset, wrapping.
    return a.inode == b.inode && a.device == b.device && a.start - a.offset == b.start - b.offset;
}

std::vector<RegionDifference> compare(const MemoryMap& before, const MemoryMap& after) {
    return Comparison(before.regions, after.regions).rows();
}

}  // namespace trocar
