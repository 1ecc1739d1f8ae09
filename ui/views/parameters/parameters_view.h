#pragma once

#include <QTimer>
#include <QWidget>
#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace trocar::ui {

class ParameterControl;
class Workspace;

/// The panel ANALYTIC: a control for each parameter, and what the present values give against the profile.
class ParametersView : public QWidget {
    Q_OBJECT

public:
    explicit ParametersView(Workspace& workspace, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void buildControls();
    void showFindings();
    void showCounts();
    void showReadout();
    void fillProfiles();

    Workspace& workspace_;
    std::vector<ParameterControl*> controls_;
    QScrollArea* scroll_;
    QToolButton* profile_;
    QLabel* readout_;
    QPushButton* reset_;
    QPushButton* save_;
    QLineEdit* name_;
    QTimer later_;  ///< counts beside the curve follow a drag once a turn of the event loop
};

}  // namespace trocar::ui
