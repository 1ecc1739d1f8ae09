#pragma once

#include <QWidget>

class QStackedWidget;

namespace trocar::ui {

class ChainPage;
class EventPage;
class ProcessPage;
class Workspace;

/// What the current item is: the card of a chain, the record of an event, the life of a process. GUI thread only.
class InspectorView : public QWidget {
    Q_OBJECT

public:
    explicit InspectorView(Workspace& workspace, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();

    Workspace& workspace_;
    QStackedWidget* pages_;
    QWidget* nothing_;
    ChainPage* chain_;
    EventPage* event_;
    ProcessPage* process_;
};

}  // namespace trocar::ui
