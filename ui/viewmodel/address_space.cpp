#include "ui/viewmodel/address_space.h"

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace trocar::ui {
namespace {

constexpr Nanos kAroundSnapshot{10 * kSecond.count};  ///< of the timeline, on both sides

}  // namespace

AddressSpace::AddressSpace(Workspace& workspace, QObject* parent) : QObject(parent), workspace_(workspace) {
    connect(&workspace_, &Workspace::caseChanged, this, &AddressSpace::columnsReplaced);
    connect(&workspace_, &Workspace::captureChanged, this, &AddressSpace::columnsReplaced);
    connect(&workspace_, &Workspace::columnsChanged, this, &AddressSpace::columnsReplaced);
    connect(&workspace_.selection(), &SelectionHub::currentChanged, this, &AddressSpace::follow);
    columnsReplaced();
}

void AddressSpace::columnsReplaced() {
    const auto columns = workspace_.capture() ? workspace_.columns() : nullptr;
    if (columns == columns_) {
        return;
    }
    columns_ = columns;
    processes_.clear();
    if (columns_) {
        processes_ = lives_with_snapshots(*columns_, *workspace_.capture()->strings);
        std::stable_sort(processes_.begin(), processes_.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
    }
    process_ = {};
    snapshots_.clear();
    before_ = after_ = -1;
    comparison_.reset();
    Q_EMIT processesChanged();
    const ProcessId current = processOfCurrent();
    setProcess(!current.none() || processes_.empty() ? current : processes_.front().first);
}

ProcessId AddressSpace::processOfCurrent() const {
    const Item& item = workspace_.selection().current();
    if (const auto* process = std::get_if<ProcessId>(&item)) {
        return *process;
    }
    if (const auto* chain = std::get_if<ChainId>(&item);
        chain != nullptr && workspace_.findings() != nullptr) {
        const auto row = workspace_.findings()->find(*chain);
        return row ? workspace_.findings()->rows()[*row].target : ProcessId{};
    }
    if (const auto* event = std::get_if<EventId>(&item); event != nullptr && columns_) {
        const auto found = std::find(columns_->id.begin(), columns_->id.end(), *event);
        if (found != columns_->id.end()) {
            const auto at = static_cast<std::size_t>(found - columns_->id.begin());
            return columns_->target[at].none() ? columns_->actor[at] : columns_->target[at];
        }
    }
    return {};
}

void AddressSpace::follow() {
    if (jumping_) {
        return;
    }
    const ProcessId wanted = processOfCurrent();
    if (!wanted.none() && wanted != process_) {
        setProcess(wanted);
    }
    const auto* event = std::get_if<EventId>(&workspace_.selection().current());
    const auto chosen = std::find_if(
        snapshots_.begin(), snapshots_.end(),
        [event](const MemorySnapshot& snapshot) { return event != nullptr && snapshot.event == *event; });
    if (chosen != snapshots_.end()) {
        const int at = static_cast<int>(chosen - snapshots_.begin());
        choose(std::min(before_, at), at);
    }
}

void AddressSpace::setProcess(ProcessId process) {
    process_ = process;
    snapshots_.clear();
    if (columns_ && !process_.none()) {
        snapshots_ = memory_snapshots(*columns_, *workspace_.capture()->strings, process_);
    }
    before_ = snapshots_.empty() ? -1 : 0;
    after_ = static_cast<int>(snapshots_.size()) - 1;
    read();
}

void AddressSpace::choose(int before, int after) {
    const int last = static_cast<int>(snapshots_.size()) - 1;
    if (last < 0) {
        return;
    }
    const int from = std::clamp(std::min(before, after), 0, last),
              to = std::clamp(std::max(before, after), 0, last);
    if (from != before_ || to != after_) {
        before_ = from;
        after_ = to;
        read();
    }
}

void AddressSpace::setWatched(bool watched) {
    watched_ = watched;
    if (watched_ && stale_) {
        start();
    }
}

void AddressSpace::read() {
    comparison_.reset();
    error_.clear();
    reading_ = stale_ = after_ >= 0;
    Q_EMIT snapshotsChanged();
    Q_EMIT comparisonChanged();
    if (watched_ && stale_) {
        start();
    }
}

void AddressSpace::start() {
    stale_ = false;
    const std::vector<MemorySnapshot> between(snapshots_.begin() + before_, snapshots_.begin() + after_ + 1);
    workspace_.fetchMemory(
        process_, between, this,
        [this](Result<std::shared_ptr<const MemoryComparison>>&& compared) { finish(std::move(compared)); });
}

void AddressSpace::finish(Result<std::shared_ptr<const MemoryComparison>>&& compared) {
    if (stale_ || after_ < 0) {
        return;  // of what was chosen before nobody looked
    }
    reading_ = false;
    if (compared.ok()) {
        comparison_ = std::move(compared).value();
    } else {
        error_ = errorMessage(compared.error());
    }
    Q_EMIT comparisonChanged();
}

QString AddressSpace::emptyText() const {
    if (comparison_ || reading_) {
        return {};
    }
    if (!error_.isEmpty()) {
        return error_;
    }
    if (!workspace_.capture()) {
        return tr("No capture is open.");
    }
    if (!columns_) {
        return tr("Loading events\u2026");
    }
    if (processes_.empty()) {
        return tr(
            "This capture holds no memory map.\n\nMaps come from snapshots of /proc on Linux hosts; the telemetry of "
            "Windows and macOS records none. Take /proc/PID/smaps and maps of the processes in question twice, some time "
            "apart, and import the folders: what appeared in between shows here. How to capture (F1) has the rest.");
    }
    const QString others = counted(processes_.size(), tr("%1 process of this capture has snapshots"),
                                   tr("%1 processes of this capture have snapshots"));
    return process_.none() ? tr("No process is chosen: %1.").arg(others)
                           : tr("There is no snapshot of %1.\n\n%2: choose one above.")
                                 .arg(workspace_.processLabel(process_), others);
}

void AddressSpace::showInTimeline(const MemorySnapshot& snapshot) {
    const QScopedValueRollback quiet(jumping_, true);
    workspace_.selection().setCurrent(snapshot.event);
    if (!snapshot.time.none()) {
        workspace_.selection().setViewRange(
            {shifted(snapshot.time, -kAroundSnapshot), shifted(snapshot.time, kAroundSnapshot)});
    }
}

}  // namespace trocar::ui
