#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QMenu>
#include <QMenuBar>
#include <QUndoStack>
#include <tuple>

#include "core/report/exporter.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/action_table.h"
#include "ui/shell/banner.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/filter_bar.h"
#include "ui/shell/main_window.h"
#include "ui/shell/shortcut_list.h"
#include "ui/shell/theme.h"
#include "ui/shell/top_bar.h"
#include "ui/shell/workbench.h"

namespace trocar::ui {
namespace {

QKeySequence keys(const char* text) {
    return QKeySequence(QString::fromLatin1(text));
}

}  // namespace

void MainWindow::buildMenus() {
    QMenuBar* bar = top_->menus();
    buildFileMenu(bar->addMenu(tr("&File")));
    buildEditMenu(bar->addMenu(tr("&Edit")));
    buildViewMenu(bar->addMenu(tr("&View")));
    buildGoMenu(bar->addMenu(tr("&Go")));
    buildChainMenu(bar->addMenu(tr("&Chain")));
    buildAnalyticMenu(bar->addMenu(tr("&Analytic")));
    buildHelpMenu(bar->addMenu(tr("&Help")));
}

void MainWindow::buildFileMenu(QMenu* menu) {
    actions_->add(menu, {QStringLiteral("file.openCapture"), tr("&Open capture…"), {keys("Ctrl+O")},
                         tr("Import evidence files or archives into the open case, or into a new one"),
                         [this] { chooseCapture(); }});
    actions_->add(menu, {QStringLiteral("file.openWithOptions"), tr("Open capture &with options…"), {},
                         tr("Say the host or the time zone of files that do not; recover records from unused space"),
                         [this] { chooseWithOptions(); }});
    actions_->add(menu, {QStringLiteral("file.openFolder"), tr("Open capture &folder…"), {},
                         tr("Import every evidence file of a folder"), [this] { chooseCapturesFolder(); }});
    actions_->add(menu, {QStringLiteral("file.openCase"), tr("Open &case…"), {keys("Ctrl+Shift+O")},
                         tr("Open a .trocar case"), [this] { chooseCase(); }});
    recentMenu_ = menu->addMenu(tr("&Recent"));
    menu->addSeparator();
    actions_->add(menu, {QStringLiteral("file.saveAs"), tr("&Save case as…"), {keys("Ctrl+Shift+S"), keys("Ctrl+S")},
                         tr("Save the whole case, evidence included, as one file"), [this] { chooseSaveAs(); }});
    QMenu* reports = nullptr;
    for (const auto& exporter : builtin_exporters()) {
        if (reports == nullptr) {
            reports = menu->addMenu(tr("&Export report"));
        }
        const QString format = fromOurs(exporter->name());
        const QString suffix = fromOurs(exporter->suffix());
        actions_->add(reports, {QStringLiteral("file.report.") + format, tr("Report as %1…").arg(fromOurs(exporter->title())),
                                format == QStringLiteral("html") ? QList<QKeySequence>{keys("Ctrl+R")}
                                                                 : QList<QKeySequence>{},
                                tr("Write what was found, with evidence and parameters"),
                                [this, format, suffix] { chooseReport(format, suffix); }});
    }
    actions_->add(menu, {QStringLiteral("file.importDetails"), tr("&Import details"), {},
                         tr("What the last import read, kept, rejected and skipped"), [this] { showImportDetails(); }});
    actions_->add(menu, {QStringLiteral("file.pauseImport"), tr("&Pause or resume the import"), {keys("Ctrl+P")},
                         tr("Stop reading for a while, or go on"), [this] {
                             workspace_.pauseImport(!(workspace_.importState() && workspace_.importState()->paused));
                         }});
    actions_->add(menu, {QStringLiteral("file.cancelImport"), tr("Ca&ncel the import"), {},
                         tr("Stop; nothing of this import is kept"), [this] { workspace_.cancelImport(); }});
    menu->addSeparator();
    actions_->add(menu, {QStringLiteral("file.close"), tr("C&lose case"), {keys("Ctrl+W")},
                         tr("Close the case; an unsaved one stays in the list of recent ones"),
                         [this] { workspace_.closeCase(); }});
    actions_->add(menu, {QStringLiteral("file.quit"), tr("&Quit"), {keys("Ctrl+Q")}, tr("End Trocar"),
                         [this] { close(); }});
}

void MainWindow::buildEditMenu(QMenu* menu) {
    QUndoStack& stack = workspace_.undoStack();
    actions_->adopt(menu, QStringLiteral("edit.undo"), stack.createUndoAction(this, tr("&Undo")), {keys("Ctrl+Z")});
    actions_->adopt(menu, QStringLiteral("edit.redo"), stack.createRedoAction(this, tr("&Redo")),
                    {keys("Ctrl+Shift+Z"), keys("Ctrl+Y")});
    menu->addSeparator();
    actions_->add(menu, {QStringLiteral("edit.clearFilter"), tr("&Clear the filter"), {keys("Ctrl+Shift+L")},
                         tr("List everything again"), [this] {
                             workspace_.setFilter(QString());
                             workspace_.setTimeFilter(std::nullopt);
                             workspace_.applyFilterNow();
                         }});
    SelectionHub& hub = workspace_.selection();
    const std::tuple<const char*, QString, const char*, QString, int> finds[] = {
        {"edit.find", tr("&Find in the events\u2026"), "Ctrl+F", tr("Go from match to match among the events listed"), 0},
        {"edit.findNext", tr("Find &next"), "F3", tr("The next match"), 1},
        {"edit.findPrevious", tr("Find &previous"), "Shift+F3", tr("The match before"), -1}};
    for (const auto& [id, text, key, tip, direction] : finds) {
        actions_->add(menu, {QString::fromLatin1(id), text, {keys(key)}, tip,
                             [&hub, step = direction] { Q_EMIT hub.findWanted(step); }});
    }
    actions_->add(menu, {QStringLiteral("edit.timeFromView"), tr("Filter to the &view range"), {keys("R")},
                         tr("List only events of the time span that the timeline shows"),
                         [this] { workspace_.setTimeFilter(workspace_.selection().viewRange()); }});
    actions_->add(menu, {QStringLiteral("event.bookmark"), tr("&Bookmark the event"), {keys("B")},
                         tr("Set or remove a bookmark on the current event; the Case tab lists them"), [this] {
                             if (const auto* id = std::get_if<EventId>(&workspace_.selection().current())) {
                                 workspace_.setBookmark(*id, !workspace_.isBookmarked(*id));
                             }
                         }});
    menu->addSeparator();
    actions_->add(menu, {QStringLiteral("edit.shortcuts"), tr("&Shortcuts…"), {},
                         tr("Every command with its keys; keys can be changed"),
                         [this] { (new ShortcutList(*actions_, this))->show(); }});
}

void MainWindow::buildViewMenu(QMenu* menu) {
    int number = 1;
    for (const Workbench::Layout& layout : Workbench::layouts()) {
        actions_->add(menu, {QStringLiteral("layout.") + layout.id, tr("Layout: %1").arg(layout.title),
                             {QKeySequence(QStringLiteral("Ctrl+%1").arg(number++))},
                             tr("Arrange the window for this work"), [this, id = layout.id] { setLayout(id); }});
    }
    actions_->add(menu, {QStringLiteral("layout.reset"), tr("&Reset layout"), {},
                         tr("Put the panels of this layout back where they were"),
                         [this] { workbench_->resetLayout(); }});
    menu->addSeparator();
    for (const ViewSpec& spec : workbench_->specs()) {
        if (spec.area == ViewArea::bottom) {
            continue;
        }
        QAction* action = actions_->add(menu, {QStringLiteral("panel.") + spec.id, spec.title, {},
                                               tr("Show or hide this panel"),
                                               [this, id = spec.id] {
                                                   workbench_->setShown(id, !workbench_->isShown(id));
                                               },
                                               true});
        const auto follow = [this, action, id = spec.id] { action->setChecked(workbench_->isShown(id)); };
        connect(workbench_, &Workbench::layoutChanged, action, follow);
        connect(menu, &QMenu::aboutToShow, action, follow);
    }
    menu->addSeparator();
    const std::pair<ThemeChoice, QString> themes[] = {{ThemeChoice::dark, tr("Theme: &dark")},
                                                      {ThemeChoice::light, tr("Theme: &light")},
                                                      {ThemeChoice::system, tr("Theme: as the s&ystem")}};
    for (const auto& [choice, text] : themes) {
        actions_->add(menu, {QStringLiteral("theme.%1").arg(static_cast<int>(choice)), text, {},
                             tr("Colours of the window"), [this, c = choice] { setThemeChoice(c, true); }});
    }
    actions_->add(menu, {QStringLiteral("view.zone"), tr("Switch time &zone"), {keys("Ctrl+Shift+T")},
                         tr("Show all stamps in UTC or in this computer's zone"), [this] { top_->toggleZone(); }});
    actions_->add(menu, {QStringLiteral("view.fullScreen"), tr("&Full screen"), {keys("F11")},
                         tr("Use the whole screen"), [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); }});
}

void MainWindow::buildGoMenu(QMenu* menu) {
    SelectionHub& hub = workspace_.selection();
    actions_->add(menu, {QStringLiteral("go.back"), tr("&Back"), {keys("Alt+Left")},
                         tr("The item that was current before"), [&hub] { hub.back(); }});
    actions_->add(menu, {QStringLiteral("go.forward"), tr("&Forward"), {keys("Alt+Right")},
                         tr("Undo going back"), [&hub] { hub.forward(); }});
    menu->addSeparator();
    actions_->add(menu, {QStringLiteral("go.filter"), tr("&Filter bar"), {keys("Ctrl+L"), keys("/")},
                         tr("Type what to list"), [this] { filter_->focusEdit(); }});
    actions_->add(menu, {QStringLiteral("go.palette"), tr("&Command palette"), {keys("Ctrl+K"), keys("Ctrl+Shift+P")},
                         tr("Every command by name"), [this] { palette_->open(); }});
    actions_->add(menu, {QStringLiteral("go.nextPane"), tr("&Next pane"), {keys("F6")},
                         tr("Give the focus to the next panel"), [this] { workbench_->stepPane(1); }});
    actions_->add(menu, {QStringLiteral("go.previousPane"), tr("&Previous pane"), {keys("Shift+F6")},
                         tr("Give the focus to the panel before"), [this] { workbench_->stepPane(-1); }});
    menu->addSeparator();
    for (const ViewSpec& spec : workbench_->specs()) {
        actions_->add(menu, {QStringLiteral("go.") + spec.id, tr("Go to %1").arg(spec.title), {},
                             tr("Show this view and give it the focus"),
                             [this, id = spec.id] { workbench_->showView(id, true); }});
    }
}

void MainWindow::buildChainMenu(QMenu* menu) {
    actions_->add(menu, {QStringLiteral("chain.next"), tr("&Next chain"), {keys("J")},
                         tr("The next row of the chain list"), [this] { stepChain(1, false); }});
    actions_->add(menu, {QStringLiteral("chain.previous"), tr("&Previous chain"), {keys("K")},
                         tr("The row before in the chain list"), [this] { stepChain(-1, false); }});
    actions_->add(menu, {QStringLiteral("chain.nextUnreviewed"), tr("Next &unreviewed"), {keys("N")},
                         tr("The next row without a verdict"), [this] { stepChain(1, true); }});
    actions_->add(menu, {QStringLiteral("chain.previousUnreviewed"), tr("Previous un&reviewed"), {keys("Shift+N")},
                         tr("The last row without a verdict before this one"), [this] { stepChain(-1, true); }});
    menu->addSeparator();
    const struct {
        const char* id;
        QString text;
        const char* key;
        Verdict verdict;
    } verdicts[] = {{"chain.true", tr("Verdict: &true"), "1", Verdict::true_positive},
                    {"chain.false", tr("Verdict: &false"), "2", Verdict::false_positive},
                    {"chain.benign", tr("Verdict: &benign"), "3", Verdict::benign_true},
                    {"chain.unset", tr("Verdict: &not set"), "0", Verdict::unset}};
    for (const auto& v : verdicts) {
        actions_->add(menu, {QString::fromLatin1(v.id), v.text, {keys(v.key)},
                             tr("Judge the current chain and go to the next one without a verdict"),
                             [this, verdict = v.verdict] { judge(verdict); }});
    }
    menu->addSeparator();
    actions_->add(menu, {QStringLiteral("chain.tag"), tr("T&ags…"), {keys("T")},
                         tr("Tags of the current chain: the #words of its note"), [this] { tagChain(); }});
    actions_->add(menu, {QStringLiteral("chain.hide"), tr("&Hide chains like this…"), {},
                         tr("A listed, dated rule that hides this source and target; revocable at any time"),
                         [this] { hideLikeThis(); }});
    actions_->add(menu, {QStringLiteral("chain.copyId"), tr("&Copy chain id"), {},
                         tr("The 32 digits that name this chain, in every import and version"), [this] {
                             if (const auto* id = std::get_if<ChainId>(&workspace_.selection().current())) {
                                 QApplication::clipboard()->setText(fromOurs(format_chain_id(*id)));
                             }
                         }});
}

void MainWindow::moveWindow(const std::function<std::optional<Nanos>(const FindingView&)>& target) {
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return;
    }
    const auto to = target(*view);
    for (const ParameterSpec& spec : workspace_.analytic().parameters) {
        if (to && spec.scope == Scope::window && std::holds_alternative<Nanos>(spec.initial)) {
            workspace_.setParameter(spec, *to);
        }
    }
}

void MainWindow::buildAnalyticMenu(QMenu* menu) {
    for (const Analytic& analytic : builtin_analytics()) {
        QAction* choose = actions_->add(
            menu, {QStringLiteral("analytic.choose.") + fromOurs(analytic.id),
                   tr("%1: %2").arg(fromOurs(analytic.id), fromOurs(analytic.title)), {},
                   tr("Correlate by this analytic; each has its own parameters"),
                   [this, id = analytic.id] { workspace_.chooseAnalytic(id); }, true});
        connect(menu, &QMenu::aboutToShow, choose,
                [this, choose, &analytic] { choose->setChecked(&workspace_.analytic() == &analytic); });
    }
    menu->addSeparator();
    actions_->add(menu, {QStringLiteral("analytic.knee"), tr("TimeWindow to the &knee"), {},
                         tr("Where the curve of chains bends most (needs 8 steps or more)"),
                         [this] { moveWindow([](const FindingView& v) { return v.knee(); }); }});
    actions_->add(menu, {QStringLiteral("analytic.previousStep"), tr("TimeWindow to the &previous step"), {keys("Ctrl+[")},
                         tr("The next shorter window at which something changes"), [this] {
                             moveWindow([](const FindingView& v) -> std::optional<Nanos> {
                                 std::optional<Nanos> found;
                                 for (const CurveStep& step : v.curve()) {
                                     if (step.at < v.window()) {
                                         found = step.at;
                                     }
                                 }
                                 return found;
                             });
                         }});
    actions_->add(menu, {QStringLiteral("analytic.nextStep"), tr("TimeWindow to the &next step"), {keys("Ctrl+]")},
                         tr("The next longer window at which something changes"), [this] {
                             moveWindow([](const FindingView& v) -> std::optional<Nanos> {
                                 for (const CurveStep& step : v.curve()) {
                                     if (step.at > v.window()) {
                                         return step.at;
                                     }
                                 }
                                 return std::nullopt;
                             });
                         }});
    menu->addSeparator();
    QAction* partial = actions_->add(menu, {QStringLiteral("analytic.partial"), tr("Show p&artial chains"), {},
                                            tr("List access and write without an execution too"),
                                            [this] { workspace_.setShowPartial(!workspace_.showPartial()); }, true});
    connect(menu, &QMenu::aboutToShow, partial, [this, partial] { partial->setChecked(workspace_.showPartial()); });
    actions_->add(menu, {QStringLiteral("analytic.reset"), tr("&Reset parameters"), {},
                         tr("Every parameter back to its start"), [this] { workspace_.resetParameters(); }});
    actions_->add(menu, {QStringLiteral("analytic.saveProfile"), tr("&Save profile…"), {},
                         tr("Keep the present parameters under a name; later moves are compared with it"),
                         [this] { saveProfile(); }});
    profileMenu_ = menu->addMenu(tr("Apply pro&file"));
    connect(menu, &QMenu::aboutToShow, this, [this] {
        profileMenu_->clear();
        for (const QString& name : workspace_.profiles()) {
            connect(profileMenu_->addAction(name), &QAction::triggered, this,
                    [this, name] { workspace_.applyProfile(name); });
        }
        profileMenu_->setEnabled(!profileMenu_->isEmpty());
    });
}

void MainWindow::showCapturePage(const QString& system) {
    QFile page(QStringLiteral(":/trocar/help/capture-%1.md").arg(system));
    if (page.open(QIODevice::ReadOnly)) {
        showPage(tr("How to capture"), QString::fromUtf8(page.readAll()));
    }
}

void MainWindow::buildHelpMenu(QMenu* menu) {
    actions_->add(menu, {QStringLiteral("help.capture"), tr("How to &capture"), {keys("F1")},
                         tr("The exact commands to record what Trocar reads, on the system of this capture"),
                         [this] { showCapturePage(fromOurs(workspace_.analytic().system).toLower()); }});
    for (const char* system : {"Windows", "Linux", "macOS"}) {
        const QString name = QString::fromLatin1(system);
        actions_->add(menu, {QStringLiteral("help.capture.") + name.toLower(), tr("How to capture on %1").arg(name), {},
                             tr("The exact commands"), [this, name] { showCapturePage(name.toLower()); }});
    }
    actions_->add(menu, {QStringLiteral("help.keys"), tr("&Keys"), {keys("?")}, tr("Every command with its keys"),
                         [this] { (new ShortcutList(*actions_, this))->show(); }});
    actions_->add(menu, {QStringLiteral("help.about"), tr("&About Trocar"), {}, tr("Version and licence"), [this] {
                             showPage(tr("About Trocar"),
                                      tr("# Trocar %1\n\nWhich process injected code into which other process, how do we "
                                         "know, and how sure can we be?\n\nFree software under the GNU General Public "
                                         "License, version 3 or later. Nothing here opens the network; evidence is "
                                         "never changed.")
                                          .arg(QApplication::applicationVersion()));
                         }});
}

void MainWindow::enableActions() {
    const bool open = workspace_.hasCase();
    const bool found = workspace_.findings() != nullptr;
    const bool chain = std::holds_alternative<ChainId>(workspace_.selection().current());
    for (const ActionTable::Entry& entry : actions_->entries()) {
        const QString& id = entry.id;
        bool on = true;
        if (id.startsWith(QStringLiteral("analytic.")) || id.startsWith(QStringLiteral("file.report."))) {
            on = found;
        } else if (id.startsWith(QStringLiteral("chain."))) {
            on = found && (chain || id.contains(QStringLiteral("ext")) || id.contains(QStringLiteral("revious")));
        } else if (id == QStringLiteral("file.importDetails")) {
            on = open || workspace_.lastImport().has_value();
        } else if (id == QStringLiteral("file.saveAs") || id == QStringLiteral("file.close") ||
                   id.startsWith(QStringLiteral("layout.")) || id.startsWith(QStringLiteral("panel.")) ||
                   id == QStringLiteral("edit.clearFilter") || id.startsWith(QStringLiteral("edit.find")) || id == QStringLiteral("edit.timeFromView")) {
            on = open;
        } else if (id == QStringLiteral("file.pauseImport") || id == QStringLiteral("file.cancelImport")) {
            on = workspace_.importState().has_value();
        } else if (id == QStringLiteral("event.bookmark")) {
            on = std::holds_alternative<EventId>(workspace_.selection().current());
        } else if (id == QStringLiteral("go.back")) {
            on = workspace_.selection().canGoBack();
        } else if (id == QStringLiteral("go.forward")) {
            on = workspace_.selection().canGoForward();
        } else if (id.startsWith(QStringLiteral("go.")) && id != QStringLiteral("go.palette")) {
            on = open;
        } else if (id.startsWith(QStringLiteral("edit.")) && id != QStringLiteral("edit.shortcuts")) {
            continue;  // undo and redo know themselves
        }
        if (id == QStringLiteral("analytic.knee")) {
            on = found && workspace_.findings()->knee().has_value();
        }
        entry.action->setEnabled(on);
    }
}

}  // namespace trocar::ui
