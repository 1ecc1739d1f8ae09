#include "ui/shell/panel_header.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

constexpr int kHeadHeight = 32;

}  // namespace

PanelHeader::PanelHeader(const QString& title, QWidget* parent) : QWidget(parent) {
    setFixedHeight(kHeadHeight);
    row_ = new QHBoxLayout(this);
    row_->setContentsMargins(12, 0, 10, 1);
    row_->setSpacing(4);
    auto* name = new QLabel(title.toUpper(), this);
    QFont font = theme().small;
    font.setWeight(QFont::DemiBold);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0.9);
    name->setFont(font);
    name->setProperty("role", QStringLiteral("muted"));
    row_->addWidget(name);
    row_->addStretch(1);
    note_ = new QLabel(this);
    note_->setFont(theme().small);
    note_->setProperty("role", QStringLiteral("muted"));
    note_->setTextFormat(Qt::PlainText);
    note_->hide();
    row_->addWidget(note_);
}

void PanelHeader::setNote(const QString& note) {
    note_->setText(note);
    note_->setVisible(!note.isEmpty());
}

void PanelHeader::addControl(QWidget* control) {
    row_->insertWidget(row_->count() - 1, control);
}

void PanelHeader::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    painter.fillRect(0, height() - 1, width(), 1, theme().line);
}

}  // namespace trocar::ui
