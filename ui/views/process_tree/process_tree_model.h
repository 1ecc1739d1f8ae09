#pragma once

#include <QAbstractItemModel>
#include <QString>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/detect/finding.h"

namespace trocar::ui {

class Workspace;

/// Lives of the capture as a tree (parent and child as the evidence says; lives whose parent was not seen are roots),
/// with an extra child row below a source for each target it injected into. Nodes are arrays, built when the capture or
/// the findings are replaced; a window move only changes words and marks. Hosts are roots of their own when there are
/// several. A filter keeps matching rows and their ancestors.
/// Thread safety: GUI thread. Hostile parent links (loops, ids out of range) become roots.
class ProcessTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum class Kind : unsigned char { host, process, edge };
    enum class State : unsigned char { none, chain, lone, damped };
    struct Node {
        Kind kind = Kind::process;
        HostId host;
        ProcessId process;           ///< of an edge: its target
        ProcessId source;            ///< of an edge
        std::vector<std::uint32_t> findings;  ///< of an edge: rows of the finding view of this pair
        std::int32_t parent = -1;
        std::int32_t row = 0;        ///< within its parent's shown children
        std::vector<std::int32_t> children;  ///< all
        std::vector<std::int32_t> shown;     ///< those the filter lets through
        // What the row shows, for the present window.
        std::uint32_t chains = 0, lone = 0, damped = 0;
        std::uint32_t steps = 0;     ///< of an edge: roles observed
        ChainId best;                ///< of an edge: its most confident visible finding
    };

    explicit ProcessTreeModel(Workspace& workspace, QObject* parent = nullptr);

    void setFilter(const QString& text);
    [[nodiscard]] const QString& filter() const { return filter_; }
    /// Tree, or every life in order of its start.
    void setFlat(bool flat);
    [[nodiscard]] bool isFlat() const { return flat_; }

    [[nodiscard]] const Node& node(const QModelIndex& index) const;
    [[nodiscard]] State state(const Node& node) const;
    /// A life whose parent on record did not make it (core/detect/creation.h).
    [[nodiscard]] bool parentSpoofed(const Node& node) const;
    [[nodiscard]] QModelIndex indexOf(ProcessId process) const;
    [[nodiscard]] QModelIndex indexOf(ChainId chain) const;
    /// Rows to open at first: two levels, and every way to a finding.
    [[nodiscard]] std::vector<QModelIndex> openAtFirst() const;
    [[nodiscard]] QString label(const Node& node) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex&) const override { return 1; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    /// Words and marks changed, rows did not.
    void marksChanged();

private:
    void rebuild();
    void buildProcesses();
    void buildEdges();
    void countFindings();
    void applyFilter();
    [[nodiscard]] QModelIndex indexOfNode(std::int32_t node) const;
    [[nodiscard]] QString tip(const Node& node) const;
    [[nodiscard]] QString stateWords(const Node& node) const;

    Workspace& workspace_;
    std::vector<Node> nodes_;
    std::vector<std::int32_t> roots_, shownRoots_;
    std::vector<std::int32_t> nodeOfLife_;
    QString filter_;
    bool flat_ = false;
};

}  // namespace trocar::ui
