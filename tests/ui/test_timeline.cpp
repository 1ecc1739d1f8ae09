// The timeline's lanes, marks and mouse over a made capture, offscreen.

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWheelEvent>
#include <QtTest>

#include "tests/support/hunt_capture.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/timeline_model.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/timeline/lane_painter.h"
#include "ui/views/timeline/timeline_plot.h"
#include "ui/views/timeline/timeline_view.h"

using namespace trocar;
using namespace trocar::ui;

namespace {

bool loaded(Workspace& workspace, const test::BuiltCapture& data) {
    QSignalSpy ready(&workspace, &Workspace::findingsChanged);
    workspace.setCapture(data.capture, data.columns);
    return workspace.findings() != nullptr || ready.wait(20'000);
}

const Finding* folded(const Workspace& workspace) {
    for (const auto row : workspace.findings()->visible(0, 100)) {
        if (workspace.findings()->rows()[row].folded > 1) {
            return &workspace.findings()->rows()[row];
        }
    }
    return nullptr;
}

}  // namespace

class TestTimeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findingsComeFirst();
    void overlayOfAChain();
    void clickFindsTheEvent();
    void wheelZoomsAroundTheMouse();
    void bringsTheCurrentChainIntoView();
    void densityCountsEverything();
    void exportsOnTheLightPalette();
    void survivesHostileTimes();
};

void TestTimeline::findingsComeFirst() {
    Workspace workspace{ImporterList{}};
    TimelineModel model(workspace);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    const auto rows = workspace.findings()->visible(0, 1);
    const Finding& best = workspace.findings()->rows()[rows.front()];
    QCOMPARE(model.lanes().at(0), best.source);
    QCOMPARE(model.lanes().at(1), best.target);
    std::vector<bool> seen(workspace.capture()->processes.lives.size());
    for (const ProcessId lane : model.lanes()) {
        QVERIFY(!seen[lane.value]);
        seen[lane.value] = true;
        QCOMPARE(model.lanes()[static_cast<std::size_t>(model.rowOf(lane))], lane);
    }
    const auto before = model.lanes();
    workspace.setParameter(*workspace.analytic().parameter("TimeWindow"), Nanos{1'000'000});
    QCOMPARE(model.lanes(), before);  // lanes stand still while the slider moves
}

void TestTimeline::overlayOfAChain() {
    Workspace workspace{ImporterList{}};
    TimelineModel model(workspace);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    const Finding* chain = folded(workspace);
    QVERIFY(chain != nullptr);
    workspace.selection().setCurrent(chain->id);
    QVERIFY(model.overlay().has_value());
    QCOMPARE(model.overlay()->spanText, QStringLiteral("3.282 s"));
    QCOMPARE(difference(model.overlay()->anchor, model.overlay()->first).count, 3'282'000'000);
    QVERIFY(model.overlay()->marks.size() <= TimelineModel::kMaxChainMarks);
    workspace.selection().setCurrent(Item());
    QVERIFY(!model.overlay().has_value());
}

void TestTimeline::clickFindsTheEvent() {
    Workspace workspace{ImporterList{}};
    TimelineView view(workspace);
    view.resize(1000, 500);
    view.show();
    QVERIFY(loaded(workspace, test::capture_from_text("process a.exe 1\nprocess b.exe 2\n1.0 RegistryEvent 1 -\n"
                                                      "2.0 ProcessAccess 2 1 0x10\n9.0 RegistryEvent 1 -\n")));
    const LaneGeometry g = view.plot().geometryNow();
    const auto& columns = *workspace.columns();
    const int row = view.model().rowOf(ProcessId{0});
    QVERIFY(row >= 0);
    const QPoint at(static_cast<int>(g.xOf(columns.time[1])) + 2, static_cast<int>(g.topOf(row) + g.laneHeight / 2));
    QCOMPARE(view.plot().itemAt(at), Item(columns.id[1]));
    const QPoint between(static_cast<int>(g.xOf({(columns.time[1].count + columns.time[2].count) / 2})), at.y());
    QCOMPARE(view.plot().itemAt(between), Item());
    QCOMPARE(view.plot().itemAt(QPoint(20, at.y())), Item(ProcessId{0}));
}

void TestTimeline::wheelZoomsAroundTheMouse() {
    Workspace workspace{ImporterList{}};
    TimelineView view(workspace);
    view.resize(1000, 500);
    view.show();
    QVERIFY(loaded(workspace, test::hunt_capture()));
    const LaneGeometry before = view.plot().geometryNow();
    const double x = before.plot.left() + 200;
    const UtcNanos under = before.timeAt(x);
    view.plot().zoom(1 / 1.25, x);
    const LaneGeometry after = view.plot().geometryNow();
    const double span = static_cast<double>(difference(before.range.to, before.range.from).count);
    QVERIFY(std::abs(static_cast<double>(difference(after.range.to, after.range.from).count) / span - 0.8) < 1e-6);
    QVERIFY(std::abs(after.xOf(under) - x) < 0.5);
    for (int i = 0; i < 400; ++i) {
        view.plot().zoom(0.5, x);
    }
    QVERIFY(difference(workspace.selection().viewRange().to, workspace.selection().viewRange().from).count >= 1000);
    for (int i = 0; i < 400; ++i) {
        view.plot().zoom(2, x);
    }
    QVERIFY(workspace.selection().viewRange().from < workspace.selection().viewRange().to);
}

void TestTimeline::bringsTheCurrentChainIntoView() {
    Workspace workspace{ImporterList{}};
    TimelineView view(workspace);
    view.resize(900, 260);
    view.show();
    QVERIFY(loaded(workspace, test::hunt_capture()));
    workspace.selection().setCurrent(Item());  // the view opens on its best finding
    for (const auto row : workspace.findings()->visible(0, 100)) {
        const Finding& f = workspace.findings()->rows()[row];
        workspace.selection().setViewRange({shifted(f.anchor_time, {60'000'000'000}), shifted(f.anchor_time, {61'000'000'000})});
        workspace.selection().setCurrent(f.id);
        QVERIFY(view.plot().showsCurrentLanes());
        QVERIFY(workspace.selection().viewRange().from <= f.anchor_time);
        QVERIFY(workspace.selection().viewRange().to >= f.anchor_time);
        workspace.selection().setCurrent(Item());
    }
}

void TestTimeline::densityCountsEverything() {
    Workspace workspace{ImporterList{}};
    TimelineModel model(workspace);
    const auto data = test::hunt_capture();
    QVERIFY(loaded(workspace, data));
    for (const int bars : {1, 7, 200}) {
        std::uint64_t sum = 0;
        for (const std::uint32_t n : model.density(bars)) {
            sum += n;
        }
        QCOMPARE(sum, static_cast<std::uint64_t>(data.columns->size()));
    }
}

void TestTimeline::exportsOnTheLightPalette() {
    Workspace workspace{ImporterList{}};
    TimelineView view(workspace);
    view.resize(800, 400);
    view.show();
    QVERIFY(loaded(workspace, test::hunt_capture()));
    QTemporaryDir folder;
    const QString png = folder.filePath(QStringLiteral("t.png"));
    const QString svg = folder.filePath(QStringLiteral("t.svg"));
    QVERIFY(view.exportFigure(png));
    QVERIFY(view.exportFigure(svg));
    QCOMPARE(QImage(png).pixelColor(2, 2), QColor(Qt::white));
    QFile file(svg);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.contains("notepad.exe"));
    QVERIFY(!text.contains("<image"));
}

void TestTimeline::survivesHostileTimes() {
    Workspace workspace{ImporterList{}};
    TimelineView view(workspace);
    view.resize(800, 400);
    view.show();
    test::CaptureBuilder builder("H", {-9'000'000'000'000'000'000});
    const ProcessId a = builder.process("a.exe", 1);
    const ProcessId b = builder.process("b.exe", 2);
    builder.event({0}, Operation::process_access, a, b, 0x1fffff);
    builder.event(kInfiniteNanos, Operation::remote_thread, a, b, 0x1000);
    QVERIFY(loaded(workspace, builder.build()));
    view.plot().paintNow();
    for (const double factor : {0.001, 1000.0, 1000.0}) {
        view.plot().zoom(factor, 400);
        view.plot().pan(5000);
        view.plot().paintNow();
    }
    QVERIFY(!view.grab().isNull());
}

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    applyTheme(app, true);
    TestTimeline test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_timeline.moc"
