#include "ui/views/parameters/bar_row.h"

#include <QCheckBox>
#include <QPainter>
#include <QPainterPath>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

constexpr int kHeight = 22;
constexpr int kCountWidth = 44;

}  // namespace

BarRow::BarRow(QWidget* parent) : QWidget(parent) {
    setFixedHeight(kHeight);
    box_ = new QCheckBox(this);
    connect(box_, &QCheckBox::clicked, this, &BarRow::toggled);
}

void BarRow::setLabel(const QString& label) {
    QString shown = label;
    shown.replace(QLatin1Char('&'), QStringLiteral("&&"));
    box_->setText(shown);
}

QString BarRow::label() const {
    QString text = box_->text();
    return text.replace(QStringLiteral("&&"), QStringLiteral("&"));
}

void BarRow::setChecked(bool checked) {
    box_->setChecked(checked);
}

bool BarRow::isChecked() const {
    return box_->isChecked();
}

void BarRow::setCount(std::uint32_t count, std::uint32_t most) {
    if (count != count_ || most != most_) {
        count_ = count;
        most_ = most;
        update();
    }
    box_->setAccessibleName(tr("%1, %2 chains").arg(label(), groupedNumber(count)));
}

void BarRow::resizeEvent(QResizeEvent*) {
    box_->setGeometry(0, 0, width() / 2, height());
}

void BarRow::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track(width() / 2.0 + 4, height() / 2.0 - 2.5, width() / 2.0 - 4 - kCountWidth, 5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.line);
    painter.drawRoundedRect(track, 2.5, 2.5);
    if (count_ > 0 && most_ > 0) {
        QRectF bar = track;
        bar.setWidth(qMax(5.0, track.width() * qMin(1.0, static_cast<double>(count_) / most_)));
        painter.setBrush(mixed(t.panel, t.accent, 0.72));
        painter.drawRoundedRect(bar, 2.5, 2.5);
    }
    painter.setPen(t.muted);
    painter.setFont(t.body);
    drawFigures(painter, QRectF(rect()).adjusted(0, 0, -1, 0), Qt::AlignRight, groupedNumber(count_));
}

}  // namespace trocar::ui
