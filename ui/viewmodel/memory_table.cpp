#include "ui/viewmodel/memory_table.h"

#include "core/base/escape.h"
#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/memory_words.h"
#include "ui/viewmodel/workspace.h"

#include <algorithm>
#include <numeric>

namespace trocar::ui {
namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

bool isFinding(Operation operation) {
    return operation == Operation::mapping_found || operation == Operation::code_page_changed;
}

}  // namespace

MemoryTable::MemoryTable(Workspace& workspace, QObject* parent)
    : QAbstractTableModel(parent), workspace_(workspace) {
    connect(&workspace_, &Workspace::timeFormatChanged, this, [this] {
        if (!rows_.empty()) {
            Q_EMIT dataChanged(index(0, seen), index(rowCount() - 1, seen));
        }
    });
}

void MemoryTable::setComparison(std::shared_ptr<const MemoryComparison> comparison) {
    beginResetModel();
    comparison_ = std::move(comparison);
    placeEvents();
    list();
    endResetModel();
}

void MemoryTable::setPart(Part part) {
    if (part != part_) {
        beginResetModel();
        part_ = part;
        list();
        endResetModel();
    }
}

void MemoryTable::placeEvents() {
    events_.assign(comparison_ ? comparison_->rows.size() : 0, {});
    if (!comparison_) {
        return;
    }
    const std::vector<AddressEvent>& all = comparison_->events.events;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const int place = placeOfAddress(all[i].address);
        if (place < 0) {
            continue;
        }
        Events& here = events_[at(place)];
        ++here.count;
        if (here.best < 0 || (isFinding(all[i].operation) && !isFinding(all[at(here.best)].operation))) {
            here.best = static_cast<int>(i);
        }
    }
}

int MemoryTable::placeOfEvent(EventId event) const {
    if (!comparison_) {
        return -1;
    }
    const auto& all = comparison_->events.events;
    const auto found =
        std::find_if(all.begin(), all.end(), [event](const AddressEvent& one) { return one.event == event; });
    return found == all.end() ? -1 : placeOfAddress(found->address);
}

int MemoryTable::placeOfAddress(std::uint64_t wanted) const {
    const auto& rows = comparison_->rows;
    const auto after = std::partition_point(rows.begin(), rows.end(), [&](const RegionDifference& row) {
        return regionAt(static_cast<int>(&row - rows.data())).start <= wanted;
    });
    const int place = static_cast<int>(after - rows.begin()) - 1;
    return place >= 0 && wanted < regionAt(place).end ? place : -1;
}

void MemoryTable::list() {
    const int all = comparison_ ? static_cast<int>(comparison_->rows.size()) : 0;
    counts_ = {};
    rows_.clear();
    for (int place = 0; place < all; ++place) {
        for (int part = 0; part < kParts; ++part) {
            counts_[at(part)] += isIn(static_cast<Part>(part), place) ? 1 : 0;
        }
        if (isIn(part_, place)) {
            rows_.push_back(place);
        }
    }
    std::stable_sort(rows_.begin(), rows_.end(), [this](int a, int b) {
        return sortOrder_ == Qt::AscendingOrder ? isBefore(a, b) : isBefore(b, a);
    });
    rowOfPlace_.assign(at(all), -1);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        rowOfPlace_[at(rows_[row])] = static_cast<int>(row);
    }
}

bool MemoryTable::isIn(Part part, int place) const {
    switch (part) {
        case Part::all: return true;
        case Part::changed: return differenceAt(place).change != RegionChange::same;
        case Part::executable: return regionAt(place).executable();
        case Part::suspicious: return isSuspicious(place);
    }
    return false;
}

bool MemoryTable::isBefore(int a, int b) const {
    const MemoryRegion &left = regionAt(a), &right = regionAt(b);
    switch (sortColumn_) {
        case size: return left.size() < right.size();
        case rights: return left.permissions < right.permissions;
        case change: return changeText(differenceAt(a).change) < changeText(differenceAt(b).change);
        case backing: return left.path < right.path;
        case finding: return findingAt(a) < findingAt(b);
        case seen: {
            const auto time = [this](int place) {
                const auto& first = comparison_->first_seen[at(place)];
                return first ? first->time : kNoTime;
            };
            return time(a) < time(b);
        }
        default: return a < b;
    }
}

void MemoryTable::sort(int column, Qt::SortOrder order) {
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    std::vector<int> places;
    for (const QModelIndex& one : before) {
        places.push_back(placeAt(one.row()));
    }
    sortColumn_ = column;
    sortOrder_ = order;
    list();
    QModelIndexList now;
    for (qsizetype i = 0; i < before.size(); ++i) {
        now += index(rowOfPlace(places[static_cast<std::size_t>(i)]), before[i].column());
    }
    changePersistentIndexList(before, now);
    Q_EMIT layoutChanged();
}

int MemoryTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int MemoryTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnCount_;
}

int MemoryTable::placeAt(int row) const {
    return row >= 0 && row < rowCount() ? rows_[at(row)] : -1;
}

int MemoryTable::rowOfPlace(int place) const {
    return place >= 0 && at(place) < rowOfPlace_.size() ? rowOfPlace_[at(place)] : -1;
}

const RegionDifference& MemoryTable::differenceAt(int place) const {
    return comparison_->rows[at(place)];
}

const MemoryRegion& MemoryTable::regionAt(int place) const {
    const RegionDifference& row = differenceAt(place);
    return row.after == RegionDifference::kNone ? comparison_->before.map.regions[row.before]
                                                : comparison_->after.map.regions[row.after];
}

const MemoryRegion* MemoryTable::regionBefore(int place) const {
    const RegionDifference& row = differenceAt(place);
    return row.before == RegionDifference::kNone ? nullptr : &comparison_->before.map.regions[row.before];
}

EventId MemoryTable::eventAt(int place) const {
    const int best = place >= 0 && at(place) < events_.size() ? events_[at(place)].best : -1;
    return best < 0 ? EventId{} : comparison_->events.events[at(best)].event;
}

int MemoryTable::eventsAt(int place) const {
    return place >= 0 && at(place) < events_.size() ? events_[at(place)].count : 0;
}

bool MemoryTable::isSuspicious(int place) const {
    const int best = events_[at(place)].best;
    return regionAt(place).findings != 0 ||
           (best >= 0 && isFinding(comparison_->events.events[at(best)].operation) &&
            differenceAt(place).after != RegionDifference::kNone);
}

int MemoryTable::firstOfInterest() const {
    const int all = comparison_ ? static_cast<int>(comparison_->rows.size()) : 0;
    int found = -1, changed = -1;
    for (int place = 0; place < all; ++place) {
        const bool isNew = isIn(Part::changed, place);
        if (isSuspicious(place)) {
            if (isNew) {
                return place;
            }
            found = found < 0 ? place : found;
        } else if (isNew && changed < 0) {
            changed = place;
        }
    }
    return found >= 0 ? found : changed;
}

QVariant MemoryTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    switch (role) {
        case Qt::DisplayRole: return text(index.row(), index.column());
        case Qt::AccessibleTextRole: return text(index.row(), index.column());
        case Qt::ToolTipRole: return tipOf(placeAt(index.row()));
        default: return {};
    }
}

QVariant MemoryTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return static_cast<int>((section == size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
        case address: return tr("Address");
        case size: return tr("Size");
        case rights: return tr("Rights");
        case change: return tr("Change");
        case backing: return tr("Backing");
        case finding: return tr("Finding");
        case seen: return tr("First seen");
        default: return {};
    }
}

}  // namespace trocar::ui
