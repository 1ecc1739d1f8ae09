#pragma once

#include <QWidget>
#include <optional>

#include "ui/viewmodel/selection_hub.h"

class QLabel;
class QScrollBar;

namespace trocar::ui {

class DensityStrip;
class PanelHeader;
class TimelineModel;
class TimelinePlot;
class Workspace;

/// The timeline panel: head with legend, density strip, range caption, lanes, scroll bar, keys
/// (W S A D, F, arrows, period and comma, Home). GUI thread only.
class TimelineView : public QWidget {
    Q_OBJECT

public:
    explicit TimelineView(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] TimelinePlot& plot() { return *plot_; }
    [[nodiscard]] TimelineModel& model() { return *model_; }
    /// Writes the figure on the light palette; "svg" or "png" by the name's end. False when it could not be written.
    [[nodiscard]] bool exportFigure(const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void updateCaption();
    void updateScrollBar();
    void currentChanged();
    void firstFindings();
    void centreOrFit();
    void showMenu(const QPoint& global);

    Workspace& workspace_;
    TimelineModel* model_;
    PanelHeader* header_;
    DensityStrip* strip_;
    QLabel* caption_;
    TimelinePlot* plot_;
    QScrollBar* scroll_;
    bool fitNext_ = false;      ///< F centred: the next F fits
    bool untouched_ = true;     ///< nobody has chosen a range for this case yet
};

}  // namespace trocar::ui
