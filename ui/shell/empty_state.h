#pragma once

#include <QStringList>
#include <QWidget>

class QLayout;
class QVBoxLayout;

namespace trocar::ui {

/// What the window shows without a case: what can be opened, what was opened before, how to capture.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    /// `samples`: paths of the bundled samples, each named for its system ("windows-injection.evtx"); none in some builds.
    EmptyState(const QStringList& samples, QWidget* parent = nullptr);
    struct Recent {
        QString path, words;
    };
    void setRecent(const QList<Recent>& recent);

Q_SIGNALS:
    void openCapture();
    void openCase();
    void openPath(const QString& path);
    /// A sample, with what lies beside it under the same name ("linux-injection.*").
    void openSample(const QStringList& paths);
    void captureHelp(const QString& system);  ///< windows, linux or macos

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLayout* sampleRow(const QStringList& samples, QWidget* holder);

    QVBoxLayout* recent_;
    QWidget* recentBox_;
};

}  // namespace trocar::ui
