#include <QDir>
#include <QFile>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace_private.h"

namespace trocar::ui {
namespace {

Result<LoadedCase> readCase(const std::string& path, std::stop_token stop) {
    auto file = CaseFile::open(path, CaseFile::Mode::read_only);
    if (!file.ok()) {
        return file.error();
    }
    CaseFile& opened = *file.value();
    LoadedCase loaded;
    auto info = opened.info();
    if (!info.ok()) {
        return info.error();
    }
    loaded.info = std::move(info.value());
    auto capture = opened.load_capture(stop);
    if (!capture.ok()) {
        return capture.error();
    }
    loaded.capture = std::move(capture.value());
    auto verdicts = opened.verdicts();
    if (!verdicts.ok()) {
        return verdicts.error();
    }
    loaded.verdicts = std::move(verdicts.value());
    auto suppressions = opened.suppressions();
    if (!suppressions.ok()) {
        return suppressions.error();
    }
    loaded.suppressions = std::move(suppressions.value());
    auto profiles = opened.profiles();
    if (!profiles.ok()) {
        return profiles.error();
    }
    loaded.profiles = std::move(profiles.value());
    auto parameters = opened.parameters();
    if (!parameters.ok()) {
        return parameters.error();
    }
    loaded.parameters = std::move(parameters.value());
    auto bookmarks = opened.bookmarks();
    if (!bookmarks.ok()) {
        return bookmarks.error();
    }
    loaded.bookmarks = std::move(bookmarks.value());
    return loaded;
}

/// The database and the two files SQLite keeps beside it.
void removeCaseFiles(const QString& path) {
    for (const QString& suffix : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm")}) {
        QFile::remove(path + suffix);
    }
}

}  // namespace

Result<CaseFile*> CaseConnection::get() {
    if (!file_) {
        auto opened = CaseFile::open(path_, mode_);
        if (!opened.ok()) {
            return opened.error();
        }
        file_ = std::move(opened.value());
    }
    return file_.get();
}

void Workspace::Private::edit(std::function<Status(CaseFile&)> change) {
    if (!writing) {
        return;  // setCapture(): no file to write to
    }
    if (isTaken()) {
        heldEdits.push_back({writing, std::move(change)});
    } else {
        runEdit({writing, std::move(change)});
    }
}

void Workspace::Private::runEdit(Edit one) {
    writer.run(
        [edit = std::move(one)](std::stop_token) -> Result<bool> {
            auto file = edit.connection->get();
            if (!file.ok()) {
                return file.error();
            }
            const Status status = edit.change(*file.value());
            if (!status.ok()) {
                return status.error();
            }
            return true;
        },
        [this](Result<bool>&& done) {
            if (!done.ok()) {
                fail(done.error());
            }
        });
}

void Workspace::Private::flushEdits() {
    for (Edit& one : std::exchange(heldEdits, {})) {
        runEdit(std::move(one));
    }
}

void Workspace::Private::afterEdits(std::function<void()> then) {
    ++preparing;
    writer.run(
        [connection = writing](std::stop_token) -> Result<bool> {
            if (connection) {
                connection->release();
            }
            return true;
        },
        [this, at = epoch, then = std::move(then)](Result<bool>&&) {
            --preparing;
            if (at == epoch) {
                then();
            }
            settle();
        });
    Q_EMIT q->busyChanged();
}

void Workspace::Private::setCaseFile(const QString& path, bool isUnsaved) {
    workPath = path;
    unsaved = isUnsaved;
    reader.cancel();
    filterer.cancel();
    finder.cancel();
    querier.cancel();
    mapper.cancel();
    if (path.isEmpty()) {
        reading.reset();
        filtering.reset();
        finding.reset();
        querying.reset();
        mapping.reset();
        writing.reset();
        return;
    }
    const std::string name = toPath(path);
    reading = std::make_shared<CaseConnection>(name, CaseFile::Mode::read_only);
    filtering = std::make_shared<CaseConnection>(name, CaseFile::Mode::read_only);
    finding = std::make_shared<CaseConnection>(name, CaseFile::Mode::read_only);
    querying = std::make_shared<CaseConnection>(name, CaseFile::Mode::read_only);
    mapping = std::make_shared<CaseConnection>(name, CaseFile::Mode::read_only);
    writing = std::make_shared<CaseConnection>(name, CaseFile::Mode::edit);
}

void Workspace::Private::resetState() {
    correlator.cancel();
    filterer.cancel();
    reader.cancel();
    filterDelay.stop();
    persist.stop();
    undo.clear();
    info = {};
    capture.reset();
    columns.reset();
    imageNames.clear();
    parameters = baseline = kept = {};
    keptValues.clear();
    baselineName.clear();
    dropFindings();
    profiles.clear();
    verdicts.clear();
    suppressions.clear();
    storedId.clear();
    bookmarks.clear();
    filterText.clear();
    filterError.clear();
    timeFilter.reset();
    filtered.reset();
    filterMs = 0;
    lastImport.reset();
    open = false;
}

void Workspace::Private::load(const QString& path, bool isUnsaved, bool sameCase) {
    afterEdits([this, path, isUnsaved, sameCase] {
        opener.run([name = toPath(path)](std::stop_token stop) { return readCase(name, std::move(stop)); },
                   [this, path, isUnsaved, sameCase](Result<LoadedCase>&& loaded) {
                       if (!loaded.ok()) {
                           fail(loaded.error());
                           return;
                       }
                       take(std::move(loaded.value()), path, isUnsaved, sameCase);
                   });
    });
}

void Workspace::Private::take(LoadedCase&& loaded, const QString& path, bool isUnsaved, bool sameCase) {
    if (!sameCase) {
        const auto summary = std::move(lastImport);
        resetState();
        lastImport = summaryIsNew ? summary : std::nullopt;
        setCaseFile(path, isUnsaved);
        keptValues = {loaded.parameters.begin(), loaded.parameters.end()};
        analytic = &fitting_analytic(*loaded.capture);
        parameters = kept = restored(loaded.parameters);
    }
    summaryIsNew = false;
    open = true;
    info = std::move(loaded.info);
    capture = std::move(loaded.capture);
    columns.reset();
    filtered.reset();
    imageNames.clear();
    verdicts.clear();
    for (VerdictRow& row : loaded.verdicts) {
        verdicts[row.chain] = std::move(row);
    }
    suppressions = std::move(loaded.suppressions);
    storedId.clear();
    bookmarks = std::move(loaded.bookmarks);
    profiles = std::move(loaded.profiles);
    dropFindings();
    if (!sameCase) {
        selection.clear({capture->first_time, capture->last_time});
        Q_EMIT q->caseChanged();
        Q_EMIT q->analyticChanged();
        Q_EMIT q->filterChanged();
        Q_EMIT q->parametersChanged();
    } else {
        // Events and lives were numbered anew; chains keep their ids.
        const Item current = selection.current();
        selection.clear({capture->first_time, capture->last_time});
        if (std::holds_alternative<ChainId>(current)) {
            selection.setCurrent(current);
        }
    }
    Q_EMIT q->captureChanged();
    Q_EMIT q->findingsChanged();
    Q_EMIT q->verdictsChanged();
    Q_EMIT q->bookmarksChanged();
    correlate();
    loadColumns();
}

void Workspace::Private::loadColumns() {
    opener.run(
        [name = toPath(workPath)](std::stop_token stop) -> Result<std::shared_ptr<const EventColumns>> {
            auto file = CaseFile::open(name, CaseFile::Mode::read_only);
            if (!file.ok()) {
                return file.error();
            }
            return file.value()->load_event_columns(std::move(stop));
        },
        [this](Result<std::shared_ptr<const EventColumns>>&& loaded) {
            if (!loaded.ok()) {
                fail(loaded.error());
                return;
            }
            columns = std::move(loaded.value());
            Q_EMIT q->columnsChanged();
            startFilter();
        });
}

void Workspace::openCase(const QString& path) {
    if (d->importing.isBusy() || d->importState) {
        Q_EMIT failed(tr("An import is running, so no other case was opened."),
                      tr("Wait until it is done, or cancel it in the status bar."));
        return;
    }
    d->storeParameters();
    const bool isUnsaved = QDir(unsavedFolder()) == QFileInfo(path).absoluteDir();
    d->load(QFileInfo(path).absoluteFilePath(), isUnsaved, false);
}

void Workspace::Private::abandonImport() {
    waitingImports.clear();
    ++epoch;
    flushEdits();
    if (gate) {
        gate->pause(false);
    }
    importing.cancel();
    importPoll.stop();
    importState.reset();
    gate.reset();
}

void Workspace::closeCase() {
    d->abandonImport();
    Q_EMIT importChanged();
    d->opener.cancel();
    d->flushEdits();
    d->storeParameters();
    d->resetState();
    d->setCaseFile({}, false);
    d->selection.clear({});
    Q_EMIT caseChanged();
    Q_EMIT captureChanged();
    Q_EMIT columnsChanged();
    Q_EMIT findingsChanged();
    Q_EMIT parametersChanged();
    Q_EMIT verdictsChanged();
    Q_EMIT bookmarksChanged();
    Q_EMIT filterChanged();
    Q_EMIT filteredChanged();
}

void Workspace::setCapture(std::shared_ptr<const Capture> capture, std::shared_ptr<const EventColumns> columns) {
    d->resetState();
    d->setCaseFile({}, false);
    d->open = capture != nullptr;
    d->capture = std::move(capture);
    d->columns = std::move(columns);
    if (d->capture) {
        d->info.events = d->capture->event_count;
        d->info.processes = d->capture->processes.lives.size();
        d->info.first_time = d->capture->first_time;
        d->info.last_time = d->capture->last_time;
        d->analytic = &fitting_analytic(*d->capture);
        d->selection.clear({d->capture->first_time, d->capture->last_time});
    }
    Q_EMIT caseChanged();
    Q_EMIT analyticChanged();
    Q_EMIT captureChanged();
    Q_EMIT columnsChanged();
    Q_EMIT findingsChanged();
    Q_EMIT parametersChanged();
    Q_EMIT verdictsChanged();
    Q_EMIT filterChanged();
    Q_EMIT filteredChanged();
    d->correlate();
}

void Workspace::saveCaseAs(const QString& path) {
    if (!d->open || d->workPath.isEmpty() || QFileInfo(path) == QFileInfo(d->workPath)) {
        return;
    }
    d->storeParameters();
    // On the writer, so that every edit made so far is in the copy.
    d->writer.run(
        [from = toPath(d->workPath), path](std::stop_token) -> Result<bool> {
            auto file = CaseFile::open(from, CaseFile::Mode::read_only);
            if (!file.ok()) {
                return file.error();
            }
            const QString fresh = path + QStringLiteral(".part");
            removeCaseFiles(fresh);
            const Status copied = file.value()->save_copy(toPath(fresh));
            if (!copied.ok()) {
                removeCaseFiles(fresh);
                return copied.error();
            }
            removeCaseFiles(path);  // the file dialog asked
            if (!QFile::rename(fresh, path)) {
                removeCaseFiles(fresh);
                return Error{ErrorKind::storage, "cannot write the case to " + toUtf8(path),
                             "Choose a folder that you may write to, with room for the case."};
            }
            return true;
        },
        [this, path, old = d->workPath, wasUnsaved = d->unsaved](Result<bool>&& done) {
            if (!done.ok()) {
                d->fail(done.error());
                return;
            }
            if (d->workPath != old) {
                return;  // another case was opened meanwhile
            }
            d->setCaseFile(QFileInfo(path).absoluteFilePath(), false);
            d->info.path = toUtf8(path);
            if (wasUnsaved) {
                removeCaseFiles(old);
            }
            Q_EMIT casePathChanged();
        });
}

void Workspace::fetchEvents(std::vector<EventId> ids, QObject* context,
                            std::function<void(const std::vector<EventRow>&)> ready) {
    if (!d->reading) {
        return;
    }
    d->reader.run(
        [connection = d->reading, ids = std::move(ids)](std::stop_token) -> Result<std::vector<EventRow>> {
            auto file = connection->get();
            if (!file.ok()) {
                return file.error();
            }
            return file.value()->events(ids);
        },
        [this, alive = QPointer<QObject>(context), ready = std::move(ready)](Result<std::vector<EventRow>>&& rows) {
            if (!rows.ok()) {
                d->fail(rows.error());
            } else if (alive) {
                ready(rows.value());
            }
        });
}

void Workspace::fetchRecord(
    EventId id, QObject* context,
    std::function<void(const Result<RenderedRecord>&, const std::optional<EventRow>&)> ready) {
    struct Answer {
        std::optional<Result<RenderedRecord>> record;
        std::optional<EventRow> row;
    };
    if (!d->reading) {
        return;
    }
    d->reader.run(
        [connection = d->reading, id, list = &d->importers](std::stop_token) -> Result<Answer> {
            auto file = connection->get();
            if (!file.ok()) {
                return file.error();
            }
            Answer answer;
            const EventId ids[] = {id};
            if (auto rows = file.value()->events(ids); rows.ok() && !rows.value().empty()) {
                answer.row = rows.value().front();
            }
            answer.record = file.value()->render(id, *list);
            return answer;
        },
        [alive = QPointer<QObject>(context), ready = std::move(ready)](Result<Answer>&& answer) {
            if (!alive) {
                return;
            }
            if (answer.ok()) {
                ready(*answer.value().record, answer.value().row);
            } else {
                ready(Result<RenderedRecord>(answer.error()), std::nullopt);
            }
        });
}

}  // namespace trocar::ui
