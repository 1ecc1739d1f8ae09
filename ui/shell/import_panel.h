#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace trocar::ui {

class Workspace;

/// The import under way, file by file: what is read, waiting, done; rate and time left; pause and cancel. Shown while an
/// import runs. GUI thread only.
class ImportPanel : public QWidget {
    Q_OBJECT

public:
    explicit ImportPanel(Workspace& workspace, QWidget* parent = nullptr);
    /// Where the reading is among the paths given; -1: not known.
    [[nodiscard]] int currentFile() const { return current_; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showImport();
    void findCurrent();

    Workspace& workspace_;
    QLabel* title_;
    QLabel* figures_;
    QPushButton* pause_;
    QPushButton* cancel_;
    QWidget* files_;
    int current_ = -1;
};

}  // namespace trocar::ui
