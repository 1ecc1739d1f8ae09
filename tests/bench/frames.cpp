#include "tests/bench/frames.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTableView>
#include <QThread>
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/hunt_capture.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/timeline_model.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/chains/chains_view.h"
#include "ui/views/events/events_view.h"
#include "ui/views/process_tree/process_tree_view.h"
#include "ui/views/timeline/lane_painter.h"
#include "ui/views/timeline/timeline_plot.h"
#include "ui/views/timeline/timeline_view.h"

namespace trocar::bench {
namespace {

using namespace trocar::ui;

constexpr int kFrames = 240;
constexpr std::uint32_t kProcesses = 4000;
constexpr int kPatience = 300'000;  ///< ms until the data are loaded

struct Frames {
    std::vector<double> ms;
    void add(const std::function<void()>& frame) {
        QElapsedTimer clock;
        clock.start();
        frame();
        ms.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
};

void print(std::ostream& out, const char* what, Frames& frames) {
    std::sort(frames.ms.begin(), frames.ms.end());
    const auto at = [&](double share) {
        return frames.ms[std::min(frames.ms.size() - 1, static_cast<std::size_t>(share * static_cast<double>(frames.ms.size())))];
    };
    const auto rounded = [](double ms) { return std::round(ms * 100) / 100; };
    out << "G16 " << what << ": median " << rounded(at(0.5)) << " ms (goal 16), p99 " << rounded(at(0.99))
        << " ms (must 33), " << frames.ms.size() << " frames\n";
}

bool wait(const std::function<bool()>& ready) {
    QElapsedTimer clock;
    clock.start();
    while (!ready() && clock.elapsed() < kPatience) {
        QApplication::processEvents(QEventLoop::AllEvents, 20);
        QThread::msleep(2);
    }
    return ready();
}

}  // namespace

void bench_frames(std::ostream& out, std::size_t events) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    int argc = 1;
    std::string name = "trocar-bench";
    char* argv[] = {name.data(), nullptr};
    std::unique_ptr<QApplication> app;
    if (QCoreApplication::instance() == nullptr) {
        app = std::make_unique<QApplication>(argc, argv);
    }
    applyTheme(*qApp, true);
    const auto data = test::large_capture(events, kProcesses);
    Workspace workspace{ImporterList{}};
    TimelineView timeline(workspace);
    ChainsView chains(workspace);
    EventsView list(workspace);
    ProcessTreeView tree(workspace);
    timeline.resize(1015, 405);
    chains.resize(1015, 420);
    list.resize(1015, 420);
    tree.resize(300, 880);
    for (QWidget* w : {static_cast<QWidget*>(&timeline), static_cast<QWidget*>(&chains), static_cast<QWidget*>(&list),
                       static_cast<QWidget*>(&tree)}) {
        w->show();
    }
    QElapsedTimer load;
    load.start();
    workspace.setCapture(data.capture, data.columns);
    if (!wait([&] { return workspace.findings() != nullptr && timeline.model().index() != nullptr; })) {
        out << "G16: the data were not ready after " << kPatience / 1000 << " s\n";
        return;
    }
    out << "G16 data: " << data.columns->size() << " events, " << workspace.findings()->rows().size()
        << " rows, correlated and sorted into lanes in " << load.elapsed() << " ms (worker)\n";
    QApplication::processEvents();

    workspace.selection().setViewRange(timeline.model().whole());
    Frames zoom, pan, scroll, drag;
    const LaneGeometry g = timeline.plot().geometryNow();
    for (int i = 0; i < kFrames; ++i) {
        const double factor = i / 30 % 2 == 0 ? 1 / 1.25 : 1.25;
        zoom.add([&] {
            timeline.plot().zoom(factor, g.plot.left() + g.plot.width() * 0.37);
            timeline.plot().paintNow();
        });
    }
    workspace.selection().setViewRange(timeline.model().whole());
    for (int i = 0; i < kFrames; ++i) {
        pan.add([&] {
            timeline.plot().pan(i % 2 == 0 ? 40 : -25);
            timeline.plot().paintNow();
        });
    }
    print(out, "timeline zoom", zoom);
    print(out, "timeline pan", pan);

    QScrollBar* bar = list.table().verticalScrollBar();
    for (int i = 0; i < kFrames; ++i) {
        scroll.add([&] {
            // Wheel steps, and every tenth frame a jump anywhere.
            bar->setValue(i % 10 == 9 ? static_cast<int>(static_cast<double>(bar->maximum()) * (i * 37 % 100) / 100.0) : bar->value() + 3);
            list.table().viewport()->repaint();
        });
    }
    print(out, "event table scroll", scroll);

    auto* rows = tree.findChild<ProcessTree*>();
    Frames expand, treeScroll;
    expand.add([&] {
        rows->expandAll();
        rows->viewport()->repaint();
    });
    QScrollBar* treeBar = rows->verticalScrollBar();
    for (int i = 0; i < kFrames; ++i) {
        treeScroll.add([&] {
            treeBar->setValue(i % 10 == 9 ? treeBar->maximum() * (i * 37 % 100) / 100 : treeBar->value() + 3);
            rows->viewport()->repaint();
        });
    }
    print(out, "tree scroll, all expanded", treeScroll);
    out << "G16 expanding all of the tree: " << std::round(expand.ms.front() * 100) / 100 << " ms, " << treeBar->maximum()
        << " steps to scroll\n";

    const ParameterSpec* window = workspace.analytic().parameter("TimeWindow");
    for (int i = 0; window != nullptr && i < kFrames; ++i) {
        const double position = 0.5 + 0.5 * std::sin(i * 0.11);
        const auto ms = std::pow(10.0, position * 7.0);
        drag.add([&] {
            workspace.setParameter(*window, Nanos{static_cast<std::int64_t>(ms * 1e6)}, true);
            chains.table().viewport()->repaint();
            timeline.plot().paintNow();
        });
    }
    if (window != nullptr) {
        print(out, "slider drag (rows, timeline and repaint)", drag);
    }
}

}  // namespace trocar::bench
