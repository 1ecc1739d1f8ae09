#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QTextBrowser;

namespace trocar::ui {

class Workspace;

/// The report as it stands now, and buttons that write it.
class ReportView : public QWidget {
    Q_OBJECT

public:
    explicit ReportView(Workspace& workspace, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void outdated();
    void refresh();
    void showPage(const QString& markdown);
    void choosePath(const QString& format, const QString& suffix);

    Workspace& workspace_;
    QTextBrowser* page_;
    QLabel* state_;
    QTimer soon_;
    QString shown_;
    bool stale_ = true;
};

}  // namespace trocar::ui
