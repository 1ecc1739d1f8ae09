#include "ui/shell/banner.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/shell/theme.h"

namespace trocar::ui {

Banner::Banner(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Message"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 12, 9);
    row->setSpacing(10);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    message_ = new QLabel(this);
    message_->setTextFormat(Qt::PlainText);
    message_->setWordWrap(true);
    remedy_ = new QLabel(this);
    remedy_->setTextFormat(Qt::PlainText);
    remedy_->setWordWrap(true);
    remedy_->setProperty("role", QStringLiteral("muted"));
    words->addWidget(message_);
    words->addWidget(remedy_);
    row->addLayout(words, 1);
    action_ = new QPushButton(this);
    row->addWidget(action_);
    dismiss_ = new QPushButton(QStringLiteral("✕"), this);
    dismiss_->setProperty("flat", true);
    dismiss_->setAccessibleName(tr("Dismiss the message"));
    dismiss_->setToolTip(tr("Dismiss (Esc)"));
    row->addWidget(dismiss_);
    connect(action_, &QPushButton::clicked, this, &Banner::actionClicked);
    connect(dismiss_, &QPushButton::clicked, this, &QWidget::hide);
    leave_.setSingleShot(true);
    connect(&leave_, &QTimer::timeout, this, &QWidget::hide);
    hide();
}

void Banner::say(Tone tone, const QString& message, const QString& remedy, const QString& action,
                 int stay_ms) {
    leave_.stop();
    if (stay_ms > 0) {
        leave_.start(stay_ms);
    }
    tone_ = tone;
    message_->setText(message);
    remedy_->setText(remedy);
    remedy_->setVisible(!remedy.isEmpty());
    action_->setText(action);
    action_->setAccessibleName(action);
    action_->setVisible(!action.isEmpty());
    setAccessibleDescription(message + QLatin1Char(' ') + remedy);
    show();
    update();
}

QString Banner::message() const {
    return message_->text();
}

void Banner::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    const QColor stripe = tone_ == Tone::failure ? t.negative : t.accent;
    painter.fillRect(rect(), mixed(t.panel, stripe, 0.10));
    painter.fillRect(0, 0, 3, height(), stripe);
    painter.fillRect(0, height() - 1, width(), 1, t.line);
}

void Banner::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        hide();
    } else {
        QWidget::keyPressEvent(event);
    }
}

}  // namespace trocar::ui
