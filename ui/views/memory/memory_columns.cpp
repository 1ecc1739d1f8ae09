#include "ui/views/memory/memory_columns.h"

#include "ui/viewmodel/memory_table.h"

#include <QTableView>

#include <algorithm>
#include <array>

namespace trocar::ui {
namespace {

constexpr std::array<int, MemoryTable::columnCount_> kWidths{106, 68, 72, 104, 0, 200, 118};
constexpr int kRangeWidth = 218, kDatedTime = 196;
constexpr int kRangeFrom = 820;  ///< pixels of the table from which addresses are shown with their ends
constexpr int kSeenFrom = 560;   ///< and from which the first appearance has a column
constexpr int kRightsChanged = 132;
constexpr int kNarrow = 640, kLeastBacking = 96;

}  // namespace

void layOutMemoryColumns(QTableView& table, const MemoryTable& model, bool several) {
    const int width = table.viewport()->width();
    table.setColumnHidden(MemoryTable::seen, !several || width < kSeenFrom);
    table.setColumnHidden(MemoryTable::change, !several);
    table.setColumnHidden(MemoryTable::finding,
                          model.counts()[static_cast<std::size_t>(MemoryTable::Part::suspicious)] == 0);
    bool rights = false;
    for (int row = 0; several && row < model.rowCount() && !rights; ++row) {
        rights = model.differenceAt(model.placeAt(row)).change == RegionChange::protection;
    }
    std::array<int, MemoryTable::columnCount_> own = kWidths;
    if (width < kNarrow) {
        own[MemoryTable::size] = 62;
        own[MemoryTable::change] = 96;
        own[MemoryTable::finding] = 100;
    }
    own[MemoryTable::address] = width >= kRangeFrom ? kRangeWidth : own[MemoryTable::address];
    own[MemoryTable::rights] = rights ? kRightsChanged : own[MemoryTable::rights];
    const bool dated = model.rowCount() > 0 && model.text(0, MemoryTable::seen).size() > 14;
    own[MemoryTable::seen] = dated ? kDatedTime : own[MemoryTable::seen];
    int others = 0;
    for (int column = 0; column < MemoryTable::columnCount_; ++column) {
        const bool counts = column != MemoryTable::backing && !table.isColumnHidden(column);
        others += counts ? own[static_cast<std::size_t>(column)] : 0;
    }
    own[MemoryTable::backing] = std::max(kLeastBacking, width - others);
    for (int column = 0; column < MemoryTable::columnCount_; ++column) {
        table.setColumnWidth(column, own[static_cast<std::size_t>(column)]);
    }
}

}  // namespace trocar::ui
