// The words of the memory table's cells, rows and export.

#include "core/base/escape.h"
#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/memory_table.h"
#include "ui/viewmodel/memory_words.h"
#include "ui/viewmodel/workspace.h"

#include <QStringList>

namespace trocar::ui {
namespace {

constexpr std::size_t kLargestTip = 400;  ///< characters of a path

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

QString rangeText(const MemoryRegion& region) {
    return fromOurs(hex(region.start).substr(2) + '-' + hex(region.end).substr(2));
}

}  // namespace

QString MemoryTable::findingAt(int place) const {
    const QString own = findingsText(regionAt(place).findings);
    if (!own.isEmpty() || !isSuspicious(place)) {
        return own;
    }
    // Seen in another snapshot, or only against another one. Of a file that is neither deleted nor changed, a
    // snapshot reports only code that appeared where users can write.
    const AddressEvent& event = comparison_->events.events[at(events_[at(place)].best)];
    return event.operation == Operation::code_page_changed
               ? fromOurs(name_of_finding(region_finding::kDirtyCode))
               : tr("code of a writable folder");
}

QString MemoryTable::rightsText(int place) const {
    const QString now = fromEvidence(regionAt(place).rights());
    const MemoryRegion* was = regionBefore(place);
    const bool changed = was != nullptr && was->permissions != regionAt(place).permissions;
    return changed ? fromEvidence(was->rights()) + QStringLiteral(" \u2192 ") + now : now;
}

QString MemoryTable::text(int row, int column) const {
    const int place = placeAt(row);
    const MemoryRegion& region = regionAt(place);
    switch (column) {
        case address: return rangeText(region);
        case size: return sizeText(region.size());
        case rights: return rightsText(place);
        case change: return changeText(differenceAt(place).change);
        case backing: return backingText(region);
        case finding: return findingAt(place);
        case seen: {
            const auto& first = comparison_->first_seen[at(place)];
            return first ? workspace_.timeText(first->time) : QString();
        }
        default: return {};
    }
}

QString MemoryTable::tipOf(int place) const {
    const MemoryRegion& region = regionAt(place);
    QStringList lines{rangeText(region) + QStringLiteral("  ") + rightsText(place),
                      fromEvidence(std::string_view(region.path).substr(0, kLargestTip))};
    if (region.inode != 0) {
        lines += tr("offset %1, device %2, inode %3")
                     .arg(fromOurs(hex(region.offset)), fromEvidence(region.device))
                     .arg(region.inode);
    }
    if (region.anonymous_kb) {
        lines += tr("%1 KiB are no longer the file's").arg(*region.anonymous_kb);
    }
    if (const int count = eventsAt(place); count > 0) {
        lines += counted(static_cast<std::uint64_t>(count), tr("%1 event names an address in it"),
                         tr("%1 events name addresses in it"));
    }
    lines.removeAll(QString());
    return lines.join(QLatin1Char('\n'));
}

QString MemoryTable::rowText(int row) const {
    QStringList cells;
    for (int column = 0; column < columnCount_; ++column) {
        cells += text(row, column);
    }
    return cells.join(QLatin1Char('\t'));
}

std::string MemoryTable::csv() const {
    std::string out =
        "start,end,size,rights_before,rights,offset,device,inode,kind,change,path,findings,first_seen,"
        "events\r\n";
    for (const int place : rows_) {
        const MemoryRegion& region = regionAt(place);
        const MemoryRegion* was = regionBefore(place);
        const auto& first = comparison_->first_seen[at(place)];
        const std::string cells[] = {hex(region.start),
                                     hex(region.end),
                                     std::to_string(region.size()),
                                     was == nullptr ? std::string() : std::string(was->rights()),
                                     std::string(region.rights()),
                                     hex(region.offset),
                                     region.device,
                                     std::to_string(region.inode),
                                     std::string(name(region.kind)),
                                     std::string(name(differenceAt(place).change)),
                                     region.path,
                                     toUtf8(findingAt(place)),
                                     first ? format_iso_time(first->time) : std::string(),
                                     std::to_string(eventsAt(place))};
        for (std::size_t i = 0; i < std::size(cells); ++i) {
            out += (i == 0 ? "" : ",") + csv_field(cells[i]);
        }
        out += "\r\n";
    }
    return out;
}

}  // namespace trocar::ui
