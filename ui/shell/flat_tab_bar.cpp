#include "ui/shell/flat_tab_bar.h"

#include <QMouseEvent>
#include <QPainter>

#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

constexpr int kHeight = 32;
constexpr int kPadding = 14;

bool isGain(const QString& word) {
    return word.startsWith(QLatin1Char('+'));
}

bool isLoss(const QString& word) {
    return word.startsWith(QChar(0x2212)) || (word.startsWith(QLatin1Char('-')) && word.size() > 1);
}

}  // namespace

FlatTabBar::FlatTabBar(QWidget* parent) : QTabBar(parent) {
    setDrawBase(false);
    setExpanding(false);
    setUsesScrollButtons(true);
    setElideMode(Qt::ElideNone);
    setMouseTracking(true);
    setFixedHeight(kHeight);  // a tab bar filled before it is shown does not tell its layout
    setAccessibleName(tr("Views"));
}

QSize FlatTabBar::tabSizeHint(int index) const {
    return {static_cast<int>(figuresWidth(font(), tabText(index))) + 2 * kPadding, kHeight};
}

void FlatTabBar::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.setFont(font());
    for (int i = 0; i < count(); ++i) {
        const QRect box = tabRect(i);
        const bool current = i == currentIndex();
        QRectF at = QRectF(box).adjusted(kPadding, 0, 0, -2);
        const QStringList words = tabText(i).split(QLatin1Char(' '));
        const double space = painter.fontMetrics().horizontalAdvance(QLatin1Char(' '));
        for (const QString& word : words) {
            painter.setPen(isGain(word)                    ? t.positive
                           : isLoss(word)                  ? t.negative
                           : current || i == hovered_ ? t.text
                                                           : t.muted);
            drawFigures(painter, at, Qt::AlignLeft, word);
            at.setLeft(at.left() + figuresWidth(painter.font(), word) + space);
        }
        if (current) {
            painter.fillRect(QRect(box.left(), box.bottom() - 1, box.width(), 2), t.accent);
        }
        if (current && hasFocus()) {
            painter.setPen(t.accent);
            painter.drawRoundedRect(QRectF(box).adjusted(4.5, 4.5, -4.5, -5.5), 3, 3);
        }
    }
}

void FlatTabBar::enterEvent(QEnterEvent* event) {
    QTabBar::enterEvent(event);
    update();
}

void FlatTabBar::leaveEvent(QEvent* event) {
    hovered_ = -1;
    QTabBar::leaveEvent(event);
    update();
}

void FlatTabBar::mouseMoveEvent(QMouseEvent* event) {
    const int over = tabAt(event->position().toPoint());
    if (over != hovered_) {
        hovered_ = over;
        update();
    }
    QTabBar::mouseMoveEvent(event);
}

}  // namespace trocar::ui
