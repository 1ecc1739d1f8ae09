#include "ui/shell/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMenu>
#include <QMimeData>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/action_table.h"
#include "ui/shell/banner.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/empty_state.h"
#include "ui/shell/filter_bar.h"
#include "ui/shell/import_panel.h"
#include "ui/shell/segmented_switch.h"
#include "ui/shell/status_strip.h"
#include "ui/shell/theme.h"
#include "ui/shell/top_bar.h"
#include "ui/shell/workbench.h"

namespace trocar::ui {
namespace {

constexpr qsizetype kRecentLimit = 8;
constexpr int kNewsTime = 6000;  ///< ms that good news stays

bool isCase(const QString& path) {
    return path.endsWith(QLatin1String(".trocar"), Qt::CaseInsensitive) && !QFileInfo(path).isDir();
}

QStringList localPaths(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) {
            paths += url.toLocalFile();
        }
    }
    return paths;
}

/// The palette of the desktop, before any theme of ours.
bool desktopIsDark() {
    static const bool dark = [] {
        const QPalette p = QApplication::style()->standardPalette();
        return p.color(QPalette::WindowText).lightness() > p.color(QPalette::Window).lightness();
    }();
    return dark;
}

}  // namespace

MainWindow::MainWindow(ImporterList importers, std::unique_ptr<QSettings> settings, const QStringList& samples)
    : settings_(std::move(settings)), workspace_(std::move(importers)) {
    setWindowTitle(QStringLiteral("Trocar"));
    setObjectName(QStringLiteral("trocar"));
    setAcceptDrops(true);
    actions_ = new ActionTable(this, *settings_);

    QStringList layoutTitles;
    for (const Workbench::Layout& layout : Workbench::layouts()) {
        layoutTitles += layout.title;
    }
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    top_ = new TopBar(workspace_, layoutTitles, centre);
    filter_ = new FilterBar(workspace_, centre);
    banner_ = new Banner(centre);
    importing_ = new ImportPanel(workspace_, centre);
    pages_ = new QStackedWidget(centre);
    empty_ = new EmptyState(samples, pages_);
    workbench_ = new Workbench(workspace_, *settings_, pages_);
    pages_->addWidget(empty_);
    pages_->addWidget(workbench_);
    status_ = new StatusStrip(workspace_, centre);
    column->addWidget(top_);
    column->addWidget(filter_);
    column->addWidget(banner_);
    column->addWidget(importing_);
    column->addWidget(pages_, 1);
    column->addWidget(status_);
    setCentralWidget(centre);
    // The layout would announce a new least size to the desktop with every panel that comes or goes.
    layout()->setSizeConstraint(QLayout::SetNoConstraint);
    buildMenus();
    palette_ = new CommandPalette(*actions_, this);

    connect(top_, &TopBar::commandRequested, palette_, &CommandPalette::open);
    connect(top_, &TopBar::layoutChosen, this,
            [this](int index) { setLayout(Workbench::layouts()[static_cast<std::size_t>(index)].id); });
    connect(empty_, &EmptyState::openCapture, this, &MainWindow::chooseCapture);
    connect(empty_, &EmptyState::openCase, this, &MainWindow::chooseCase);
    connect(empty_, &EmptyState::openPath, this, [this](const QString& path) { openPaths({path}); });
    connect(empty_, &EmptyState::openSample, this, &MainWindow::openPaths);
    connect(empty_, &EmptyState::captureHelp, this, &MainWindow::showCapturePage);
    connect(banner_, &Banner::actionClicked, this, &MainWindow::showImportDetails);
    connect(&workspace_, &Workspace::failed, this, [this](const QString& message, const QString& remedy) {
        banner_->say(Banner::Tone::failure, message, remedy);
    });
    connect(&workspace_, &Workspace::caseChanged, this, &MainWindow::showCase);
    connect(&workspace_, &Workspace::casePathChanged, this, &MainWindow::showCase);
    connect(&workspace_, &Workspace::importFinished, this, &MainWindow::tellImport);
    connect(&workspace_, &Workspace::importCancelled, this, [this] {
        banner_->say(Banner::Tone::news, tr("The import was cancelled."),
                     tr("Nothing of it was kept: the case is as it was before."));
    });
    for (auto signal : {&Workspace::caseChanged, &Workspace::findingsChanged, &Workspace::importChanged,
                        &Workspace::busyChanged, &Workspace::parametersChanged}) {
        connect(&workspace_, signal, this, &MainWindow::enableActions);
    }
    connect(&workspace_.selection(), &SelectionHub::currentChanged, this, &MainWindow::enableActions);

    qApp->installEventFilter(this);  // files may be dropped on any part of the window
    resize(1680, 1020);
    restoreGeometry(settings_->value(QStringLiteral("window/geometry")).toByteArray());
    setLayout(settings_->value(QStringLiteral("window/layout"), QStringLiteral("hunt")).toString());
    showCase();
    enableActions();
}

MainWindow::~MainWindow() {
    qApp->removeEventFilter(this);
    disconnect(&workspace_, nullptr, this, nullptr);
    // Views hold references to the workspace: they go first.
    delete takeCentralWidget();
}

void MainWindow::openPaths(const QStringList& paths) {
    if (paths.size() == 1 && isCase(paths.front())) {
        workspace_.openCase(paths.front());
    } else if (!paths.isEmpty()) {
        workspace_.importEvidence(paths);
    }
}

void MainWindow::setLayout(const QString& id) {
    const auto layouts = Workbench::layouts();
    for (std::size_t i = 0; i < layouts.size(); ++i) {
        if (layouts[i].id == id) {
            workbench_->setLayout(id);
            top_->layouts()->setCurrent(static_cast<int>(i));
            return;
        }
    }
    workbench_->setLayout(QStringLiteral("hunt"));
    top_->layouts()->setCurrent(1);
}

QStringList MainWindow::layoutIds() {
    QStringList ids;
    for (const Workbench::Layout& layout : Workbench::layouts()) {
        ids += layout.id;
    }
    return ids;
}

void MainWindow::prepareTheme(ThemeChoice choice) {
    const bool desktop = desktopIsDark();  // asked before our own palette is set
    applyTheme(*qApp, choice == ThemeChoice::dark || (choice == ThemeChoice::system && desktop));
}

void MainWindow::setThemeChoice(ThemeChoice choice, bool remember) {
    themeChoice_ = choice;
    const bool dark = choice == ThemeChoice::dark || (choice == ThemeChoice::system && desktopIsDark());
    if (dark != theme().dark) {
        applyTheme(*qApp, dark);
    }
    if (remember) {
        settings_->setValue(QStringLiteral("theme"), static_cast<int>(choice));
    }
}

void MainWindow::showCase() {
    const bool open = workspace_.hasCase();
    pages_->setCurrentWidget(open ? static_cast<QWidget*>(workbench_) : empty_);
    filter_->setVisible(open);
    top_->layouts()->setVisible(open);
    const QString path = workspace_.casePath();
    setWindowTitle(!open            ? QStringLiteral("Trocar")
                   : path.isEmpty() ? tr("unsaved case – Trocar")
                                    : tr("%1 – Trocar").arg(QFileInfo(path).fileName()));
    if (open) {
        rememberRecent(workspace_.caseFile());
        setLayout(workbench_->layoutId());
        for (const QString& id : {QStringLiteral("chains"), QStringLiteral("process_tree")}) {
            if (QWidget* view = workbench_->view(id)) {
                view->setFocus();  // the keys of the lists work at once
                break;
            }
        }
    }
    fillRecent();
}

QStringList MainWindow::recentPaths() const {
    QStringList paths;
    for (const QString& path : settings_->value(QStringLiteral("recent")).toStringList()) {
        if (QFileInfo::exists(path)) {
            paths += path;
        }
    }
    return paths;
}

void MainWindow::rememberRecent(const QString& path) {
    if (path.isEmpty()) {
        return;
    }
    QStringList paths = recentPaths();
    paths.removeAll(path);
    paths.prepend(path);
    settings_->setValue(QStringLiteral("recent"), QStringList(paths.mid(0, kRecentLimit)));
}

void MainWindow::fillRecent() {
    QList<EmptyState::Recent> rows;
    recentMenu_->clear();
    const QDir unsaved(Workspace::unsavedFolder());
    for (const QString& path : recentPaths()) {
        const QFileInfo file(path);
        const bool isUnsaved = file.absoluteDir() == unsaved;
        const QString words =
            isUnsaved ? tr("unsaved case of %1").arg(file.birthTime().isValid()
                                                         ? file.birthTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"))
                                                         : file.lastModified().toString(QStringLiteral("yyyy-MM-dd HH:mm")))
                      : file.fileName() + QStringLiteral("   ") + QDir::toNativeSeparators(file.absolutePath());
        rows.append({path, words});
        connect(recentMenu_->addAction(words), &QAction::triggered, this, [this, path] { openPaths({path}); });
    }
    recentMenu_->setEnabled(!rows.isEmpty());
    empty_->setRecent(rows);
}

void MainWindow::tellImport() {
    const auto& summary = workspace_.lastImport();
    if (!summary) {
        return;
    }
    std::size_t failedFiles = 0;
    for (const FileSummary& file : summary->files) {
        failedFiles += file.error.empty() && !file.importer.empty() ? 0U : 1U;
    }
    QString words = tr("Read %1 records in %2 s: kept %3, rejected %4.")
                        .arg(groupedNumber(summary->events + summary->rejected))
                        .arg(summary->seconds, 0, 'f', 1)
                        .arg(groupedNumber(summary->events), groupedNumber(summary->rejected));
    if (summary->cancelled) {
        words = tr("Cancelled. ") + words;
    }
    QStringList more;
    if (failedFiles > 0) {
        more += counted(failedFiles, tr("%1 file could not be read"), tr("%1 files could not be read"));
    }
    if (!summary->skipped.empty()) {
        more += counted(summary->skipped.size(), tr("%1 item skipped"), tr("%1 items skipped"));
    }
    // Nothing to worry about: the summary stays under File > Import details, the banner goes by itself.
    const bool allWell = summary->rejected == 0 && failedFiles == 0 && summary->skipped.empty() && !summary->cancelled;
    banner_->say(Banner::Tone::news, words, more.join(QStringLiteral(" · ")), tr("Details"), allWell ? kNewsTime : 0);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    const auto type = event->type();
    if (type == QEvent::DragEnter || type == QEvent::DragMove || type == QEvent::Drop) {
        const auto* widget = qobject_cast<QWidget*>(watched);
        auto* drop = static_cast<QDropEvent*>(event);
        if (widget != nullptr && (widget == this || isAncestorOf(widget)) && drop->mimeData()->hasUrls()) {
            const QStringList paths = localPaths(drop->mimeData());
            if (!paths.isEmpty()) {
                drop->setDropAction(Qt::CopyAction);
                drop->accept();
                if (type == QEvent::Drop) {
                    openPaths(paths);
                }
                return true;
            }
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange) {
        update();
    }
    QMainWindow::changeEvent(event);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    settings_->setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings_->setValue(QStringLiteral("window/layout"), workbench_->layoutId());
    event->accept();
}

}  // namespace trocar::ui
