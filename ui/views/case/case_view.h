#pragma once

#include <QScrollArea>
#include <QTimer>

class QVBoxLayout;

namespace trocar::ui {

class Workspace;

/// Sources and losses, hiding rules, bookmarks and the log of the open case. GUI thread only.
class CaseView : public QScrollArea {
    Q_OBJECT

public:
    explicit CaseView(Workspace& workspace, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void outdated();
    void rebuild();
    void addSources(QVBoxLayout* box);
    void addRules(QVBoxLayout* box);
    void addBookmarks(QVBoxLayout* box);
    void addLog(QVBoxLayout* box);

    Workspace& workspace_;
    QWidget* page_ = nullptr;
    QTimer soon_;
    bool stale_ = true;
};

}  // namespace trocar::ui
