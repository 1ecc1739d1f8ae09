#include "ui/views/events/events_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QStringList>
#include <QTableView>
#include <QVBoxLayout>
#include <array>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/event_table.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/events/event_delegate.h"
#include "ui/views/events/find_bar.h"

namespace trocar::ui {
namespace {

constexpr std::array<int, EventTable::columnCount_> kWidths{116, 120, 96, 156, 172, 172, 0};
constexpr int kDatedTime = 196;
constexpr int kLeastDetail = 160;
constexpr int kGoodDetail = 200, kGoodHost = 164;  ///< with room for a detail, hosts are named in full
constexpr std::int64_t kAroundSeconds = 10;

QString pidTerm(const Workspace& workspace, const char* field, ProcessId process) {
    const auto capture = workspace.capture();
    if (!capture || process.value >= capture->processes.lives.size()) {
        return {};
    }
    return QStringLiteral("%1 = %2").arg(QString::fromLatin1(field)).arg(capture->processes.lives[process.value].pid);
}

}  // namespace

EventsView::EventsView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    model_ = new EventTable(workspace, this);
    delegate_ = new EventDelegate(*model_, this);
    table_ = new QTableView(this);
    table_->setModel(model_);
    table_->setItemDelegate(delegate_);
    table_->setAccessibleName(tr("Events"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->setMouseTracking(true);
    table_->setTabKeyNavigation(false);
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setDefaultSectionSize(theme().rowHeight - 2);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setStretchLastSection(true);  // the detail takes what is left, whatever the width
    table_->horizontalHeader()->setResizeContentsPrecision(100);
    table_->setContextMenuPolicy(Qt::CustomContextMenu);
    table_->installEventFilter(this);
    table_->viewport()->installEventFilter(this);
    setFocusProxy(table_);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    find_ = new FindBar(workspace_, *model_, this);
    box->addWidget(find_);
    box->addWidget(table_, 1);
    connect(&workspace_.selection(), &SelectionHub::findWanted, this, [this](int direction) {
        if (direction == 0 || find_->isHidden()) {
            workspace_.selection().askForView(QStringLiteral("events"));
            find_->open();
        }
        if (direction != 0) {
            find_->step(direction);
        }
    });
    connect(find_, &FindBar::found, this, [this](int row) { workspace_.selection().setCurrent(model_->idAt(row)); });
    connect(find_, &FindBar::closed, this, [this] { table_->setFocus(); });

    connect(table_, &QTableView::customContextMenuRequested, this, &EventsView::showMenu);
    connect(model_, &EventTable::modelReset, this, &EventsView::replaced);
    connect(&workspace_.selection(), &SelectionHub::currentChanged, this, &EventsView::followCurrent);
    connect(&workspace_, &Workspace::timeFormatChanged, this, &EventsView::layoutColumns);
    connect(&workspace_, &Workspace::bookmarksChanged, table_->viewport(), qOverload<>(&QWidget::update));
    const auto choose = [this](const QModelIndex& now) {
        if (!following_ && now.isValid()) {
            workspace_.selection().setCurrent(model_->idAt(now.row()));
        }
    };
    // What is selected, not what has the focus: a table that gets the focus makes its first row current by itself.
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [choose](const QItemSelection& now) { choose(now.indexes().value(0)); });
    connect(table_, &QTableView::clicked, this, choose);
    replaced();
}

void EventsView::replaced() {
    setWindowTitle(model_->columns() == nullptr ? tr("Events")
                                                : tr("Events %1").arg(groupedNumber(static_cast<std::uint64_t>(model_->rowCount()))));
    layoutColumns();
    followCurrent();
}

void EventsView::layoutColumns() {
    const bool dated = model_->rowCount() > 0 && model_->text(0, EventTable::time).size() > 14;
    const int width = table_->viewport()->width();
    table_->setColumnHidden(EventTable::host, !model_->severalHosts());
    int fixed = 0;
    for (int column = 0; column < EventTable::detail; ++column) {
        const int own = column == EventTable::time && dated ? kDatedTime : kWidths[static_cast<std::size_t>(column)];
        fixed += table_->isColumnHidden(column) ? 0 : own;
        table_->setColumnWidth(column, own);
    }
    const bool noEvent = width - fixed < kLeastDetail;
    table_->setColumnHidden(EventTable::event, noEvent);
    fixed -= noEvent ? kWidths[EventTable::event] : 0;
    if (width - fixed < kLeastDetail) {  // names give way before the detail does, no more than they must
        constexpr std::pair<int, int> kLeast[] = {{EventTable::host, 84}, {EventTable::source, 104}, {EventTable::target, 104}};
        int lacking = kLeastDetail - (width - fixed);
        int columns = table_->isColumnHidden(EventTable::host) ? 2 : 3;
        for (const auto& [column, least] : kLeast) {
            if (!table_->isColumnHidden(column)) {
                const int own = table_->columnWidth(column);
                const int less = std::min(own - least, lacking / columns);
                table_->setColumnWidth(column, own - less);
                lacking -= less;
                --columns;
            }
        }
    }
    if (!table_->isColumnHidden(EventTable::host) && width - fixed >= kGoodDetail + kGoodHost) {
        table_->setColumnWidth(EventTable::host, kGoodHost);
    }
}

void EventsView::followCurrent() {
    const QScopedValueRollback quiet(following_, true);
    const auto* id = std::get_if<EventId>(&workspace_.selection().current());
    const int row = id == nullptr ? -1 : model_->rowOf(*id);
    find_->setCurrentRow(row);
    if (row < 0) {
        table_->clearSelection();
    } else if (table_->currentIndex().row() != row || !table_->selectionModel()->isRowSelected(row)) {
        table_->selectRow(row);
        table_->scrollTo(model_->index(row, EventTable::time));
    }
}

void EventsView::narrow(const QString& term) {
    if (term.isEmpty()) {
        return;
    }
    const QString before = workspace_.filterText().trimmed();
    workspace_.setFilter(before.isEmpty() ? term : QStringLiteral("(%1) and %2").arg(before, term));
    workspace_.applyFilterNow();
}

QString EventsView::pairTerm(int row) const {
    const std::size_t at = model_->position(row);
    QStringList terms;
    for (const QString& term : {pidTerm(workspace_, "source.pid", model_->columns()->actor[at]),
                                pidTerm(workspace_, "target.pid", model_->columns()->target[at])}) {
        if (!term.isEmpty()) {
            terms += term;
        }
    }
    return terms.join(QStringLiteral(" and "));
}

void EventsView::showMenu(const QPoint& point) {
    const QModelIndex index = table_->indexAt(point);
    if (!index.isValid()) {
        return;
    }
    const int row = index.row();
    const std::size_t at = model_->position(row);
    const EventColumns& columns = *model_->columns();
    const QString operation = QStringLiteral("operation = %1").arg(fromOurs(name(columns.operation[at])));
    const QString source = pidTerm(workspace_, "pid", columns.actor[at]);
    const QString target = pidTerm(workspace_, "pid", columns.target[at]);
    QMenu menu(this);
    const auto filterTo = [&](const QString& text, const QString& term) {
        menu.addAction(text, this, [this, term] { narrow(term); })->setEnabled(!term.isEmpty());
    };
    filterTo(tr("Filter to this source and target\tEnter"), pairTerm(row));
    filterTo(tr("Filter to source"), source);
    filterTo(tr("Filter to target"), target);
    filterTo(tr("Filter to this operation"), operation);
    filterTo(tr("Leave out this operation\tShift+Enter"), QStringLiteral("not ") + operation);
    const UtcNanos time = columns.time[at];
    menu.addAction(tr("10 seconds around it"), this, [this, time] {
        const Nanos around{kAroundSeconds * kSecond.count};
        workspace_.setTimeFilter(TimeRange{shifted(time, -around), shifted(time, around)});
    })->setEnabled(!time.none());
    menu.addSeparator();
    menu.addAction(tr("Show in timeline"), this, [this, row, time] {
        workspace_.selection().setCurrent(model_->idAt(row));
        const Nanos around{kAroundSeconds * kSecond.count};
        workspace_.selection().setViewRange({shifted(time, -around), shifted(time, around)});
    })->setEnabled(!time.none());
    const auto showProcess = [&](const QString& text, ProcessId process) {
        menu.addAction(text, this, [this, process] { workspace_.selection().setCurrent(process); })->setEnabled(!process.none());
    };
    showProcess(tr("Show source process"), columns.actor[at]);
    showProcess(tr("Show target process"), columns.target[at]);
    const EventId event = model_->idAt(row);
    const bool marked = workspace_.isBookmarked(event);
    menu.addAction(marked ? tr("Remove bookmark\tB") : tr("Bookmark\tB"), this,
                   [this, event, marked] { workspace_.setBookmark(event, !marked); });
    menu.addSeparator();
    menu.addAction(tr("Copy row\tCtrl+C"), this, [this, row] { QGuiApplication::clipboard()->setText(model_->rowText(row)); });
    menu.addAction(tr("Copy cell"), this, [this, row, column = index.column()] {
        QGuiApplication::clipboard()->setText(model_->text(row, column));
    });
    menu.exec(table_->viewport()->mapToGlobal(point));
}

bool EventsView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == table_ && event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        const int row = table_->currentIndex().row();
        if (row >= 0 && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
            narrow(key->modifiers() & Qt::ShiftModifier
                       ? QStringLiteral("not operation = %1").arg(fromOurs(name(model_->operationAt(row))))
                       : pairTerm(row));
            return true;
        }
        if (row >= 0 && key->matches(QKeySequence::Copy)) {
            QGuiApplication::clipboard()->setText(model_->rowText(row));
            return true;
        }
    }
    if (watched == table_->viewport()) {
        switch (event->type()) {
            case QEvent::Resize: layoutColumns(); break;
            case QEvent::MouseMove: {
                const int row = table_->rowAt(static_cast<QMouseEvent*>(event)->position().toPoint().y());
                delegate_->setHoveredRow(row);
                workspace_.selection().setHovered(row < 0 ? Item() : Item(model_->idAt(row)));
                table_->viewport()->update();
                break;
            }
            case QEvent::Leave:
                delegate_->setHoveredRow(-1);
                workspace_.selection().setHovered({});
                table_->viewport()->update();
                break;
            case QEvent::Paint:
                if (model_->rowCount() == 0) {
                    QPainter painter(table_->viewport());
                    painter.setFont(theme().body);
                    painter.setPen(theme().muted);
                    painter.drawText(table_->viewport()->rect().adjusted(40, 24, -40, -24),
                                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, model_->emptyText());
                    return true;
                }
                break;
            default: break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

QWidget* makeEventsView(Workspace& workspace, QWidget* parent) {
    return new EventsView(workspace, parent);
}

}  // namespace trocar::ui
