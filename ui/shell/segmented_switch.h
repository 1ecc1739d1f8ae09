#pragma once

#include <QStringList>
#include <QWidget>

namespace trocar::ui {

/// One choice of a few, side by side: "UTC | Local". Arrow keys move the choice; the accessible name says what it is.
class SegmentedSwitch : public QWidget {
    Q_OBJECT

public:
    /// `frameless`: words only, as in a panel head.
    SegmentedSwitch(const QStringList& choices, const QString& accessibleName, bool frameless = false,
                    QWidget* parent = nullptr);
    [[nodiscard]] int current() const { return current_; }
    void setCurrent(int index);
    void setChoices(const QStringList& choices);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    /// Only by the analyst's act, not by setCurrent().
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QRect segment(int index) const;
    [[nodiscard]] int at(const QPoint& point) const;
    void choose(int index);

    QStringList choices_;
    int current_ = 0;
    int hovered_ = -1;
    bool frameless_;
};

}  // namespace trocar::ui
