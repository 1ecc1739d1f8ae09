#include <QCoreApplication>

#include "ui/views/view.h"

namespace trocar::ui {

// Each view's factory is declared here rather than in a header of its own: this list is the only place that names it.

QWidget* makeCaseView(Workspace& workspace, QWidget* parent);
QWidget* makeChainsView(Workspace& workspace, QWidget* parent);
QWidget* makeCoverageView(Workspace& workspace, QWidget* parent);
QWidget* makeEventsView(Workspace& workspace, QWidget* parent);
QWidget* makeInspectorView(Workspace& workspace, QWidget* parent);
QWidget* makeMemoryView(Workspace& workspace, QWidget* parent);
QWidget* makeParametersView(Workspace& workspace, QWidget* parent);
QWidget* makeProcessTreeView(Workspace& workspace, QWidget* parent);
QWidget* makeQueryView(Workspace& workspace, QWidget* parent);
QWidget* makeReportView(Workspace& workspace, QWidget* parent);
QWidget* makeTimelineView(Workspace& workspace, QWidget* parent);

namespace {

QString title(const char* text) {
    return QCoreApplication::translate("Views", text);
}

}  // namespace

std::vector<ViewSpec> builtinViews() {
    std::vector<ViewSpec> views;
    views.push_back({QStringLiteral("process_tree"), title("Processes"), ViewArea::left, makeProcessTreeView});
    views.push_back({QStringLiteral("parameters"), title("Analytic"), ViewArea::right_top, makeParametersView});
    views.push_back({QStringLiteral("timeline"), title("Timeline"), ViewArea::centre, makeTimelineView});
    views.push_back({QStringLiteral("chains"), title("Chains"), ViewArea::bottom, makeChainsView});
    views.push_back({QStringLiteral("events"), title("Events"), ViewArea::bottom, makeEventsView});
    views.push_back({QStringLiteral("coverage"), title("Coverage"), ViewArea::bottom, makeCoverageView});
    views.push_back({QStringLiteral("memory"), title("Memory"), ViewArea::bottom, makeMemoryView});
    views.push_back({QStringLiteral("query"), title("Query"), ViewArea::bottom, makeQueryView});
    views.push_back({QStringLiteral("case"), title("Case"), ViewArea::bottom, makeCaseView});
    views.push_back({QStringLiteral("inspector"), title("Inspector"), ViewArea::right_bottom, makeInspectorView});
    views.push_back({QStringLiteral("report"), title("Report"), ViewArea::bottom, makeReportView});
    return views;
}

}  // namespace trocar::ui
