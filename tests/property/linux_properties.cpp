// AN1400 on random Linux signals: windows equal every path written out, visible sets nest, chains and lone rows balance,
// refused calls and signals of other systems change nothing.
#include <QTest>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "core/detect/analysis_data.h"
#include "core/detect/reference.h"
#include "tests/property/every_path.h"
#include "tests/property/random_seed.h"
#include "tests/support/made_signals.h"

using namespace trocar;
using trocar::test::by_paths;
using trocar::test::Draw;
using trocar::test::MadeCapture;
using trocar::test::MadeSignal;

namespace {

namespace lf = linux_flag;
constexpr int kInstances = 1'500;
constexpr std::uint32_t kL = signal_flag::kLinux;

/// A few processes, a handful of calls on a 100 ms grid, so that stamps tie.
MadeCapture random_linux(Draw& draw) {
    constexpr std::int64_t kTick = 100'000'000;
    constexpr std::array<const char*, 4> kPaths{"/tmp/upd", "/usr/bin/gdb", "/srv/app", "/memfd:x (deleted)"};
    MadeCapture made;
    const std::uint32_t processes = 2 + draw.below(2);
    for (std::uint32_t i = 0; i < processes; ++i) {
        made.processes.push_back({"p" + std::to_string(i), kPaths[draw.below(kPaths.size())], 100 + i,
                                  i > 0 && draw.one_in(4) ? 0 : -1, {}});
    }
    struct Kind {
        Role role;
        std::uint32_t flags;
        bool own;
    };
    constexpr std::array<Kind, 12> kKinds{{{Role::access, lf::kAttach, false},
                                           {Role::access, lf::kProcFile, false},
                                           {Role::read, lf::kTracer, false},
                                           {Role::execute, 0, false},
                                           {Role::resume, 0, false},
                                           {Role::write, lf::kPoke, false},
                                           {Role::write, lf::kProcFile, false},
                                           {Role::alloc, lf::kMemfd, true},
                                           {Role::tamper, lf::kMemfd, true},
                                           {Role::tamper, 0, true},
                                           {Role::map, 0, true},
                                           {Role::create, 0, true}}};
    const std::uint32_t events = 2 + draw.below(7);
    for (std::uint32_t i = 0; i < events; ++i) {
        const Kind& kind = kKinds[draw.below(kKinds.size())];
        MadeSignal s;
        s.role = kind.role;
        s.flags = kL | kind.flags | (draw.one_in(6) ? lf::kDenied : 0U);
        if (draw.one_in(10)) {
            s.flags = 0;  // of a Windows host beside it
        }
        s.time = {1'700'000'000'000'000'000 + kTick * static_cast<std::int64_t>(draw.below(9))};
        // Mostly one pair, so that most captures hold something to link.
        const bool usual = !draw.one_in(4);
        s.target = usual ? 1 : static_cast<int>(draw.below(processes));
        s.source = kind.own ? -1 : usual ? 0 : static_cast<int>(draw.below(processes));
        s.value = draw.below(3) * 0x1000;
        s.record = i + 1;
        made.events.push_back(s);
    }
    return made;
}

FindingView view_of(const std::shared_ptr<const Capture>& capture) {
    const Analytic& analytic = *find_analytic("AN1400");
    auto analysis = Analysis::run(capture, analytic, {}, {});
    Q_ASSERT(analysis.ok());
    return {analysis.value(), {}, false};
}

}  // namespace

class LinuxProperties : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void windowsAreThoseOfEveryPath() {
        Draw draw(test::test_seed());
        int linked = 0;
        for (int k = 0; k < kInstances; ++k) {
            const FindingView view = view_of(random_linux(draw).build());
            const Analysis::Data& data = view.analysis().data();
            for (const AnchorRun& run : data.index->runs) {
                for (const auto& [group, window] : by_paths(data, run)) {
                    QCOMPARE(data.windows[group].span, window.first);
                    QCOMPARE(data.windows[group].gap, window.second);
                    linked += window.first != kInfiniteNanos ? 1 : 0;
                }
            }
        }
        QVERIFY(linked > kInstances / 10);  // the captures do hold chains
    }

    /// Writes of one way fold. The row stands at the one nearest to its first step; under `gap` the one with the shortest
    /// links is told of, though a step between makes its span longer.
    void gapTellsOfItsOwnMember() {
        constexpr std::int64_t kOrigin = 1'700'000'000'000'000'000, kSecond = 1'000'000'000;
        const auto step = [&](std::int64_t second, Role role, std::uint32_t flags) {
            return MadeSignal{UtcNanos{kOrigin + second * kSecond}, role, 0, 1, 0x1000, "", kL | flags, 0,
                              static_cast<std::uint64_t>(second) + 1};
        };
        MadeCapture made;
        made.processes = {{"a", "/tmp/upd", 101, -1, {}}, {"b", "/srv/app", 102, -1, {}}};
        made.events = {step(0, Role::access, lf::kAttach), step(4, Role::resume, 0), step(8, Role::write, lf::kPoke),
                       step(100, Role::access, lf::kAttach), step(106, Role::write, lf::kPoke)};
        FindingView view = view_of(made.build());
        for (const WindowMeasure measure : {WindowMeasure::span, WindowMeasure::gap}) {
            view.set_window(Nanos{10 * kSecond}, measure);
            const auto rows = view.visible(0, view.rows().size());
            QCOMPARE(rows.size(), std::size_t{1});
            const Finding& row = view.rows()[rows.front()];
            QCOMPARE(row.folded, 2U);
            QCOMPARE(row.span, Nanos{6 * kSecond});
            QCOMPARE(row.gap, Nanos{4 * kSecond});
            const Explanation why = view.explain(row);
            const bool gap = measure == WindowMeasure::gap;
            QCOMPARE(view.analysis().capture().signals.time[why.anchor], UtcNanos{kOrigin + (gap ? 8 : 106) * kSecond});
            std::int64_t first = 200 * kSecond;
            for (const Evidence& e : why.evidence) {
                first = e.witness ? std::min(first, e.time.count - kOrigin) : first;
            }
            QCOMPARE(first, (gap ? 0 : 100) * kSecond);
        }
    }

    void visibleSetsNestAndEveryWriteShows() {
        Draw draw(test::test_seed());
        for (int k = 0; k < kInstances; ++k) {
            FindingView view = view_of(random_linux(draw).build());
            for (const WindowMeasure measure : {WindowMeasure::span, WindowMeasure::gap}) {
                std::set<ChainId> before;
                for (const std::int64_t ms : {1, 99, 100, 101, 300, 500, 800, 86'400'000}) {
                    view.set_window(Nanos{ms * 1'000'000}, measure);
                    std::set<ChainId> now;
                    std::map<std::uint32_t, int> shown;
                    for (const std::uint32_t r : view.visible(0, 1000)) {
                        const Finding& f = view.rows()[r];
                        if (f.kind == FindingKind::chain) {
                            now.insert(f.id);
                        }
                        ++shown[f.group];
                    }
                    QVERIFY(std::includes(now.begin(), now.end(), before.begin(), before.end()));
                    before = now;
                    const auto& groups = view.analysis().data().index->groups;
                    for (std::uint32_t g = 0; g < groups.size(); ++g) {
                        QVERIFY(shown[g] <= 1);
                        QVERIFY(groups[g].joined || shown[g] == 1);  // a write never leaves the list
                    }
                }
            }
        }
    }

    void refusedCallsLinkNothing() {
        Draw draw(test::test_seed());
        for (int k = 0; k < kInstances; ++k) {
            const MadeCapture all = random_linux(draw);
            MadeCapture kept = all;
            std::erase_if(kept.events, [](const MadeSignal& s) { return (s.flags & lf::kDenied) != 0 || (s.flags & kL) == 0; });
            const FindingView a = view_of(all.build()), b = view_of(kept.build());
            QCOMPARE(a.counts().chains, b.counts().chains);
            QCOMPARE(a.counts().lone, b.counts().lone);
        }
    }
};

QTEST_APPLESS_MAIN(LinuxProperties)
#include "linux_properties.moc"
