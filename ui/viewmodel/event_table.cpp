#include "ui/viewmodel/event_table.h"

#include <QStringList>
#include <algorithm>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/event_text.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {

EventTable::EventTable(Workspace& workspace, QObject* parent) : QAbstractTableModel(parent), workspace_(workspace) {
    connect(&workspace_, &Workspace::caseChanged, this, &EventTable::replace);
    connect(&workspace_, &Workspace::captureChanged, this, &EventTable::replace);
    connect(&workspace_, &Workspace::columnsChanged, this, &EventTable::replace);
    connect(&workspace_, &Workspace::filteredChanged, this, &EventTable::replace);
    connect(&workspace_, &Workspace::timeFormatChanged, this, [this] {
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, time), index(rowCount() - 1, time));
        }
    });
    replace();
}

void EventTable::replace() {
    if (capture_ == workspace_.capture() && columns_ == workspace_.columns() && rows_ == workspace_.filtered()) {
        return;
    }
    beginResetModel();
    capture_ = workspace_.capture();
    columns_ = capture_ ? workspace_.columns() : nullptr;
    rows_ = workspace_.filtered();
    endResetModel();
}

int EventTable::rowCount(const QModelIndex& parent) const {
    if (parent.isValid() || !columns_) {
        return 0;
    }
    const std::size_t rows = rows_ ? rows_->size() : columns_->size();
    return static_cast<int>(std::min<std::size_t>(rows, kMostRows));
}

int EventTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnCount_;
}

std::size_t EventTable::position(int row) const {
    const auto at = static_cast<std::size_t>(row);
    return rows_ ? std::min<std::size_t>((*rows_)[at], columns_->size() - 1) : at;
}

EventId EventTable::idAt(int row) const {
    return row >= 0 && row < rowCount() ? columns_->id[position(row)] : EventId{};
}

Operation EventTable::operationAt(int row) const {
    return columns_->operation[position(row)];
}

bool EventTable::isBookmarked(int row) const {
    return workspace_.isBookmarked(idAt(row));
}

QString EventTable::text(int row, int column) const {
    const std::size_t at = position(row);
    switch (column) {
        case time: return workspace_.timeText(columns_->time[at]);
        case host: {
            const std::size_t channel = columns_->channel[at];
            const HostId id = channel < columns_->channels.size() ? columns_->channels[channel].host : HostId{};
            return id.value < capture_->hosts.size() ? fromEvidence(capture_->strings->text(capture_->hosts[id.value])) : QString();
        }
        case event: return sourceOfEvent(*capture_, *columns_, at);
        case operation: return fromOurs(name(columns_->operation[at]));
        case source: return columns_->actor[at].none() ? QString() : workspace_.processLabel(columns_->actor[at]);
        case target: return columns_->target[at].none() ? QString() : workspace_.processLabel(columns_->target[at]);
        case detail: return detailOfEvent(*capture_, *columns_, at);
        default: return {};
    }
}

QVariant EventTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole: return text(index.row(), index.column());
        case Qt::ToolTipRole:
            if (index.column() == source || index.column() == target) {
                const std::size_t at = position(index.row());
                return workspace_.imagePath(index.column() == source ? columns_->actor[at] : columns_->target[at]);
            }
            return {};
        default: return {};
    }
}

QVariant EventTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
        case time: return tr("Time (%1)").arg(workspace_.timeFormat().zoneName);
        case host: return tr("Host");
        case event: return tr("Event");
        case operation: return tr("Operation");
        case source: return tr("Source");
        case target: return tr("Target");
        case detail: return tr("Detail");
        default: return {};
    }
}

int EventTable::rowOf(EventId id) const {
    if (!columns_ || id.none()) {
        return -1;
    }
    // Ids follow the sources, columns follow the time: no order to search by, but one pass over ids is 4 bytes an event.
    const auto found = std::find(columns_->id.begin(), columns_->id.end(), id);
    if (found == columns_->id.end()) {
        return -1;
    }
    return rowAt(static_cast<std::uint32_t>(found - columns_->id.begin()));
}

int EventTable::rowAt(std::uint32_t at) const {
    if (!rows_) {
        return at < static_cast<std::uint32_t>(rowCount()) ? static_cast<int>(at) : -1;
    }
    const auto row = std::lower_bound(rows_->begin(), rows_->end(), at);
    return row != rows_->end() && *row == at && row - rows_->begin() < kMostRows ? static_cast<int>(row - rows_->begin()) : -1;
}

QString EventTable::rowText(int row) const {
    QStringList cells;
    for (int column = 0; column < columnCount_; ++column) {
        cells += text(row, column);
    }
    return cells.join(QLatin1Char('\t'));
}

QString EventTable::emptyText() const {
    if (rowCount() > 0) {
        return {};
    }
    if (!capture_) {
        return tr("No capture is open.");
    }
    if (!columns_) {
        return tr("Loading events\u2026");
    }
    if (columns_->size() == 0) {
        return tr("This case holds no events.");
    }
    return tr("No event passes the filter. All %1 events are hidden by it.").arg(groupedNumber(columns_->size()));
}

bool EventTable::severalHosts() const {
    return capture_ && capture_->hosts.size() > 1;
}

}  // namespace trocar::ui
