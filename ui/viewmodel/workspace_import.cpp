#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QUuid>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace_private.h"

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
    eventRate = byteRate = {};
    importClock.start();
    importPoll.start();
    std::vector<std::string> names;
    for (const QString& one : paths) {
        names.push_back(toPath(QFileInfo(one).absoluteFilePath()));
    }
    importing.run(
        [name = toPath(path), names, hints, list = &importers, door = gate](std::stop_token stop) {
            ImportOptions options;
            options.hints = hints;
            options.progress = [door, stop](const ImportProgress& progress) { door->post(progress, stop); };
            return import_evidence(name, names, options, *list, stop);
        },
        [this, path, isNew](Result<ImportSummary>&& result) { endImport(path, isNew, std::move(result)); });
    Q_EMIT q->importChanged();
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
    // Edits given meanwhile wait no longer: the case is free again. The runner still counts as busy within its own
    // delivery, so they go in with the next turn of the event loop.
    QMetaObject::invokeMethod(
        q,
        [this] {
            for (auto& change : std::exchange(heldEdits, {})) {
                edit(std::move(change));
            }
        },
        Qt::QueuedConnection);
    if (result.ok() && cameIn && (isNew ? workPath.isEmpty() : workPath == path)) {
        summaryIsNew = true;
        load(path, isNew || unsaved, !isNew);
    } else if (!result.ok()) {
        fail(result.error());
    }
    Q_EMIT q->importChanged();
    Q_EMIT q->importFinished();
    if (!waitingImports.empty()) {
        // After the case of this import is open: the next goes into it.
        QMetaObject::invokeMethod(
            q,
            [this] {
                if (!waitingImports.empty()) {
                    const Waiting next = waitingImports.front();
                    waitingImports.erase(waitingImports.begin());
                    q->importEvidence(next.paths, next.hints);
                }
            },
            Qt::QueuedConnection);
    }
}

void Workspace::importEvidence(const QStringList& paths, const ImportHints& hints) {
    if (paths.isEmpty()) {
        return;
    }
    if (d->importing.isBusy() || d->opener.isBusy()) {
        d->waitingImports.push_back({paths, hints});
        if (!d->importing.isBusy()) {
            // An opening case delivers without endImport(): look again when it is there.
            connect(
                &d->opener, &JobRunner::busyChanged, this,
                [this] {
                    if (!d->opener.isBusy() && !d->importing.isBusy() && !d->waitingImports.empty()) {
                        const Private::Waiting next = d->waitingImports.front();
                        d->waitingImports.erase(d->waitingImports.begin());
                        importEvidence(next.paths, next.hints);
                    }
                },
                Qt::SingleShotConnection);
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
    if (!d->importing.isBusy()) {
        return;
    }
    d->importing.requestStop();  // endImport() hears what had come in by then
    if (d->gate) {
        d->gate->pause(false);
    }
}

}  // namespace trocar::ui
