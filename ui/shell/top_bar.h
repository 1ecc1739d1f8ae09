#pragma once

#include <QWidget>

class QLabel;
class QMenuBar;
class QPushButton;

namespace trocar::ui {

class SegmentedSwitch;
class Workspace;

/// Name, case, menus, the command box, layouts and time zone, in one line.
class TopBar : public QWidget {
    Q_OBJECT

public:
    TopBar(Workspace& workspace, const QStringList& layouts, QWidget* parent = nullptr);
    [[nodiscard]] QMenuBar* menus() const { return menus_; }
    [[nodiscard]] SegmentedSwitch* layouts() const { return layouts_; }
    /// UTC and this computer's zone by turns.
    void toggleZone();

Q_SIGNALS:
    void commandRequested();
    void layoutChosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showCase();
    void setZone(int index);

    Workspace& workspace_;
    QLabel* case_;
    QMenuBar* menus_;
    QPushButton* command_;
    SegmentedSwitch* layouts_;
    SegmentedSwitch* zone_;
};

}  // namespace trocar::ui
