#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace trocar::ui {

/// The head of a panel: its name in small capitals at the left, whatever the view adds at the right, one line below.
class PanelHeader : public QWidget {
    Q_OBJECT

public:
    explicit PanelHeader(const QString& title, QWidget* parent = nullptr);
    /// Short words at the right end ("corroborated - 95").
    void setNote(const QString& note);
    /// Adds a control at the right, before the note. The header becomes its parent.
    void addControl(QWidget* control);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QHBoxLayout* row_;
    QLabel* note_;
};

}  // namespace trocar::ui
