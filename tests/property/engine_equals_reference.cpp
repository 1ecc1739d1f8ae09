// The linear pass against every admitted path written out (core/detect/README.md), on random stages and signals whose
// times lie so close that ties and skewed links are the rule.
#include <QTest>
#include <algorithm>
#include <sstream>
#include <string>

#include "core/detect/engine.h"
#include "core/detect/reference.h"
#include "tests/property/random_seed.h"

using namespace trocar;
using trocar::test::Draw;

namespace {

constexpr int kInstances = 120'000;
constexpr int kInstancesWithEvidence = 12'000;

struct Instance {
    std::vector<Stage> stages;
    std::vector<StageSignal> input;
};

Instance draw_instance(Draw& draw) {
    Instance made;
    const std::size_t count = 2 + draw.below(3);
    for (std::size_t s = 0; s < count; ++s) {
        Stage stage;
        stage.optional = s + 1 < count && draw.one_in(3);
        stage.repeatable = draw.one_in(4);
        stage.skew = Nanos{draw.one_in(2) ? 0 : static_cast<std::int64_t>(draw.below(4))};
        made.stages.push_back(stage);
    }
    made.stages[draw.below(static_cast<std::uint32_t>(count - 1))].optional = false;
    const std::uint32_t range = 1 + draw.below(12);
    const std::uint32_t n = 1 + draw.below(6);
    for (std::uint32_t i = 0; i < n; ++i) {
        StageSignal signal;
        signal.time = UtcNanos{static_cast<std::int64_t>(draw.below(range))};
        if (draw.one_in(200)) {
            signal.time = kNoTime;
        }
        signal.stages = 1U << draw.below(static_cast<std::uint32_t>(count));
        if (draw.one_in(5)) {
            signal.stages |= 1U << draw.below(static_cast<std::uint32_t>(count));
        }
        made.input.push_back(signal);
    }
    std::stable_sort(made.input.begin(), made.input.end(),
                     [](const StageSignal& a, const StageSignal& b) { return a.time < b.time; });
    for (std::uint32_t i = 0; i < n; ++i) {
        made.input[i].row = i;
    }
    return made;
}

std::string print(const Instance& instance) {
    std::ostringstream out;
    for (const Stage& s : instance.stages) {
        out << "stage" << (s.optional ? " optional" : "") << (s.repeatable ? " repeatable" : "") << " skew "
            << s.skew.count << "\n";
    }
    for (const StageSignal& s : instance.input) {
        out << "signal " << s.row << " t " << s.time.count << " stages " << s.stages << "\n";
    }
    return out.str();
}

/// Walking back from the anchor: does `a` choose the later predecessor where the two first differ?
bool later_walk(const ReferencePath& a, const ReferencePath& b) {
    for (std::size_t k = 1;; ++k) {
        if (k > a.steps.size() - 1 || k > b.steps.size() - 1) {
            return a.steps.size() < b.steps.size();  // a path that may begin here goes no further back
        }
        const std::size_t i = a.steps.size() - 1 - k, j = b.steps.size() - 1 - k;
        if (a.order[i] != b.order[j]) {
            return a.order[i] > b.order[j];
        }
        if (a.steps[i].stage != b.steps[j].stage) {
            return a.steps[i].stage > b.steps[j].stage;
        }
    }
}

bool same_stage_links_in_order(const ReferencePath& path) {
    for (std::size_t i = 1; i < path.steps.size(); ++i) {
        if (path.steps[i].stage == path.steps[i - 1].stage && path.order[i] < path.order[i - 1]) {
            return false;
        }
    }
    return true;
}

}  // namespace

class EngineEqualsReference : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void criticalWindows();
    void witnesses();
    void evidenceWindows();
    void refusesStagesWithoutAChain();
};

void EngineEqualsReference::criticalWindows() {
    Draw draw(test::test_seed());
    int linked = 0;
    for (int k = 0; k < kInstances; ++k) {
        const Instance instance = draw_instance(draw);
        CriticalPass pass(instance.stages);
        pass.run(instance.input);
        const auto expected = reference_windows(instance.stages, instance.input);
        QVERIFY2(pass.anchors().size() == expected.size(), print(instance).c_str());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const bool same = pass.anchors()[i].row == expected[i].row && pass.anchors()[i].first == expected[i].first && pass.anchors()[i].span == expected[i].span &&
                              pass.anchors()[i].gap == expected[i].gap;
            QVERIFY2(same, print(instance).c_str());
            linked += expected[i].span != kInfiniteNanos ? 1 : 0;
        }
    }
    QVERIFY(linked > kInstances / 4);  // the instances are not vacuous
}

void EngineEqualsReference::witnesses() {
    Draw draw(test::test_seed());
    for (int k = 0; k < kInstances / 4; ++k) {
        const Instance instance = draw_instance(draw);
        CriticalPass pass(instance.stages);
        pass.run(instance.input);
        const auto paths = all_paths(instance.stages, instance.input);
        for (const WindowMeasure measure : {WindowMeasure::span, WindowMeasure::gap}) {
            for (std::size_t i = 0; i < pass.anchors().size(); ++i) {
                const AnchorWindow& anchor = pass.anchors()[i];
                const Nanos window = measure == WindowMeasure::span ? anchor.span : anchor.gap;
                const auto witness = pass.witness(i, measure);
                if (window == kInfiniteNanos) {
                    QVERIFY2(witness.empty(), print(instance).c_str());
                    continue;
                }
                const ReferencePath* best = nullptr;
                const ReferencePath* drawn = nullptr;
                for (const ReferencePath& path : paths) {
                    if (path.steps.back().row != anchor.row ||
                        (measure == WindowMeasure::span ? path.span : path.gap) != window) {
                        continue;
                    }
                    // A path that could begin later at the same window is not the walk's.
                    if (same_stage_links_in_order(path) && (best == nullptr || later_walk(path, *best))) {
                        best = &path;
                    }
                    if (std::equal(path.steps.begin(), path.steps.end(), witness.begin(), witness.end(),
                                   [](const PathStep& a, const PathStep& b) {
                                       return a.row == b.row && a.stage == b.stage;
                                   })) {
                        drawn = &path;
                    }
                }
                QVERIFY2(drawn != nullptr, print(instance).c_str());  // admitted, and it keeps the window
                if (best != nullptr && same_stage_links_in_order(*drawn)) {
                    QVERIFY2(!later_walk(*best, *drawn), print(instance).c_str());
                }
            }
        }
    }
}

void EngineEqualsReference::evidenceWindows() {
    Draw draw(test::test_seed());
    for (int k = 0; k < kInstancesWithEvidence; ++k) {
        const Instance instance = draw_instance(draw);
        CriticalPass pass(instance.stages);
        pass.run(instance.input);
        for (const WindowMeasure measure : {WindowMeasure::span, WindowMeasure::gap}) {
            for (std::size_t i = 0; i < pass.anchors().size(); ++i) {
                const std::size_t end = pass.anchors()[i].row;  // rows are positions here
                const auto evidence = pass.evidence(i, measure);
                for (std::size_t at = 0; at < instance.input.size(); ++at) {
                    for (std::size_t stage = 0; stage < instance.stages.size(); ++stage) {
                        if (at == end && stage + 1 == instance.stages.size()) {
                            continue;
                        }
                        const Nanos expected =
                            reference_evidence(instance.stages, instance.input, at, stage, end, measure);
                        const auto found = std::find_if(evidence.begin(), evidence.end(), [&](const PathStep& s) {
                            return s.row == at && s.stage == stage;
                        });
                        const Nanos window = found == evidence.end() ? kInfiniteNanos : found->window;
                        QVERIFY2(window == expected, print(instance).c_str());
                    }
                }
            }
        }
    }
}

void EngineEqualsReference::refusesStagesWithoutAChain() {
    std::vector<Stage> stages(2);
    QVERIFY(valid_stages(stages));
    stages[0].optional = true;
    QVERIFY(!valid_stages(stages));
    stages[0].optional = false;
    stages[1].optional = true;
    QVERIFY(!valid_stages(stages));
    stages[1].optional = false;
    stages[1].skew = Nanos{-1};
    QVERIFY(!valid_stages(stages));
    QVERIFY(!valid_stages(std::vector<Stage>(1)));
    QVERIFY(!valid_stages(std::vector<Stage>(kMaxStages + 1)));
}

QTEST_GUILESS_MAIN(EngineEqualsReference)
#include "engine_equals_reference.moc"
