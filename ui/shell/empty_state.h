#pragma once

#include <QWidget>

class QVBoxLayout;

namespace trocar::ui {

/// What the window shows without a case: what can be opened, what was opened before, how to capture.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    /// `sample`: path of the bundled sample, or empty when this build has none.
    EmptyState(const QString& sample, QWidget* parent = nullptr);
    struct Recent {
        QString path, words;
    };
    void setRecent(const QList<Recent>& recent);

Q_SIGNALS:
    void openCapture();
    void openCase();
    void openSample();
    void openPath(const QString& path);
    void captureHelp();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVBoxLayout* recent_;
    QWidget* recentBox_;
};

}  // namespace trocar::ui
