#pragma once

#include <QString>
#include <QWidget>

class QKeyEvent;
class QSplitter;
class QTableView;

namespace trocar::ui {

class AddressSpace;
class AddressStrip;
class MemoryDelegate;
class MemoryTable;
class NoMap;
class SnapshotBar;
class Workspace;

/// The memory map of a process: its address space as a strip, its regions as a table, two snapshots compared.
/// Follows what is current; a region that an event names makes that event current. GUI thread only.
class MemoryView : public QWidget {
    Q_OBJECT

public:
    explicit MemoryView(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] AddressSpace& space() { return *space_; }
    [[nodiscard]] MemoryTable& model() { return *model_; }
    [[nodiscard]] AddressStrip& strip() { return *strip_; }
    [[nodiscard]] QTableView& table() { return *table_; }
    /// Writes the listed regions; an empty text, or what went wrong.
    [[nodiscard]] QString exportCsv(const QString& path) const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void makeTable();
    void makePage();
    void connectParts();
    void replaced();
    void layoutColumns();
    void followCurrent();
    void showPlace(int place);
    void choose(int place);
    void showFirstSeen(int place);
    void hoverRow(int row);
    bool tableKey(QKeyEvent& key);
    void showMenu(const QPoint& point);
    void chooseCsvFile();
    void copyRows() const;

    Workspace& workspace_;
    AddressSpace* space_;
    MemoryTable* model_;
    MemoryDelegate* delegate_;
    SnapshotBar* bar_;
    AddressStrip* strip_;
    QTableView* table_;
    QSplitter* halves_;
    NoMap* empty_;
    bool following_ = false;
    bool ownWidths_ = false;  ///< the analyst moved the border
};

}  // namespace trocar::ui
