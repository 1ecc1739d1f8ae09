#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace trocar::ui {

class Workspace;

/// The line at the bottom: the import under way (rate, time left, pause, cancel) and what the case holds.
class StatusStrip : public QWidget {
    Q_OBJECT

public:
    explicit StatusStrip(Workspace& workspace, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showImport();
    void showCounts();

    Workspace& workspace_;
    QProgressBar* bar_;
    QLabel* import_;
    QPushButton* pause_;
    QPushButton* cancel_;
    QLabel* counts_;
    QLabel* zone_;
};

/// "612 k", "1.3 M": a rate short enough for the status line.
[[nodiscard]] QString shortCount(double value);
/// "14 s", "3 min 20 s".
[[nodiscard]] QString shortTime(double seconds);

}  // namespace trocar::ui
