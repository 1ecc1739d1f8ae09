#include "ui/views/inspector/chain_page.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/shell/panel_header.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/item_card.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/inspector/flow_layout.h"

namespace trocar::ui {
namespace {

constexpr int kIndent = 21;
constexpr int kNoteHeight = 30, kNoteOpen = 64;  ///< one line, and while it is written in

/// A row of the column whose content starts right of the glyphs.
QHBoxLayout* indented(QWidget* content) {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(kIndent, 0, 0, 0);
    row->addWidget(content, 1);
    return row;
}

}  // namespace

ChainPage::ChainPage(Workspace& workspace, QWidget* parent) : CardPage(tr("Why is this a chain?"), parent), workspace_(workspace) {
    note_ = new QPlainTextEdit(this);
    note_->setProperty("framed", true);
    note_->setPlaceholderText(tr("Note\u2026"));
    note_->setAccessibleName(tr("Note on this chain"));
    note_->setFixedHeight(kNoteHeight);
    note_->setTabChangesFocus(true);
    note_->document()->setDocumentMargin(2);
    note_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    note_->installEventFilter(this);
    foot()->addWidget(note_);
    auto* buttons = new FlowLayout(7);
    const auto judge = [&](const QString& text, const QString& tip, Verdict verdict) {
        auto* button = new QPushButton(text, this);
        button->setCheckable(true);
        button->setProperty("compact", true);
        button->setToolTip(tip);
        buttons->addWidget(button);
        verdicts_.emplace_back(verdict, button);
        connect(button, &QPushButton::clicked, this, [this, verdict](bool on) {
            workspace_.setVerdict(id_, on ? verdict : Verdict::unset);
            showVerdict();
        });
    };
    judge(tr("True (1)"), tr("An injection"), Verdict::true_positive);
    judge(tr("False (2)"), tr("Not an injection"), Verdict::false_positive);
    judge(tr("Benign (3)"), tr("An injection, and a legitimate one"), Verdict::benign_true);
    raw_ = new QPushButton(tr("Record"), this);
    raw_->setProperty("compact", true);
    raw_->setToolTip(tr("The record of the execution, as in the evidence"));
    buttons->addWidget(raw_);
    connect(raw_, &QPushButton::clicked, this, [this] {
        if (!anchor_.none()) {
            workspace_.selection().setCurrent(anchor_);
        }
    });
    foot()->addLayout(buttons);
    connect(&workspace_, &Workspace::verdictsChanged, this, &ChainPage::showVerdict);
}

void ChainPage::show(ChainId id) {
    if (has_ && id != id_) {
        storeNote();
    }
    const auto card = chainCard(workspace_, id);
    clearColumn();
    const bool other = !has_ || id != id_;
    id_ = id;
    has_ = true;
    anchor_ = card ? card->anchor : EventId{};
    raw_->setEnabled(!anchor_.none());
    header()->setNote(card ? card->grade : QString());
    if (other || !note_->hasFocus()) {
        note_->setPlainText(workspace_.note(id));
    }
    showVerdict();
    if (!card) {
        column()->addWidget(cardLabel(tr("This chain is not among the candidates at the present parameters: its steps no "
                                         "longer pass. Reset the parameters to see it again."),
                                      "muted", this));
        column()->addStretch(1);
        return;
    }
    auto* title = new QLabel(this);
    title->setTextFormat(Qt::RichText);  // every part is escaped
    title->setWordWrap(true);
    title->setText(QStringLiteral("<span style='font-weight:600'>%1 \u2192 %2</span> <span style='color:%4'>%3</span>")
                       .arg(card->source.toHtmlEscaped(), card->target.toHtmlEscaped(), card->technique.toHtmlEscaped(),
                            theme().muted.name()));
    title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column()->addWidget(title);
    auto* sentence = cardLabel(card->sentence, "muted", this);
    column()->addWidget(sentence);
    setAccessibleDescription(card->sentence);
    column()->addSpacing(5);
    for (const CardEvidence& line : card->evidence) {
        addEvidence(line);
    }
    if (card->more > 0) {
        column()->addLayout(indented(cardLabel(tr("%n more record(s) of this pair", nullptr, card->more), "muted", this)));
    }
    for (const auto& [operation, words] : card->missing) {
        auto* row = new QHBoxLayout;
        row->setSpacing(5);
        row->addWidget(new GlyphMark(operation, true, this), 0, Qt::AlignTop);
        row->addWidget(cardLabel(words, "faint", this), 1);
        column()->addLayout(row);
    }
    addSection(tr("Vanishes"));
    column()->addWidget(cardLabel(card->vanishes, nullptr, this));
    for (const QString& also : card->alsoVanishes) {
        if (also != card->vanishes) {
            column()->addWidget(cardLabel(tr("also when %1").arg(also), "muted", this));
        }
    }
    addSection(tr("Confidence"));
    for (const auto& [points, words] : card->addends) {
        auto* row = new QHBoxLayout;
        row->setSpacing(8);
        auto* number = new QLabel(points, this);
        number->setFixedWidth(30);
        number->setAlignment(Qt::AlignRight | Qt::AlignTop);
        number->setProperty("role", points.startsWith(QLatin1Char('+')) ? QStringLiteral("muted") : QStringLiteral("negative"));
        row->addWidget(number, 0, Qt::AlignTop);
        row->addWidget(cardLabel(words, nullptr, this), 1);
        column()->addLayout(row);
    }
    addSection(tr("Completeness"));
    column()->addWidget(cardLabel(card->completeness, nullptr, this));
    if (!card->runnerUp.isEmpty()) {
        column()->addWidget(cardLabel(card->runnerUp, "muted", this));
    }
    auto* links = new QHBoxLayout;
    links->setSpacing(12);
    links->addWidget(cardLink(tr("Source process"), this, [this, p = card->sourceProcess] { workspace_.selection().setCurrent(p); }));
    links->addWidget(cardLink(tr("Target process"), this, [this, p = card->targetProcess] { workspace_.selection().setCurrent(p); }));
    links->addWidget(cardLink(tr("Copy evidence"), this, [this, id] { QGuiApplication::clipboard()->setText(evidenceText(workspace_, id)); }));
    links->addStretch(1);
    column()->addSpacing(6);
    column()->addLayout(links);
    column()->addStretch(1);
}

void ChainPage::addSection(const QString& title) {
    column()->addSpacing(8);
    auto* label = new QLabel(title, this);
    label->setProperty("role", QStringLiteral("faint"));
    label->setFont(theme().small);
    column()->addWidget(label);
}

void ChainPage::addEvidence(const CardEvidence& line) {
    auto* row = new QHBoxLayout;
    row->setSpacing(5);
    row->addWidget(new GlyphMark(line.operation, !line.witness, this), 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    auto* head = new QLabel(this);
    head->setTextFormat(Qt::RichText);  // every part is escaped
    head->setWordWrap(true);
    head->setTextInteractionFlags(Qt::TextSelectableByMouse);
    const QColor& strong = line.witness ? theme().text : theme().muted;
    head->setText(QStringLiteral("<span style='color:%3'>%1</span> <span style='color:%4'>%2</span>")
                      .arg(line.head.toHtmlEscaped(), line.detail.toHtmlEscaped(), strong.name(), theme().muted.name()));
    words->addWidget(head);
    auto* stamp = cardLink(line.stamp, this, [this, event = line.event] { workspace_.selection().setCurrent(event); });
    stamp->setFont(theme().mono);
    stamp->setProperty("quiet", true);
    stamp->setToolTip(tr("Show this record"));
    words->addWidget(stamp, 0, Qt::AlignLeft);  // a widget of limited width would limit the lines above it
    row->addLayout(words, 1);
    column()->addLayout(row);
    if (!line.gapAfter.isEmpty()) {
        column()->addLayout(indented(new GapBar(line.gapAfter, this)));
    }
}

void ChainPage::showVerdict() {
    if (!has_) {
        return;
    }
    const Verdict now = workspace_.verdict(id_);
    for (const auto& [verdict, button] : verdicts_) {
        button->setChecked(verdict == now);
    }
    // A tag, an undo: what the case says of the chain may have changed from elsewhere.
    if (const QString note = workspace_.note(id_); !note_->hasFocus() && note_->toPlainText() != note) {
        note_->setPlainText(note);
    }
}

void ChainPage::storeNote() {
    const QString text = note_->toPlainText();
    if (has_ && text != workspace_.note(id_)) {
        workspace_.setNote(id_, text);
    }
}

bool ChainPage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == note_ && event->type() == QEvent::FocusOut) {
        storeNote();
        note_->setFixedHeight(kNoteHeight);
        note_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    } else if (watched == note_ && event->type() == QEvent::FocusIn) {
        note_->setFixedHeight(kNoteOpen);
        note_->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    }
    return CardPage::eventFilter(watched, event);
}

}  // namespace trocar::ui
