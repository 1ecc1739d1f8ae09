#include "ui/shell/segmented_switch.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

constexpr int kPadding = 12;
constexpr int kFramelessPadding = 5;

}  // namespace

SegmentedSwitch::SegmentedSwitch(const QStringList& choices, const QString& accessibleName, bool frameless,
                                 QWidget* parent)
    : QWidget(parent), choices_(choices), frameless_(frameless) {
    setAccessibleName(accessibleName);
    setToolTip(accessibleName);
    setFocusPolicy(Qt::TabFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    if (frameless_) {
        setFont(theme().small);
    }
}

void SegmentedSwitch::setCurrent(int index) {
    if (index != current_ && index >= 0 && index < choices_.size()) {
        current_ = index;
        setAccessibleDescription(choices_[index]);
        update();
    }
}

void SegmentedSwitch::setChoices(const QStringList& choices) {
    if (choices == choices_) {
        return;
    }
    choices_ = choices;
    current_ = qBound(0, current_, static_cast<int>(choices.size()) - 1);
    updateGeometry();
    update();
}

QSize SegmentedSwitch::sizeHint() const {
    int width = 0;
    for (const QString& choice : choices_) {
        width += fontMetrics().horizontalAdvance(choice) + 2 * (frameless_ ? kFramelessPadding : kPadding);
    }
    return {width, frameless_ ? 22 : 26};
}

QRect SegmentedSwitch::segment(int index) const {
    int x = 0;
    for (int i = 0; i <= index; ++i) {
        const int w = fontMetrics().horizontalAdvance(choices_[i]) + 2 * (frameless_ ? kFramelessPadding : kPadding);
        if (i == index) {
            return {x, 0, w, height()};
        }
        x += w;
    }
    return {};
}

int SegmentedSwitch::at(const QPoint& point) const {
    for (int i = 0; i < choices_.size(); ++i) {
        if (segment(i).contains(point)) {
            return i;
        }
    }
    return -1;
}

void SegmentedSwitch::choose(int index) {
    if (index >= 0 && index < choices_.size() && index != current_) {
        setCurrent(index);
        Q_EMIT chosen(index);
    }
}

void SegmentedSwitch::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    for (int i = 0; i < choices_.size(); ++i) {
        const QRect box = segment(i);
        const bool chosenOne = i == current_;
        if (chosenOne && !frameless_) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(t.selection);
            painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        }
        painter.setPen(chosenOne || i == hovered_ ? t.text : t.muted);
        painter.drawText(box, Qt::AlignCenter, choices_[i]);
        if (chosenOne && frameless_) {
            const int w = fontMetrics().horizontalAdvance(choices_[i]);
            painter.fillRect(QRect(box.center().x() - w / 2, box.bottom() - 2, w + 1, 1), t.accent);
        }
    }
    if (!frameless_ || hasFocus()) {
        painter.setPen(QPen(hasFocus() ? t.accent : t.line, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame, 4, 4);
    }
}

void SegmentedSwitch::mousePressEvent(QMouseEvent* event) {
    choose(at(event->position().toPoint()));
}

void SegmentedSwitch::mouseMoveEvent(QMouseEvent* event) {
    const int over = at(event->position().toPoint());
    if (over != hovered_) {
        hovered_ = over;
        update();
    }
}

void SegmentedSwitch::leaveEvent(QEvent*) {
    hovered_ = -1;
    update();
}

void SegmentedSwitch::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left: choose(current_ - 1); break;
        case Qt::Key_Right: choose(current_ + 1); break;
        case Qt::Key_Home: choose(0); break;
        case Qt::Key_End: choose(static_cast<int>(choices_.size()) - 1); break;
        default: QWidget::keyPressEvent(event);
    }
}

}  // namespace trocar::ui
