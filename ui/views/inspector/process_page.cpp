#include "ui/views/inspector/process_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/shell/panel_header.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/item_card.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {

ProcessPage::ProcessPage(Workspace& workspace, QWidget* parent) : CardPage(tr("Process"), parent), workspace_(workspace) {}

void ProcessPage::show(ProcessId id) {
    const ProcessCard card = processCard(workspace_, id);
    clearColumn();
    column()->addWidget(cardLabel(card.title, "name", this));
    column()->addWidget(factList(card.facts, this, [this](const Fact& fact) {
        workspace_.selection().setCurrent(fact.process.none() ? Item(fact.event) : Item(fact.process));
    }));
    column()->addSpacing(8);
    auto* head = new QLabel(card.chains.empty() ? tr("No finding at these parameters") : tr("Findings"), this);
    head->setProperty("role", QStringLiteral("faint"));
    head->setFont(theme().small);
    column()->addWidget(head);
    for (const ProcessCard::Link& link : card.chains) {
        auto* row = new QHBoxLayout;
        row->setSpacing(8);
        row->addWidget(cardLink(link.text, this, [this, chain = link.chain] { workspace_.selection().setCurrent(chain); }));
        row->addStretch(1);
        auto* note = new QLabel(link.note, this);
        note->setTextFormat(Qt::PlainText);
        note->setProperty("role", link.damped ? QStringLiteral("faint") : QStringLiteral("muted"));
        row->addWidget(note);
        column()->addLayout(row);
    }
    if (card.more > 0) {
        column()->addWidget(cardLabel(tr("and %n more: filter to this process to see all", nullptr, card.more), "muted", this));
    }
    column()->addWidget(cardLink(tr("Filter events to this process"), this, [this, id] {
        const auto capture = workspace_.capture();
        if (capture && id.value < capture->processes.lives.size()) {
            workspace_.setFilter(QStringLiteral("pid = %1").arg(capture->processes.lives[id.value].pid));
            workspace_.applyFilterNow();
        }
    }));
    column()->addStretch(1);
}

}  // namespace trocar::ui
