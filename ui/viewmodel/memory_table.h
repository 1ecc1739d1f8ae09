#pragma once

#include "core/store/memory_snapshots.h"

#include <QAbstractTableModel>
#include <QString>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace trocar::ui {

class Workspace;

/// The regions of a memory map beside what they were before, as a table. Rows are numbered by address over
/// all regions of the comparison ("place"); the table shows those that its part names, in the order asked
/// for. Cells are answered from memory. GUI thread only.
class MemoryTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { address, size, rights, change, backing, finding, seen, columnCount_ };
    enum class Part : unsigned char { all, changed, executable, suspicious };
    static constexpr int kParts = 4;

    explicit MemoryTable(Workspace& workspace, QObject* parent = nullptr);

    void setComparison(std::shared_ptr<const MemoryComparison> comparison);
    [[nodiscard]] const MemoryComparison* comparison() const { return comparison_.get(); }
    void setPart(Part part);
    [[nodiscard]] Part part() const { return part_; }
    /// How many regions each part has.
    [[nodiscard]] const std::array<int, kParts>& counts() const { return counts_; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

    [[nodiscard]] int placeAt(int row) const;
    [[nodiscard]] int rowOfPlace(int place) const;  ///< -1: not in this part
    [[nodiscard]] const RegionDifference& differenceAt(int place) const;
    /// As it is now; of a vanished region as it was.
    [[nodiscard]] const MemoryRegion& regionAt(int place) const;
    /// As it was before; null when nothing was there.
    [[nodiscard]] const MemoryRegion* regionBefore(int place) const;
    /// The event that says most about the region: a finding before others, the earliest; none: no event names
    /// it.
    [[nodiscard]] EventId eventAt(int place) const;
    [[nodiscard]] int eventsAt(int place) const;          ///< how many name an address in it
    [[nodiscard]] int placeOfEvent(EventId event) const;  ///< -1: no address event of this map
    /// The region's own findings, or what an event found about it; "" for none.
    [[nodiscard]] QString findingAt(int place) const;
    [[nodiscard]] bool isSuspicious(int place) const;
    /// The first place that is suspicious and changed, else suspicious, else changed; -1: none.
    [[nodiscard]] int firstOfInterest() const;
    [[nodiscard]] QString text(int row, int column) const;
    /// The cells of a row, with its whole address range, by tabs.
    [[nodiscard]] QString rowText(int row) const;
    /// All rows of the part as comma-separated values (RFC 4180), evidence escaped; ends with a line end.
    [[nodiscard]] std::string csv() const;

private:
    [[nodiscard]] bool isIn(Part part, int place) const;
    [[nodiscard]] QString rightsText(int place) const;
    [[nodiscard]] QString tipOf(int place) const;
    [[nodiscard]] int placeOfAddress(std::uint64_t wanted) const;
    void list();
    void placeEvents();
    [[nodiscard]] bool isBefore(int a, int b) const;

    Workspace& workspace_;
    std::shared_ptr<const MemoryComparison> comparison_;
    Part part_ = Part::all;
    int sortColumn_ = address;
    Qt::SortOrder sortOrder_ = Qt::AscendingOrder;
    std::array<int, kParts> counts_{};
    std::vector<int> rows_;        ///< places listed
    std::vector<int> rowOfPlace_;  ///< by place; -1: not listed
    struct Events {
        int count = 0;
        int best = -1;  ///< index into comparison_->events.events
    };
    std::vector<Events> events_;  ///< by place
};

}  // namespace trocar::ui
