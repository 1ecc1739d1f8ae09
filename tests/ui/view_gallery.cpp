// Draws every view with made data into PNG files, dark and light, wide and narrow: to look at.
// Usage: view_gallery FOLDER [VIEW]

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QThread>
#include <QWidget>
#include <cstdio>

#include "tests/support/hunt_capture.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/view.h"

using namespace trocar;
using namespace trocar::ui;

namespace {

void settle(int rounds = 12) {
    for (int i = 0; i < rounds; ++i) {
        QApplication::processEvents(QEventLoop::AllEvents, 30);
        QThread::msleep(10);
    }
}

QSize sizeOf(ViewArea area, bool narrow) {
    switch (area) {
        case ViewArea::left: return {narrow ? 200 : 300, 800};
        case ViewArea::centre: return {narrow ? 560 : 1015, 405};
        case ViewArea::bottom: return {narrow ? 560 : 1015, 420};
        default: return {narrow ? 280 : 365, 520};
    }
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? "offscreen" : qgetenv("QT_QPA_PLATFORM"));
    QApplication app(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: view_gallery FOLDER [VIEW]\n");
        return 2;
    }
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    if (!folder.mkpath(QStringLiteral("."))) {
        return 2;
    }
    const QString only = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QString();
    applyTheme(app, true);
    Workspace workspace{ImporterList{}};
    std::vector<std::pair<ViewSpec, QWidget*>> views;
    for (const ViewSpec& spec : builtinViews()) {
        if (only.isEmpty() || only == spec.id) {
            views.emplace_back(spec, spec.make(workspace, nullptr));
        }
    }
    const auto data = test::hunt_capture();
    workspace.setCapture(data.capture, data.columns);
    QElapsedTimer clock;
    clock.start();
    while (workspace.findings() == nullptr && clock.elapsed() < 10'000) {
        settle(1);
    }
    if (workspace.findings() != nullptr) {
        const auto rows = workspace.findings()->visible(0, 10);
        for (const auto row : rows) {
            // The slow injection is the one with a span to draw.
            if (workspace.findings()->rows()[row].folded > 1) {
                workspace.selection().setCurrent(workspace.findings()->rows()[row].id);
            }
        }
    }
    for (const bool dark : {true, false}) {
        applyTheme(app, dark);
        for (const bool narrow : {false, true}) {
            for (const auto& [spec, view] : views) {
                view->resize(sizeOf(spec.area, narrow));
                view->show();
                settle(4);
                const QString name = QStringLiteral("%1-%2%3.png").arg(spec.id, dark ? QStringLiteral("dark") : QStringLiteral("light"),
                                                                       narrow ? QStringLiteral("-narrow") : QString());
                view->grab().save(folder.filePath(name));
            }
        }
    }
    for (const auto& [spec, view] : views) {
        delete view;
    }
    return 0;
}
