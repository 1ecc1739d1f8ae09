// The comparison of two memory maps against a naive one that knows only pages: on random address spaces of
// few pages, so that every kind of overlap, split and change comes up.

#include "core/memory/map_difference.h"
#include "tests/property/random_seed.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

using namespace trocar;
using trocar::test::Draw;

namespace {

constexpr std::uint64_t kPage = 0x1000;
constexpr std::uint32_t kPages = 24;

MemoryMap random_map(Draw& draw) {
    MemoryMap map;
    for (std::uint32_t page = draw.below(4); page < kPages;) {
        const std::uint32_t pages = std::min(1 + draw.below(5), kPages - page);
        MemoryRegion region;
        region.start = page * kPage;
        region.end = (page + pages) * kPage;
        region.permissions = draw.one_in(2) ? std::array<char, 4>{'r', 'w', '-', 'p'}
                                            : std::array<char, 4>{'r', '-', 'x', 'p'};
        if (draw.one_in(2)) {
            region.device = "fe:00";
            region.inode = 1 + draw.below(2);
            region.offset = draw.one_in(4) ? 0 : region.start;
            region.path = "/f";
            region.kind = RegionKind::image;
        }
        if (draw.one_in(2)) {
            region.anonymous_kb = draw.below(3) * 4;
        }
        map.regions.push_back(region);
        page += pages + draw.below(3);
    }
    return map;
}

/// What lies in one page: object, its page in the file, permissions.
using Content = std::tuple<std::string, std::uint64_t, std::uint64_t, std::string>;
struct Page {
    Content backing;
    std::string rights;
    std::size_t region = 0;
};
using Pages = std::map<std::uint64_t, Page>;

Pages pages_of(const MemoryMap& map) {
    Pages out;
    for (std::size_t i = 0; i < map.regions.size(); ++i) {
        const MemoryRegion& region = map.regions[i];
        for (std::uint64_t at = region.start; at < region.end; at += kPage) {
            const std::uint64_t in_file = region.inode == 0 ? 0 : region.offset + (at - region.start);
            out[at] = {{region.device, region.inode, in_file, region.inode == 0 ? region.path : ""},
                       std::string(region.rights()),
                       i};
        }
    }
    return out;
}

bool pages_changed(const MemoryRegion& before, const MemoryRegion& after) {
    return after.kind == RegionKind::image && before.start == after.start && before.end == after.end &&
           before.anonymous_kb && after.anonymous_kb && *after.anonymous_kb > *before.anonymous_kb;
}

RegionChange naive_change(const MemoryMap& before_map, const Pages& before, const MemoryMap& after_map,
                          const Pages& after, std::size_t region) {
    const MemoryRegion& now = after_map.regions[region];
    bool any = false, replaced = false, protection = false, grown = false;
    std::set<std::size_t> touched;
    for (std::uint64_t at = now.start; at < now.end; at += kPage) {
        const auto old = before.find(at);
        if (old == before.end()) {
            grown = true;
            continue;
        }
        any = true;
        touched.insert(old->second.region);
        replaced = replaced || old->second.backing != after.at(at).backing;
        protection = protection || old->second.rights != after.at(at).rights;
    }
    const bool shrunk = std::any_of(before.begin(), before.end(), [&](const auto& page) {
        return touched.contains(page.second.region) && !after.contains(page.first);
    });
    const bool pages = std::any_of(touched.begin(), touched.end(),
                                   [&](std::size_t i) { return pages_changed(before_map.regions[i], now); });
    return !any         ? RegionChange::appeared
           : replaced   ? RegionChange::replaced
           : protection ? RegionChange::protection
           : grown      ? RegionChange::grown
           : shrunk     ? RegionChange::shrunk
           : pages      ? RegionChange::pages
                        : RegionChange::same;
}

using Row = std::tuple<std::uint64_t, std::uint64_t, RegionChange>;

std::multiset<Row> naive(const MemoryMap& before_map, const MemoryMap& after_map) {
    const Pages before = pages_of(before_map), after = pages_of(after_map);
    std::multiset<Row> out;
    for (std::size_t i = 0; i < after_map.regions.size(); ++i) {
        const MemoryRegion& region = after_map.regions[i];
        out.emplace(region.start, region.end, naive_change(before_map, before, after_map, after, i));
    }
    for (const MemoryRegion& region : before_map.regions) {
        bool gone = true;
        for (std::uint64_t at = region.start; at < region.end; at += kPage) {
            gone = gone && !after.contains(at);
        }
        if (gone) {
            out.emplace(region.start, region.end, RegionChange::vanished);
        }
    }
    return out;
}

std::multiset<Row> fast(const MemoryMap& before, const MemoryMap& after) {
    std::multiset<Row> out;
    for (const RegionDifference& row : compare(before, after)) {
        const bool gone = row.after == RegionDifference::kNone;
        const MemoryRegion& region = gone ? before.regions[row.before] : after.regions[row.after];
        out.emplace(region.start, region.end, row.change);
    }
    return out;
}

}  // namespace

class MapDifferenceProperties : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fast_equals_naive() {
        Draw draw(trocar::test::test_seed());
        std::set<RegionChange> seen;
        for (int round = 0; round < 20'000; ++round) {
            const MemoryMap before = random_map(draw), after = random_map(draw);
            const std::multiset<Row> expected = naive(before, after);
            QCOMPARE(fast(before, after), expected);
            for (const Row& row : expected) {
                seen.insert(std::get<2>(row));
            }
        }
        QCOMPARE(seen.size(), std::size_t{8});  // every change came up
    }

    void rows_ascend_and_name_what_decides() {
        Draw draw(trocar::test::test_seed());
        for (int round = 0; round < 5'000; ++round) {
            const MemoryMap before = random_map(draw), after = random_map(draw);
            std::uint64_t last = 0;
            for (const RegionDifference& row : compare(before, after)) {
                const bool gone = row.after == RegionDifference::kNone;
                QCOMPARE(gone, row.change == RegionChange::vanished);
                QCOMPARE(row.before == RegionDifference::kNone, row.change == RegionChange::appeared);
                const std::uint64_t start =
                    gone ? before.regions[row.before].start : after.regions[row.after].start;
                QVERIFY(start >= last);
                last = start;
                if (row.change == RegionChange::protection) {
                    QVERIFY(before.regions[row.before].permissions != after.regions[row.after].permissions);
                }
            }
        }
    }

    void a_map_is_the_same_as_itself_and_what_came_goes_back() {
        Draw draw(trocar::test::test_seed());
        const auto count = [](const MemoryMap& a, const MemoryMap& b, RegionChange change) {
            const std::vector<RegionDifference> rows = compare(a, b);
            return std::count_if(rows.begin(), rows.end(),
                                 [&](const auto& row) { return row.change == change; });
        };
        for (int round = 0; round < 5'000; ++round) {
            const MemoryMap before = random_map(draw), after = random_map(draw);
            QCOMPARE(count(before, before, RegionChange::same),
                     static_cast<std::ptrdiff_t>(before.regions.size()));
            QCOMPARE(count(before, after, RegionChange::appeared),
                     count(after, before, RegionChange::vanished));
        }
    }
};

QTEST_GUILESS_MAIN(MapDifferenceProperties)
#include "map_difference_properties.moc"
