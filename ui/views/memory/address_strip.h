#pragma once

#include "ui/viewmodel/strip_layout.h"

#include <QAbstractScrollArea>

namespace trocar::ui {

class MemoryTable;

/// The address space from low to high: a bar a region, coloured by rights, with marks for what changed and
/// what was found; names where there is room. Gaps are cut (StripLayout). Shows every region, whatever the
/// table lists. Keys: Up and Down, Home and End, Enter for the first appearance. GUI thread only; a frame
/// costs the regions in sight.
class AddressStrip : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit AddressStrip(MemoryTable& table, QWidget* parent = nullptr);

    [[nodiscard]] int currentPlace() const { return current_; }
    /// -1: none. Scrolls as little as needed. Emits nothing.
    void setCurrentPlace(int place);
    void setHoveredPlace(int place);
    /// Where a region is drawn, in viewport coordinates; empty when it is outside.
    [[nodiscard]] QRect placeRect(int place) const;

Q_SIGNALS:
    void placeChosen(int place);     ///< by the analyst: a click or a key
    void placeActivated(int place);  ///< double click, Enter
    void placeHovered(int place);    ///< -1: none

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layOut();
    void choose(int place);
    [[nodiscard]] int placeAt(const QPoint& point) const;
    [[nodiscard]] int count() const;
    void paintPlace(QPainter& painter, int place, double top) const;
    void paintName(QPainter& painter, int place, const QRectF& box) const;
    void describe();

    MemoryTable& table_;
    StripLayout layout_;
    int current_ = -1, hovered_ = -1;
};

}  // namespace trocar::ui
