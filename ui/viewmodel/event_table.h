#pragma once

#include <QAbstractTableModel>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/store/case_file.h"

namespace trocar::ui {

class Workspace;

/// The events that pass the filter, in time order, as a table. Rows are positions within the capture's columns, which
/// are in memory: every cell is answered at once, no page is fetched and nothing is ever "loading" row by row. Words of
/// a cell are made when it is painted. GUI thread only.
class EventTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { time, host, event, operation, source, target, detail, columnCount_ };
    /// More rows than a view can address in pixels are cut off, and said so.
    static constexpr int kMostRows = 60'000'000;

    explicit EventTable(Workspace& workspace, QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    [[nodiscard]] const EventColumns* columns() const { return columns_.get(); }
    /// Position within columns() of a row.
    [[nodiscard]] std::size_t position(int row) const;
    [[nodiscard]] EventId idAt(int row) const;
    /// Row of a position within columns(), -1 when it is not listed. O(log rows).
    [[nodiscard]] int rowAt(std::uint32_t position) const;
    [[nodiscard]] Operation operationAt(int row) const;
    [[nodiscard]] bool isBookmarked(int row) const;
    [[nodiscard]] QString text(int row, int column) const;
    /// Row of an event, -1 when the filter hides it. One pass over the ids: 10 M events take about 3 ms.
    [[nodiscard]] int rowOf(EventId id) const;
    [[nodiscard]] QString rowText(int row) const;
    [[nodiscard]] QString emptyText() const;
    [[nodiscard]] bool severalHosts() const;

private:
    void replace();

    Workspace& workspace_;
    std::shared_ptr<const Capture> capture_;
    std::shared_ptr<const EventColumns> columns_;
    std::shared_ptr<const std::vector<std::uint32_t>> rows_;   ///< null: all
};

}  // namespace trocar::ui
