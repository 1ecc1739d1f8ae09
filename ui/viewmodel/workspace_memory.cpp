#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace_private.h"

#include <QPointer>

namespace trocar::ui {

using SharedComparison = std::shared_ptr<const MemoryComparison>;

void Workspace::fetchMemory(ProcessId life, std::vector<MemorySnapshot> between, QObject* context,
                            std::function<void(Result<SharedComparison>&&)> done) {
    if (!d->mapping || !d->columns) {
        done(Error{ErrorKind::usage, toUtf8(tr("There is no case to ask.")),
                   toUtf8(tr("Open a capture or a case first."))});
        return;
    }
    d->mapper.run(
        [connection = d->mapping, columns = d->columns, life,
         between = std::move(between)](std::stop_token stop) -> Result<SharedComparison> {
            auto file = connection->get();
            if (!file.ok()) {
                return file.error();
            }
            Result<MemoryComparison> compared =
                compare_snapshots(*file.value(), *columns, life, between, std::move(stop));
            connection->release();  // an import must find no reader that holds an old state
            if (!compared.ok()) {
                return compared.error();
            }
            return SharedComparison(std::make_shared<const MemoryComparison>(std::move(compared).value()));
        },
        [alive = QPointer<QObject>(context), done = std::move(done)](Result<SharedComparison>&& compared) {
            if (alive) {
                done(std::move(compared));
            }
        });
}

}  // namespace trocar::ui
