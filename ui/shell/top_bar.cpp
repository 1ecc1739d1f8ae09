#include "ui/shell/top_bar.h"

#include <QDateTime>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QPainter>
#include <QPushButton>
#include <QTimeZone>

#include "ui/shell/segmented_switch.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {

TopBar::TopBar(Workspace& workspace, const QStringList& layouts, QWidget* parent)
    : QWidget(parent), workspace_(workspace) {
    setFixedHeight(36);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 0, 14, 1);
    row->setSpacing(0);

    auto* name = new QLabel(QStringLiteral("Trocar"), this);
    name->setFont(theme().heading);
    row->addWidget(name);
    row->addSpacing(16);
    case_ = new QLabel(this);
    case_->setTextFormat(Qt::PlainText);
    case_->setProperty("role", QStringLiteral("muted"));
    row->addWidget(case_);
    row->addSpacing(8);

    menus_ = new QMenuBar(this);
    menus_->setNativeMenuBar(false);
    menus_->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    row->addWidget(menus_, 0, Qt::AlignVCenter);
    row->addStretch(1);

    command_ = new QPushButton(tr("Run a command…  Ctrl+K"), this);
    command_->setAccessibleName(tr("Run a command"));
    command_->setToolTip(tr("Every command of the window, by name (Ctrl+K)"));
    command_->setFixedHeight(26);
    command_->setMinimumWidth(150);
    command_->setMaximumWidth(300);
    command_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    command_->setStyleSheet(QStringLiteral("QPushButton { text-align: left; padding: 0 10px; }"));
    row->addWidget(command_, 3);
    row->addSpacing(16);

    layouts_ = new SegmentedSwitch(layouts, tr("Layout of the window (Ctrl+1 …)"), false, this);
    row->addWidget(layouts_);
    row->addSpacing(16);
    zone_ = new SegmentedSwitch({tr("UTC"), tr("Local")}, tr("Zone of all stamps (Ctrl+Shift+T)"), false, this);
    row->addWidget(zone_);

    connect(command_, &QPushButton::clicked, this, &TopBar::commandRequested);
    connect(layouts_, &SegmentedSwitch::chosen, this, &TopBar::layoutChosen);
    connect(zone_, &SegmentedSwitch::chosen, this, &TopBar::setZone);
    connect(&workspace_, &Workspace::caseChanged, this, &TopBar::showCase);
    connect(&workspace_, &Workspace::casePathChanged, this, &TopBar::showCase);
    showCase();
}

void TopBar::showCase() {
    const QString path = workspace_.casePath();
    QString words = tr("no case");
    if (workspace_.hasCase()) {
        words = path.isEmpty() ? tr("unsaved case") : QFileInfo(path).fileName();
    }
    case_->setText(case_->fontMetrics().elidedText(words, Qt::ElideMiddle, 220));
    case_->setToolTip(path.isEmpty() ? workspace_.caseFile() : path);
}

void TopBar::setZone(int index) {
    zone_->setCurrent(index);
    TimeFormat format;
    if (index == 1) {
        // The offset that held when the capture was made, not today's.
        const auto capture = workspace_.capture();
        const QDateTime at = capture && !capture->first_time.none()
                                 ? QDateTime::fromMSecsSinceEpoch(capture->first_time.count / 1'000'000)
                                 : QDateTime::currentDateTime();
        const QTimeZone zone = QTimeZone::systemTimeZone();
        format.zoneMinutes = zone.offsetFromUtc(at) / 60;
        const int minutes = qAbs(format.zoneMinutes);
        format.zoneName = QStringLiteral("UTC%1%2:%3")
                              .arg(format.zoneMinutes < 0 ? QChar(0x2212) : QChar(u'+'))
                              .arg(minutes / 60, 2, 10, QLatin1Char('0'))
                              .arg(minutes % 60, 2, 10, QLatin1Char('0'));
    }
    workspace_.setTimeFormat(format);
}

void TopBar::toggleZone() {
    setZone(1 - zone_->current());
}

void TopBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    painter.fillRect(0, height() - 1, width(), 1, theme().line);
}

}  // namespace trocar::ui
