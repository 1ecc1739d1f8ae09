// The window suggested from verdicts against brute force: every window worth a look is tried, and what each keeps and
// loses is counted from what shows there.
#include <QTest>
#include <algorithm>
#include <set>
#include <vector>

#include "core/detect/suggest.h"
#include "tests/property/random_capture.h"

using namespace trocar;
using trocar::test::Draw;

namespace {

constexpr Nanos kLeast{1'000'000};
constexpr Nanos kMost{86'400'000'000'000};

/// What one window does to the labels.
struct Outcome {
    std::uint32_t confirmed_gone = 0, refuted_gone = 0;
};

/// The best windows among `tried` by the definition: no confirmed chain gone, then the most refuted ones.
template <class At>
std::set<Nanos> best_windows(const std::set<Nanos>& tried, const At& at) {
    std::set<Nanos> best;
    std::uint32_t most = 0;
    for (const Nanos w : tried) {
        const Outcome outcome = at(w);
        if (outcome.confirmed_gone != 0) {
            continue;
        }
        if (best.empty() || outcome.refuted_gone > most) {
            best.clear();
            most = outcome.refuted_gone;
        }
        if (outcome.refuted_gone == most) {
            best.insert(w);
        }
    }
    return best;
}

std::set<Nanos> held(const std::set<Nanos>& tried, const WindowSuggestion& suggestion) {
    std::set<Nanos> out;
    std::copy_if(tried.begin(), tried.end(), std::inserter(out, out.end()),
                 [&](Nanos w) { return suggestion.holds(w); });
    return out;
}

void try_around(std::set<Nanos>& tried, Nanos w) {
    if (w == kInfiniteNanos) {
        return;  // no window is there, and none above it
    }
    for (const std::int64_t step : {-1, 0, 1}) {
        const Nanos at{w.count + step};
        if (at >= kLeast && at <= kMost) {
            tried.insert(at);
        }
    }
}

}  // namespace

class SuggestionProperties : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatOneWouldSay();
    void windowsMatchBruteForce();
    void findingsMatchBruteForce();
};

void SuggestionProperties::saysWhatOneWouldSay() {
    const Nanos s{1'000'000'000};
    const auto at = [&](std::int64_t seconds) { return Nanos{seconds * s.count}; };
    const std::vector<LabelledWindow> mixed{{at(3), true}, {at(1), true}, {at(2), false}, {at(5), false}, {at(9), false},
                                            {kInfiniteNanos, true}};
    const auto found = suggest_window(mixed, kLeast, kMost);
    QVERIFY(found.has_value());
    QCOMPARE(found->from, at(3));   // inclusive: the slowest confirmed chain shows at its own window
    QCOMPARE(found->until, at(5));  // exclusive: there the next refuted one comes back
    QCOMPARE(found->lost, 2U);
    QCOMPARE(found->refuted, 3U);
    QCOMPARE(found->confirmed, 2U);
    QCOMPARE(found->unlinked, 1U);
    QVERIFY(!suggest_window(std::vector<LabelledWindow>{{at(1), false}}, kLeast, kMost));  // nothing to keep
    QVERIFY(!suggest_window(std::vector<LabelledWindow>{{kInfiniteNanos, true}, {at(1), false}}, kLeast, kMost));
    const auto nothing_lost = suggest_window(std::vector<LabelledWindow>{{at(9), true}, {at(1), false}}, kLeast, kMost);
    QCOMPARE(nothing_lost->lost, 0U);
    QCOMPARE(nothing_lost->until, kInfiniteNanos);
    QVERIFY(nothing_lost->holds(kMost));
    // A gap of nothing is linked wherever the slider stands.
    QCOMPARE(suggest_window(std::vector<LabelledWindow>{{Nanos{0}, true}, {at(1), false}}, kLeast, kMost)->from, kLeast);
}

void SuggestionProperties::windowsMatchBruteForce() {
    Draw draw(test::test_seed());
    int decided = 0;
    for (int k = 0; k < 20'000; ++k) {
        std::vector<LabelledWindow> labels;
        std::set<Nanos> tried{kLeast, kMost};
        for (std::size_t i = 0, n = draw.below(9); i < n; ++i) {
            // Few distinct values, so that ties are common; some below the slider, some beyond it.
            const Nanos w = draw.one_in(8) ? kInfiniteNanos : Nanos{static_cast<std::int64_t>(draw.below(12)) * 400'000};
            labels.push_back({w, draw.one_in(2)});
            try_around(tried, w);
        }
        const auto suggestion = suggest_window(labels, kLeast, kMost);
        const bool any = std::any_of(labels.begin(), labels.end(), [](const LabelledWindow& l) {
            return l.confirmed && l.critical <= kMost;
        });
        QCOMPARE(suggestion.has_value(), any);
        if (!any) {
            continue;
        }
        const auto best = best_windows(tried, [&](Nanos w) {
            Outcome outcome;
            for (const LabelledWindow& l : labels) {
                if (l.critical <= kMost && l.critical > w) {
                    ++(l.confirmed ? outcome.confirmed_gone : outcome.refuted_gone);
                }
            }
            return outcome;
        });
        QCOMPARE(held(tried, *suggestion), best);
        ++decided;
    }
    QVERIFY(decided > 5'000);
}

void SuggestionProperties::findingsMatchBruteForce() {
    Draw draw(test::test_seed());
    int decided = 0, useful = 0;
    for (int k = 0; k < 1'500; ++k) {
        FindingView view = test::analyse(test::random_capture(draw).build());
        for (const WindowMeasure measure : {WindowMeasure::span, WindowMeasure::gap}) {
            std::vector<Label> labels;
            std::set<ChainId> linked;
            std::set<Nanos> tried{kLeast, kMost};
            for (const Finding& f : view.rows()) {
                if (f.kind == FindingKind::chain) {
                    linked.insert(f.id);
                    view.set_window(kMost, measure);
                    try_around(tried, view.critical(f));
                }
            }
            std::set<ChainId> seen;
            for (const Finding& f : view.rows()) {
                if (!draw.one_in(3) && seen.insert(f.id).second) {
                    labels.push_back({f.id, draw.one_in(2)});
                }
            }
            labels.push_back({ChainId{1, 2}, true});  // of another capture
            // Wherever the slider stands the answer is the same.
            view.set_window(draw.one_in(2) ? kLeast : kMost, measure);
            const auto suggestion = suggest_window(view, labels);
            const auto shows = [&](Nanos w) {
                view.set_window(w, measure);
                std::set<ChainId> ids;
                for (const std::uint32_t r : view.visible(0, view.rows().size())) {
                    if (view.rows()[r].kind == FindingKind::chain) {
                        ids.insert(view.rows()[r].id);
                    }
                }
                return ids;
            };
            const std::set<ChainId> ever = shows(kMost);
            const bool any = std::any_of(labels.begin(), labels.end(),
                                         [&](const Label& l) { return l.confirmed && ever.contains(l.chain); });
            QCOMPARE(suggestion.has_value(), any);
            if (!any) {
                continue;
            }
            std::uint32_t most = 0;
            const auto best = best_windows(tried, [&](Nanos w) {
                const std::set<ChainId> now = shows(w);
                Outcome outcome;
                for (const Label& l : labels) {
                    if (ever.contains(l.chain) && !now.contains(l.chain)) {
                        ++(l.confirmed ? outcome.confirmed_gone : outcome.refuted_gone);
                    }
                }
                most = std::max(most, outcome.confirmed_gone == 0 ? outcome.refuted_gone : 0);
                return outcome;
            });
            QCOMPARE(held(tried, *suggestion), best);
            QCOMPARE(suggestion->lost, most);
            ++decided;
            useful += most > 0 ? 1 : 0;
        }
    }
    QVERIFY(decided > 300);
    QVERIFY(useful > 30);
}

QTEST_GUILESS_MAIN(SuggestionProperties)
#include "suggestion_properties.moc"
