#include "ui/views/inspector/inspector_view.h"

#include <QEvent>
#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/viewmodel/workspace.h"
#include "ui/views/inspector/card_page.h"
#include "ui/views/inspector/chain_page.h"
#include "ui/views/inspector/event_page.h"
#include "ui/views/inspector/process_page.h"

namespace trocar::ui {

InspectorView::InspectorView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    setAccessibleName(tr("Inspector"));
    pages_ = new QStackedWidget(this);
    auto* nothing = new CardPage(tr("Inspector"), pages_);
    nothing->column()->addWidget(cardLabel(tr("Choose a chain, an event or a process: what is known of it, and from which record, "
                                              "is shown here."),
                                           "muted", nothing));
    nothing->column()->addStretch(1);
    nothing_ = nothing;
    chain_ = new ChainPage(workspace, pages_);
    event_ = new EventPage(workspace, pages_);
    process_ = new ProcessPage(workspace, pages_);
    for (QWidget* page : {nothing_, static_cast<QWidget*>(chain_), static_cast<QWidget*>(event_), static_cast<QWidget*>(process_)}) {
        pages_->addWidget(page);
    }
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(pages_);
    connect(&workspace_.selection(), &SelectionHub::currentChanged, this, &InspectorView::refresh);
    connect(&workspace_, &Workspace::captureChanged, this, &InspectorView::refresh);
    connect(&workspace_, &Workspace::columnsChanged, this, &InspectorView::refresh);
    connect(&workspace_, &Workspace::findingsChanged, this, &InspectorView::refresh);
    connect(&workspace_, &Workspace::windowMoved, this, [this] {
        if (pages_->currentWidget() == chain_ || pages_->currentWidget() == process_) {
            refresh();
        }
    });
    connect(&workspace_, &Workspace::timeFormatChanged, this, &InspectorView::refresh);
    refresh();
}

void InspectorView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        // Rich text has its colours in it. Not now: the palette is on its way to the labels that this replaces.
        QMetaObject::invokeMethod(this, &InspectorView::refresh, Qt::QueuedConnection);
    }
    QWidget::changeEvent(event);
}

void InspectorView::refresh() {
    const Item& current = workspace_.selection().current();
    QWidget* page = nothing_;
    if (const auto* chain = std::get_if<ChainId>(&current); chain != nullptr && workspace_.capture()) {
        chain_->show(*chain);
        page = chain_;
    } else if (const auto* event = std::get_if<EventId>(&current); event != nullptr && workspace_.capture()) {
        event_->show(*event);
        page = event_;
    } else if (const auto* process = std::get_if<ProcessId>(&current); process != nullptr && workspace_.capture()) {
        process_->show(*process);
        page = process_;
    }
    pages_->setCurrentWidget(page);
}

QWidget* makeInspectorView(Workspace& workspace, QWidget* parent) {
    return new InspectorView(workspace, parent);
}

}  // namespace trocar::ui
