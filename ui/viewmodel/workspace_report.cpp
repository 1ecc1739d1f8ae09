#include <QPointer>
#include <QSaveFile>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace_private.h"

namespace trocar::ui {
namespace {

/// What a report needs, copied on the GUI thread: the worker reads nothing that may change.
struct Told {
    FindingView view;
    ReportInput input;
};

Result<std::string> written(Told& told, CaseConnection& connection, const std::string& format) {
    auto file = connection.get();
    if (!file.ok()) {
        return file.error();
    }
    told.input.views = {&told.view};
    told.input.case_file = file.value();
    for (const auto& exporter : builtin_exporters()) {
        if (exporter->name() == format) {
            return exporter->write(told.input);
        }
    }
    return Error{ErrorKind::usage, "no report format is called " + format, ""};
}

}  // namespace

void Workspace::makeReport(const QString& format, QObject* context,
                           std::function<void(const Result<std::string>&)> done) {
    if (!d->view || !d->reading) {
        done(Error{ErrorKind::usage, toUtf8(tr("There is nothing to report yet.")),
                   toUtf8(tr("Open a case and wait for its chains."))});
        return;
    }
    auto told = std::make_shared<Told>(Told{*d->view, {}});
    told->input.info = d->info;
    for (const auto& [id, row] : d->verdicts) {
        told->input.verdicts.push_back(row);
    }
    told->input.suppressions = d->suppressions;
    told->input.zone_name = toUtf8(d->format.zoneName);
    told->input.zone_minutes = d->format.zoneMinutes;
    told->input.partial = d->partial;
    d->reader.run(
        [connection = d->reading, told, format = toUtf8(format)](std::stop_token) {
            return written(*told, *connection, format);
        },
        [alive = QPointer<QObject>(context), done = std::move(done)](Result<std::string>&& text) {
            if (alive) {
                done(text);
            }
        });
}

void Workspace::exportReport(const QString& format, const QString& path, QObject* context,
                             std::function<void(const QString& error)> done) {
    makeReport(format, context, [path, done = std::move(done)](const Result<std::string>& text) {
        if (!text.ok()) {
            done(errorMessage(text.error()));
            return;
        }
        QSaveFile out(path);
        const auto size = static_cast<qint64>(text.value().size());
        const bool saved =
            out.open(QIODevice::WriteOnly) && out.write(text.value().data(), size) == size && out.commit();
        done(saved ? QString() : tr("Cannot write the report to %1: %2").arg(path, out.errorString()));
    });
}

}  // namespace trocar::ui
