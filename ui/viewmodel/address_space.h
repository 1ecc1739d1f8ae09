#pragma once

#include "core/store/memory_snapshots.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace trocar::ui {

class Workspace;

/// Whose address space is shown, and which two of its snapshots are compared. Follows what is current: of a
/// process or an event its own, of a finding the target's; an event that is a snapshot becomes the later of
/// the two. GUI thread only; snapshots are read on a worker. Failure: error().
class AddressSpace : public QObject {
    Q_OBJECT

public:
    explicit AddressSpace(Workspace& workspace, QObject* parent = nullptr);

    /// Snapshots are read while someone looks; what was chosen meanwhile is read then.
    void setWatched(bool watched);
    [[nodiscard]] ProcessId process() const { return process_; }
    /// The processes of the capture that have snapshots, and how many each.
    [[nodiscard]] const std::vector<std::pair<ProcessId, std::uint32_t>>& processes() const {
        return processes_;
    }
    [[nodiscard]] const std::vector<MemorySnapshot>& snapshots() const { return snapshots_; }
    [[nodiscard]] int before() const { return before_; }  ///< index into snapshots(); -1: none
    [[nodiscard]] int after() const { return after_; }
    /// Compares two others; `before` is kept at or before `after`.
    void choose(int before, int after);
    /// Null while nothing is read, or nothing can be.
    [[nodiscard]] std::shared_ptr<const MemoryComparison> comparison() const { return comparison_; }
    [[nodiscard]] bool isReading() const { return reading_; }
    [[nodiscard]] QString error() const { return error_; }
    /// Why there is no map, in words, with what would supply one; empty: there is one, or it is being read.
    [[nodiscard]] QString emptyText() const;
    /// Makes the snapshot current and brings it to the middle of the timeline; the snapshots compared stay.
    void showInTimeline(const MemorySnapshot& snapshot);

Q_SIGNALS:
    void processesChanged();
    void snapshotsChanged();   ///< another process, or other snapshots of it, or another choice
    void comparisonChanged();  ///< comparison(), isReading() or error()

private:
    void columnsReplaced();
    void follow();
    [[nodiscard]] ProcessId processOfCurrent() const;
    void setProcess(ProcessId process);
    void read();
    void start();
    void finish(Result<std::shared_ptr<const MemoryComparison>>&& compared);

    Workspace& workspace_;
    std::shared_ptr<const EventColumns> columns_;
    std::vector<std::pair<ProcessId, std::uint32_t>> processes_;
    ProcessId process_;
    std::vector<MemorySnapshot> snapshots_;
    int before_ = -1, after_ = -1;
    std::shared_ptr<const MemoryComparison> comparison_;
    bool reading_ = false, jumping_ = false, watched_ = false, stale_ = false;
    QString error_;
};

}  // namespace trocar::ui
