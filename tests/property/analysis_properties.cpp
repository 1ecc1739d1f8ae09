// What must hold of every analysis whatever the capture: visible sets nested, chains and lone rows in balance, curve and
// difference exact, ids stable, partial rows born and dying, evidence no tighter than its chain.
#include <QTest>
#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "core/detect/analysis_data.h"
#include "core/detect/finding_order.h"
#include "core/detect/reference.h"
#include "tests/property/random_capture.h"

using namespace trocar;
using trocar::test::Draw;

namespace {

constexpr int kInstances = 1'500;

std::vector<Nanos> windows_of(const FindingView& view, WindowMeasure measure) {
    std::set<Nanos> at{kMillisecond, Nanos{10'000'000'000}, Nanos{86'400'000'000'000}};
    for (const Finding& f : view.rows()) {
        for (const Nanos w : {measure == WindowMeasure::span ? f.span : f.gap, f.death}) {
            if (w.count > 0 && w != kInfiniteNanos) {
                at.insert({w, w - Nanos{1}, w + Nanos{1}});
            }
        }
    }
    std::vector<Nanos> out;
    for (const Nanos w : at) {
        if (w >= kMillisecond && w <= Nanos{86'400'000'000'000}) {
            out.push_back(w);
        }
    }
    return out;
}

std::vector<ChainId> visible_ids(const FindingView& view, FindingKind kind) {
    std::vector<ChainId> ids;
    for (const std::uint32_t r : view.visible(0, view.rows().size())) {
        if (view.rows()[r].kind == kind) {
            ids.push_back(view.rows()[r].id);
        }
    }
    return ids;
}

bool one_state_per_execution(const FindingView& view) {
    std::map<std::uint32_t, int> shown;
    for (const AnchorGroup& g : view.analysis().data().index->groups) {
        if (g.role == Role::execute) {
            shown[static_cast<std::uint32_t>(&g - view.analysis().data().index->groups.data())] = 0;
        }
    }
    for (const std::uint32_t r : view.visible(0, view.rows().size())) {
        const Finding& f = view.rows()[r];
        if (f.kind != FindingKind::partial && shown.contains(f.group)) {
            ++shown[f.group];
        }
    }
    return std::all_of(shown.begin(), shown.end(), [](const auto& s) { return s.second == 1; });
}

Role table_role(const FindingView& view, std::uint32_t signal) { return view.analysis().capture().signals.role[signal]; }

/// Can open a path of AN1399.
bool leads(Role role) {
    return role == Role::access || role == Role::alloc || role == Role::protect || role == Role::write || role == Role::map;
}

/// Everything a row says, free of row numbers.
std::string signature(const FindingView& view) {
    std::string out;
    for (const std::uint32_t r : view.visible(0, view.rows().size())) {
        const Finding& f = view.rows()[r];
        out += format_chain_id(f.id) + std::string(name(f.kind)) + std::string(name(f.grade)) + std::to_string(f.confidence) +
               std::string(f.technique) + "x" + std::to_string(f.folded) + "s" + std::to_string(f.span.count) + "g" +
               std::to_string(f.gap.count) + "\n";
    }
    return out;
}

}  // namespace

class AnalysisProperties : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void windowsNestAndBalance();
    void idsSurviveShufflingAndSliders();
    void pagesAndFinds();
    void partialRowsAreBornAndDie();
    void evidenceAgreesWithThePaths();
    void rightsVanishExactly();
};

void AnalysisProperties::windowsNestAndBalance() {
    Draw draw(test::test_seed());
    int steps = 0;
    for (int k = 0; k < kInstances; ++k) {
        FindingView view = test::analyse(test::random_capture(draw).build());
        for (const WindowMeasure measure : {WindowMeasure::span, WindowMeasure::gap}) {
            std::set<ChainId> before;
            Nanos last{0};
            const std::vector<Nanos> windows = windows_of(view, measure);
            for (const Nanos w : windows) {
                view.set_window(w, measure);
                const auto chains = visible_ids(view, FindingKind::chain);
                const auto lone = visible_ids(view, FindingKind::lone);
                const std::set<ChainId> now(chains.begin(), chains.end());
                QVERIFY(std::includes(now.begin(), now.end(), before.begin(), before.end()));
                QVERIFY(one_state_per_execution(view));
                QCOMPARE(view.counts().chains, static_cast<std::uint32_t>(chains.size()));
                QCOMPARE(view.counts().lone, static_cast<std::uint32_t>(lone.size()));
                std::uint32_t damped = 0;
                for (const std::uint32_t r : view.visible(0, view.rows().size())) {
                    damped += view.rows()[r].kind != FindingKind::partial && view.rows()[r].damped ? 1U : 0U;
                }
                QCOMPARE(view.counts().damped, damped);
                // The curve's last step at or below w says the same.
                const auto& curve = view.curve();
                QCOMPARE(curve.front().at, kMillisecond);
                const auto step = std::find_if(curve.rbegin(), curve.rend(), [&](const CurveStep& s) { return s.at <= w; });
                QVERIFY(step != curve.rend());
                QCOMPARE(step->chains, view.counts().chains);
                QCOMPARE(step->lone, view.counts().lone);
                if (last.count != 0) {
                    const auto [gained, lost] = view.difference(last);
                    std::set<ChainId> expected;
                    std::set_difference(now.begin(), now.end(), before.begin(), before.end(),
                                        std::inserter(expected, expected.end()));
                    QCOMPARE(std::set<ChainId>(gained.begin(), gained.end()), expected);
                    QCOMPARE(gained.size(), expected.size());
                    QVERIFY(lost.empty());
                    FindingView back = view;
                    back.set_window(last, measure);
                    const auto [none, gone] = back.difference(w);
                    QVERIFY(none.empty());
                    QCOMPARE(gone, gained);
                }
                before = now;
                last = w;
                ++steps;
            }
        }
    }
    QVERIFY(steps > kInstances * 3);
}

void AnalysisProperties::idsSurviveShufflingAndSliders() {
    Draw draw(test::test_seed());
    for (int k = 0; k < kInstances; ++k) {
        test::MadeCapture made = test::random_capture(draw);
        const FindingView one = test::analyse(made.build({0, 1}), {}, true);
        // Another order of import; within a file the records keep theirs.
        const FindingView other = test::analyse(made.build({1, 0}), {}, true);
        QCOMPARE(QString::fromStdString(signature(other)), QString::fromStdString(signature(one)));
        // A mask moves rows in and out, never an id of a group.
        const FindingView moved = test::analyse(made.build({0, 1}), {"AccessMask=any:0x1400"});
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<ChainId>> ids;
        for (const AnchorGroup& g : one.analysis().data().index->groups) {
            ids[{g.source.value, g.target.value}].insert(g.id);
        }
        for (const Finding& f : moved.rows()) {
            const auto& known = ids[{f.source.value, f.target.value}];
            QVERIFY(known.contains(f.id));
        }
        // A run that borrows the index says the same as one from nothing.
        auto again = Analysis::run(one.analysis().data().capture, one.analysis().analytic(), one.parameters(), {}, &moved.analysis());
        QVERIFY(again.ok());
        auto borrowed = Analysis::run(one.analysis().data().capture, one.analysis().analytic(), one.parameters(), {}, &one.analysis());
        QVERIFY(borrowed.ok());
        QCOMPARE(signature(FindingView(borrowed.value(), one.parameters(), true)), signature(one));
        QCOMPARE(signature(FindingView(again.value(), one.parameters(), true)), signature(one));
    }
}

void AnalysisProperties::pagesAndFinds() {
    Draw draw(test::test_seed());
    for (int k = 0; k < kInstances; ++k) {
        FindingView view = test::analyse(test::random_capture(draw).build(), {}, true);
        for (const char* w : {"1ms", "200ms", "10s", "24h"}) {
            view.set_window(*parse_duration(w), WindowMeasure::span);
            const auto all = view.visible(0, view.rows().size());
            const std::size_t offset = draw.below(5), limit = draw.below(5);
            std::vector<std::uint32_t> page;
            for (std::size_t i = offset; i < std::min(all.size(), offset + limit); ++i) {
                page.push_back(all[i]);
            }
            QCOMPARE(view.visible(offset, limit), page);
            for (const std::uint32_t r : all) {
                QVERIFY(view.is_visible(view.rows()[r]));
                const auto found = view.find(view.rows()[r].id);
                QVERIFY(found.has_value());
                QCOMPARE(view.rows()[*found].id, view.rows()[r].id);
                QVERIFY(view.is_visible(view.rows()[*found]));
                // Unfolding shows each anchor once, and the row's own among them.
                const auto members = view.unfolded(view.rows()[r]);
                QVERIFY(!members.empty());
                QVERIFY(members.size() <= std::max(1U, view.rows()[r].folded));
            }
            QVERIFY(std::is_sorted(all.begin(), all.end(), [&](std::uint32_t a, std::uint32_t b) {
                return view.rows()[a].confidence > view.rows()[b].confidence;
            }));
        }
    }
}

void AnalysisProperties::partialRowsAreBornAndDie() {
    Draw draw(test::test_seed());
    int with_writes = 0;
    for (int k = 0; k < kInstances; ++k) {
        FindingView view = test::analyse(test::random_capture(draw).build(), {}, true);
        const SignalTable& table = view.analysis().capture().signals;
        for (const WindowMeasure measure : {WindowMeasure::span, WindowMeasure::gap}) {
            for (const Nanos w : windows_of(view, measure)) {
                view.set_window(w, measure);
                std::set<std::pair<std::uint32_t, std::uint32_t>> chains;
                std::uint32_t partial = 0;
                for (const std::uint32_t r : view.visible(0, view.rows().size())) {
                    if (view.rows()[r].kind == FindingKind::chain) {
                        chains.emplace(view.rows()[r].source.value, view.rows()[r].target.value);
                    }
                }
                for (const Finding& f : view.rows()) {
                    if (f.kind != FindingKind::partial) {
                        continue;
                    }
                    const bool chained = chains.contains({f.source.value, f.target.value});
                    const bool born = view.critical(f) <= w;
                    QCOMPARE(view.is_visible(f), born && !chained);
                    partial += view.is_visible(f) ? 1U : 0U;
                    with_writes += table.role[f.anchor] == Role::write ? 1 : 0;
                }
                QCOMPARE(view.counts().partial, partial);
            }
        }
    }
    QVERIFY(with_writes > 100);
}

void AnalysisProperties::evidenceAgreesWithThePaths() {
    Draw draw(test::test_seed());
    int told = 0;
    for (int k = 0; k < kInstances / 3; ++k) {
        FindingView view = test::analyse(test::random_capture(draw).build(), {}, true);
        for (const WindowMeasure measure : {WindowMeasure::span, WindowMeasure::gap}) {
            view.set_window(Nanos{86'400'000'000'000}, measure);
            for (const Finding& f : view.rows()) {
                const Explanation why = view.explain(f);
                QVERIFY(!why.sentence.empty());
                QVERIFY(!why.evidence.empty());
                int sum = 0;
                for (const Reason& reason : why.reasons) {
                    sum += reason.points;
                }
                QCOMPARE(static_cast<int>(f.confidence), std::clamp(sum, 0, 100));
                if (f.kind != FindingKind::chain || view.critical(f) == kInfiniteNanos) {
                    continue;
                }
                Nanos tightest = kInfiniteNanos;
                int witnesses = 0;
                for (const Evidence& e : why.evidence) {
                    witnesses += e.witness ? 1 : 0;
                    if (e.witness) {
                        QCOMPARE(e.appears, view.critical(f));
                    }
                    if (leads(table_role(view, e.signal))) {
                        tightest = std::min(tightest, e.appears);
                    }
                }
                QVERIFY(witnesses >= 2);
                QCOMPARE(tightest, view.critical(f));
                ++told;
            }
        }
    }
    QVERIFY(told > 100);
}

void AnalysisProperties::rightsVanishExactly() {
    Draw draw(test::test_seed());
    int tried = 0;
    for (int k = 0; k < kInstances / 5; ++k) {
        const auto capture = test::random_capture(draw).build();
        const bool gap = draw.one_in(2);
        const std::string measure = gap ? "Window=gap" : "Window=span";
        const FindingView view = test::analyse(capture, {measure});
        const auto chains = visible_ids(view, FindingKind::chain);
        const auto bars = view.right_bars();
        const auto has = [](const std::vector<std::string>& names, std::string_view n) {
            return std::find(names.begin(), names.end(), n) != names.end();
        };
        for (const RightBar& bar : bars) {
            const bool set = (0x28U & bar.bit) != 0;
            QCOMPARE(bar.set, set);
            const FindingView more = test::analyse(capture, {measure, "AccessMask=all:" + std::to_string(0x28U | bar.bit)});
            const auto left = visible_ids(more, FindingKind::chain);
            QCOMPARE(bar.chains, static_cast<std::uint32_t>(left.size()));
            if (set) {
                const FindingView less =
                    test::analyse(capture, {measure, "AccessMask=all:" + std::to_string(0x28U & ~bar.bit)});
                QCOMPARE(bar.gained, static_cast<std::uint32_t>(visible_ids(less, FindingKind::chain).size() - chains.size()));
            }
            const FindingView any = test::analyse(capture, {measure, "AccessMask=any:" + std::to_string(bar.bit)});
            const auto linked_any = visible_ids(any, FindingKind::chain);
            for (const std::uint32_t r : view.visible(0, view.rows().size())) {
                const Finding& f = view.rows()[r];
                if (f.kind != FindingKind::chain) {
                    continue;
                }
                const Explanation why = view.explain(f);
                QCOMPARE(has(why.rights_all, bar.name), std::find(left.begin(), left.end(), f.id) == left.end());
                QCOMPARE(has(why.rights_any, bar.name),
                         std::find(linked_any.begin(), linked_any.end(), f.id) != linked_any.end());
                ++tried;
            }
        }
    }
    QVERIFY(tried > 200);
}

QTEST_GUILESS_MAIN(AnalysisProperties)
#include "analysis_properties.moc"
