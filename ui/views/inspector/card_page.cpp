#include "ui/views/inspector/card_page.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/shell/panel_header.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/item_card.h"

namespace trocar::ui {
namespace {

constexpr int kMargin = 14;
constexpr int kGlyphSize = 12;
constexpr int kNameWidth = 92;

void empty(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (QWidget* w = item->widget()) {
            w->hide();
            w->deleteLater();
        } else if (item->layout() != nullptr) {
            empty(item->layout());
        }
        delete item;
    }
}

}  // namespace

CardPage::CardPage(const QString& title, QWidget* parent) : QWidget(parent) {
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    header_ = new PanelHeader(title, this);
    box->addWidget(header_);
    auto* scroll = new QScrollArea(this);
    scroll->setProperty("side", true);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(title);
    auto* inside = new QWidget(scroll);
    inside->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // never wider than the panel
    column_ = new QVBoxLayout(inside);
    column_->setContentsMargins(kMargin, 12, kMargin, 12);
    column_->setSpacing(5);
    scroll->setWidget(inside);
    box->addWidget(scroll, 1);
    foot_ = new QVBoxLayout;
    foot_->setContentsMargins(kMargin, 6, kMargin, 10);
    foot_->setSpacing(7);
    box->addLayout(foot_);
}

void CardPage::clearColumn() {
    empty(column_);
}

QLabel* cardLabel(const QString& text, const char* role, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    label->setSizePolicy(policy);
    if (role != nullptr) {
        label->setProperty("role", QString::fromLatin1(role));
    }
    return label;
}

QPushButton* cardLink(const QString& text, QWidget* parent, std::function<void()> act) {
    auto* button = new QPushButton(text, parent);
    button->setProperty("link", true);
    button->setFlat(true);
    button->setCursor(Qt::PointingHandCursor);
    button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    QObject::connect(button, &QPushButton::clicked, button, std::move(act));
    return button;
}

QWidget* factList(const std::vector<Fact>& facts, QWidget* parent, const std::function<void(const Fact&)>& follow) {
    auto* list = new QWidget(parent);
    auto* grid = new QGridLayout(list);
    grid->setContentsMargins(0, 2, 0, 2);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(5);
    grid->setColumnMinimumWidth(0, kNameWidth);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const Fact& fact : facts) {
        auto* name = new QLabel(fact.name, list);
        name->setTextFormat(Qt::PlainText);
        name->setProperty("role", QStringLiteral("muted"));
        name->setWordWrap(true);
        grid->addWidget(name, row, 0, Qt::AlignTop | Qt::AlignLeft);
        if (!fact.process.none() || !fact.event.none()) {
            grid->addWidget(cardLink(fact.value, list, [fact, follow] { follow(fact); }), row, 1, Qt::AlignLeft);
        } else {
            grid->addWidget(cardLabel(fact.value, nullptr, list), row, 1);
        }
        if (!fact.remark.isEmpty()) {
            grid->addWidget(cardLabel(fact.remark, "muted", list), ++row, 1);
        }
        ++row;
    }
    return list;
}

GlyphMark::GlyphMark(OperationClass operation, bool faint, QWidget* parent)
    : QWidget(parent), operation_(operation), faint_(faint) {
    setFixedSize(kGlyphSize + 4, 18);
}

void GlyphMark::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawGlyph(painter, operation_, QRectF(0, 3, kGlyphSize, kGlyphSize), theme(), faint_);
}

GapBar::GapBar(const QString& text, QWidget* parent) : QWidget(parent) {
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(10, 2, 0, 2);
    auto* label = cardLabel(text, "accent", this);
    box->addWidget(label);
}

void GapBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, 2, height()), theme().accent);
}

}  // namespace trocar::ui
