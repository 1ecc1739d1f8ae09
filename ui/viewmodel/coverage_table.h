#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <memory>
#include <vector>

#include "core/report/exporter.h"
#include "ui/viewmodel/selection_hub.h"

namespace trocar::ui {

class JobRunner;
class Workspace;

/// The analytic's data components against the hosts of the capture: present, present with gaps, absent.
/// Column 0 names the component, column h + 1 is a host. Coverage of a large capture is counted on a worker.
/// GUI thread only.
class CoverageTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum class State : unsigned char { absent, gaps, present };
    static constexpr std::size_t kCountHere = 200'000;   ///< below this many signals no worker is asked

    explicit CoverageTable(Workspace& workspace, QObject* parent = nullptr);
    ~CoverageTable() override;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Null for column 0 and for a host that lacks the row.
    [[nodiscard]] const CoverageRow* cell(int row, int column) const;
    [[nodiscard]] static State stateOf(const CoverageRow& cell);
    [[nodiscard]] QString component(int row) const;
    [[nodiscard]] QString telemetry(int row) const;
    /// What the capture's whole time is: the axis of the gap strips.
    [[nodiscard]] TimeRange span() const;

    /// One paragraph a component that is absent, has gaps or has a limit.
    struct Note {
        State state = State::present;
        QString title;   ///< "Process Access (Sysmon 10)"
        QString where;   ///< "absent on WS01, WS02"
        QString words;
    };
    [[nodiscard]] std::vector<Note> notes() const;

private:
    void recount();
    void take(std::vector<CoverageRow> rows);

    Workspace& workspace_;
    std::unique_ptr<JobRunner> jobs_;
    std::shared_ptr<const Capture> capture_;
    const Analytic* analytic_ = nullptr;
    std::vector<CoverageRow> rows_;            ///< as core gives them
    std::vector<std::string> components_, hosts_;
    std::vector<std::int32_t> cells_;          ///< [component * hosts + host] -> rows_, or -1
};

}  // namespace trocar::ui
