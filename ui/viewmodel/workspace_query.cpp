#include <QElapsedTimer>
#include <QPointer>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace_private.h"

namespace trocar::ui {

void Workspace::runQuery(const QString& sql, QObject* context,
                         std::function<void(const Result<QueryAnswer>&, double)> done) {
    if (!d->querying) {
        done(Error{ErrorKind::usage, toUtf8(tr("There is no case to ask.")), toUtf8(tr("Open a capture or a case first."))},
             0);
        return;
    }
    struct Timed {
        QueryAnswer answer;
        double milliseconds = 0;
    };
    d->querier.run(
        [connection = d->querying, text = toUtf8(sql)](std::stop_token) -> Result<Timed> {
            auto file = connection->get();
            if (!file.ok()) {
                return file.error();
            }
            QElapsedTimer clock;
            clock.start();
            auto answer = file.value()->query(text, kQueryRows, Nanos{kQuerySeconds * kSecond.count});
            const double took = static_cast<double>(clock.nsecsElapsed()) / 1e6;
            connection->release();  // an import must find no reader that holds an old state
            if (!answer.ok()) {
                return answer.error();
            }
            Timed timed;
            timed.answer = std::move(answer.value());
            timed.milliseconds = took;
            return timed;
        },
        [alive = QPointer<QObject>(context), done = std::move(done)](Result<Timed>&& timed) {
            if (!alive) {
                return;
            }
            if (timed.ok()) {
                done(std::move(timed.value().answer), timed.value().milliseconds);
            } else {
                done(timed.error(), 0);
            }
        });
}

void Workspace::fetchLog(QObject* context, std::function<void(const std::vector<LogLine>&)> ready) {
    if (!d->reading) {
        return;
    }
    d->reader.run(
        [connection = d->reading](std::stop_token) -> Result<std::vector<LogLine>> {
            auto file = connection->get();
            if (!file.ok()) {
                return file.error();
            }
            return file.value()->log();
        },
        [this, alive = QPointer<QObject>(context), ready = std::move(ready)](Result<std::vector<LogLine>>&& lines) {
            if (!lines.ok()) {
                d->fail(lines.error());
            } else if (alive) {
                ready(lines.value());
            }
        });
}

}  // namespace trocar::ui
