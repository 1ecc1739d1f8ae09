#pragma once

#include <QWidget>

class QBoxLayout;
class QComboBox;
class QLabel;
class QPushButton;

namespace trocar::ui {

class AddressSpace;
class MemoryTable;
class SegmentedSwitch;
class Workspace;

/// Above the map: whose memory, which two snapshots of it, which of its regions are listed, and the export.
class SnapshotBar : public QWidget {
    Q_OBJECT

public:
    SnapshotBar(Workspace& workspace, AddressSpace& space, MemoryTable& table, QWidget* parent = nullptr);

    /// Words at the right end: what was left out, what to beware of.
    void setNote(const QString& note);

Q_SIGNALS:
    void exportWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fillProcesses();
    void fillSnapshots();
    void showCounts();
    void cutNote();
    [[nodiscard]] QComboBox* box(const QString& accessibleName, const QString& tip, int letters);

    Workspace& workspace_;
    AddressSpace& space_;
    MemoryTable& table_;
    QBoxLayout* rows_;
    QWidget *who_, *what_;
    QComboBox *process_, *before_, *after_;
    QLabel *arrow_, *note_;
    SegmentedSwitch* part_;
    QPushButton* export_;
};

}  // namespace trocar::ui
