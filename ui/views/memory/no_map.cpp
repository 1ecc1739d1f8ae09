#include "ui/views/memory/no_map.h"

#include "ui/shell/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace trocar::ui {
namespace {

constexpr int kWidest = 600;  ///< pixels of a line that reads well

/// docs/manual/capture-linux.md has the whole of it.
QString commandsText() {
    return QStringLiteral(
        "for n in 1 2; do t=evidence/$(date +%s)/proc\n"
        "  for p in PID...; do mkdir -p $t/$p\n"
        "    for f in smaps maps status stat; do cat /proc/$p/$f > $t/$p/$f; done\n"
        "  done; sleep 60; done");
}

QLabel* label(QWidget* parent) {
    auto* out = new QLabel(parent);
    out->setTextFormat(Qt::PlainText);
    out->setWordWrap(true);
    out->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return out;
}

}  // namespace

NoMap::NoMap(QWidget* parent) : QWidget(parent) {
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    title_ = label(this);
    title_->setProperty("role", QStringLiteral("name"));
    text_ = label(this);
    text_->setProperty("role", QStringLiteral("muted"));
    box_ = new QWidget(this);
    commands_ = label(box_);
    commands_->setWordWrap(false);
    commands_->setFont(theme().mono);
    commands_->setText(commandsText());
    commands_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* copy = new QPushButton(tr("Copy"), box_);
    copy->setProperty("compact", true);
    copy->setAccessibleName(tr("Copy the commands that take two snapshots"));
    copy->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(copy, &QPushButton::clicked, this, [] { QGuiApplication::clipboard()->setText(commandsText()); });
    auto* row = new QHBoxLayout(box_);
    row->setContentsMargins(0, 8, 0, 0);
    row->setSpacing(12);
    row->addWidget(commands_, 1);
    row->addWidget(copy, 0, Qt::AlignTop);

    auto* middle = new QWidget(this);
    middle->setMaximumWidth(kWidest);
    auto* words = new QVBoxLayout(middle);
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(8);
    words->addWidget(title_);
    words->addWidget(text_);
    words->addWidget(box_);
    auto* across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(middle, 1000);
    across->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(28, 28, 28, 16);
    column->addLayout(across);
    column->addStretch(1);
}

void NoMap::setWords(const QString& words, bool commands) {
    const QString title = words.section(QLatin1Char('\n'), 0, 0);
    title_->setText(title);
    text_->setText(words.mid(title.size()).trimmed());
    text_->setVisible(!text_->text().isEmpty());
    box_->setVisible(commands);
}

}  // namespace trocar::ui
