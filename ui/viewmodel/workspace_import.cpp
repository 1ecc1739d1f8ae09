#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace_private.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QUuid>

namespace trocar::ui {

void Workspace::Private::startImport(const QStringList& paths, const ImportHints& hints) {
    const bool isNew = workPath.isEmpty();
    QString path = workPath;
    if (isNew) {
        const QString folder = unsavedFolder();
        if (!QDir().mkpath(folder)) {
            fail({ErrorKind::storage, "cannot make the folder " + toUtf8(folder) + " for the new case",
                  "Check that you may write to your own application data folder."});
            return;
        }
        path = QDir(folder).filePath(
            QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-")) +
            QUuid::createUuid().toString(QUuid::Id128).left(6) + QStringLiteral(".trocar"));
    }
    gate = std::make_shared<ProgressGate<ImportProgress>>();
    importState = ImportState{};
    importState->paths = paths;
    importState->imports_waiting = static_cast<int>(waitingImports.size());
    lastImport.reset();  // a failure must not be told with the summary of an earlier import
    eventRate = byteRate = {};
    importClock.start();
    importPoll.start();
    std::vector<std::string> names;
    for (const QString& one : paths) {
        names.push_back(toPath(QFileInfo(one).absoluteFilePath()));
    }
    const auto import = [this, path, isNew, names, hints] {
        importing.run(
            [name = toPath(path), names, hints, list = &importers, door = gate](std::stop_token stop) {
                ImportOptions options;
                options.hints = hints;
                options.progress = [door, stop](const ImportProgress& progress) {
                    door->post(progress, stop);
                };
                return import_evidence(name, names, options, *list, stop);
            },
            [this, path, isNew](Result<ImportSummary>&& result) {
                endImport(path, isNew, std::move(result));
            });
    };
    Q_EMIT q->importChanged();  // before the worker begins: who hears it may pause
    if (isNew) {
        import();
    } else {
        afterEdits(import);
    }
}

void Workspace::Private::pollImport() {
    if (!gate || !importState) {
        importPoll.stop();
        return;
    }
    if (auto newest = gate->take()) {
        const double now = static_cast<double>(importClock.nsecsElapsed()) / 1e9;
        const ImportProgress& p = importState->progress = std::move(*newest);
        eventRate.sample(now, static_cast<double>(p.events));
        byteRate.sample(now, static_cast<double>(p.total_bytes_done));
        importState->eventsPerSecond = eventRate.perSecond();
        importState->bytesPerSecond = byteRate.perSecond();
        importState->secondsLeft =
            byteRate.secondsLeft(static_cast<double>(p.total_bytes_done), static_cast<double>(p.total_bytes));
        Q_EMIT q->importChanged();
    }
}

void Workspace::Private::endImport(const QString& path, bool isNew, Result<ImportSummary>&& result) {
    importPoll.stop();
    importState.reset();
    gate.reset();
    const bool cameIn = QFileInfo::exists(path);
    if (result.ok()) {
        lastImport = std::move(result.value());
    }
    if (result.ok() && cameIn && (isNew ? workPath.isEmpty() : workPath == path)) {
        summaryIsNew = true;
        load(path, isNew || unsaved, !isNew);
    } else if (!result.ok()) {
        fail(result.error());
        if (result.error().kind == ErrorKind::cancelled) {
            Q_EMIT q->importCancelled();
        }
    }
    Q_EMIT q->importChanged();
    Q_EMIT q->importFinished();
}

void Workspace::importEvidence(const QStringList& paths, const ImportHints& hints) {
    if (paths.isEmpty()) {
        return;
    }
    if (d->isTaken()) {
        d->waitingImports.push_back({paths, hints});  // settle() comes back to it
        if (d->importState) {
            d->importState->imports_waiting = static_cast<int>(d->waitingImports.size());
            Q_EMIT importChanged();
        }
        return;
    }
    d->startImport(paths, hints);
}

void Workspace::pauseImport(bool paused) {
    if (d->gate && d->importState) {
        d->gate->pause(paused);
        d->importState->paused = paused;
        Q_EMIT importChanged();
    }
}

void Workspace::cancelImport() {
    d->waitingImports.clear();
    if (d->importState) {
        d->importState->imports_waiting = 0;
    }
    if (!d->importing.isBusy()) {
        return;
    }
    d->importing.requestStop();  // endImport() hears what had come in by then
    if (d->gate) {
        d->gate->pause(false);
    }
}

}  // namespace trocar::ui
