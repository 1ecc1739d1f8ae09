#include "ui/viewmodel/workspace.h"

#include <QDir>
#include <QStandardPaths>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace_private.h"

namespace trocar::ui {
namespace {

constexpr int kFilterPause = 250;   ///< ms of silence before a typed filter runs
constexpr int kPersistPause = 800;  ///< ms after the last move before parameters are stored
constexpr int kImportPoll = 100;    ///< ms between two looks at an import

QString& chosenFolder() {
    static QString folder;
    return folder;
}

}  // namespace

Workspace::Private::Private(Workspace* owner, ImporterList list)
    : q(owner), importers(std::move(list)), analytic(&builtin_analytics().front()) {
    persist.setSingleShot(true);
    persist.setInterval(kPersistPause);
    filterDelay.setSingleShot(true);
    filterDelay.setInterval(kFilterPause);
    importPoll.setInterval(kImportPoll);
    QObject::connect(&persist, &QTimer::timeout, q, [this] { storeParameters(); });
    QObject::connect(&filterDelay, &QTimer::timeout, q, [this] { startFilter(); });
    QObject::connect(&importPoll, &QTimer::timeout, q, [this] { pollImport(); });
    for (JobRunner* runner : {&opener, &importing}) {
        QObject::connect(runner, &JobRunner::busyChanged, q, [this] {
            settle();
            Q_EMIT q->busyChanged();
        });
    }
}

void Workspace::Private::settle() {
    if (isTaken()) {
        return;
    }
    flushEdits();
    if (!waitingImports.empty()) {
        const Waiting next = waitingImports.front();
        waitingImports.erase(waitingImports.begin());
        startImport(next.paths, next.hints);
    }
}

void Workspace::Private::fail(const Error& error) {
    if (error.kind != ErrorKind::cancelled) {
        Q_EMIT q->failed(errorMessage(error), errorRemedy(error));
    }
}

Workspace::Workspace(ImporterList importers, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(importers))) {}

Workspace::~Workspace() {
    d->storeParameters();
    d->abandonImport();
}

bool Workspace::hasCase() const {
    return d->open;
}

bool Workspace::isBusy() const {
    return d->isTaken();
}

QString Workspace::casePath() const {
    return d->unsaved ? QString() : d->workPath;
}

QString Workspace::caseFile() const {
    return d->workPath;
}

void Workspace::setUnsavedFolder(const QString& folder) {
    chosenFolder() = folder;
}

QString Workspace::unsavedFolder() {
    if (!chosenFolder().isEmpty()) {
        return chosenFolder();
    }
    return QDir(QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation))
        .filePath(QStringLiteral("unsaved"));
}

const CaseInfo& Workspace::info() const {
    return d->info;
}

const std::optional<ImportState>& Workspace::importState() const {
    return d->importState;
}

const std::optional<ImportSummary>& Workspace::lastImport() const {
    return d->lastImport;
}

std::shared_ptr<const Capture> Workspace::capture() const {
    return d->capture;
}

std::shared_ptr<const EventColumns> Workspace::columns() const {
    return d->columns;
}

const ImporterList& Workspace::importers() const {
    return d->importers;
}

SelectionHub& Workspace::selection() {
    return d->selection;
}

QUndoStack& Workspace::undoStack() {
    return d->undo;
}

const TimeFormat& Workspace::timeFormat() const {
    return d->format;
}

void Workspace::setTimeFormat(const TimeFormat& format) {
    d->format = format;
    Q_EMIT timeFormatChanged();
}

}  // namespace trocar::ui
