#include "ui/views/memory/memory_view.h"

#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/address_space.h"
#include "ui/viewmodel/memory_table.h"
#include "ui/viewmodel/memory_words.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/memory/address_strip.h"
#include "ui/views/memory/memory_columns.h"
#include "ui/views/memory/memory_delegate.h"
#include "ui/views/memory/no_map.h"
#include "ui/views/memory/snapshot_bar.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace trocar::ui {
namespace {

constexpr int kLeastStrip = 144, kMostStrip = 220;

}  // namespace

MemoryView::MemoryView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    space_ = new AddressSpace(workspace, this);
    model_ = new MemoryTable(workspace, this);
    makeTable();
    makePage();
    connectParts();
    replaced();
}

void MemoryView::makeTable() {
    delegate_ = new MemoryDelegate(*model_, this);
    table_ = new QTableView(this);
    table_->setModel(model_);
    table_->setItemDelegate(delegate_);
    table_->setAccessibleName(tr("Regions of memory"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
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
    table_->horizontalHeader()->setSortIndicator(MemoryTable::address, Qt::AscendingOrder);
    table_->setSortingEnabled(true);
    table_->setContextMenuPolicy(Qt::CustomContextMenu);
    table_->installEventFilter(this);
    table_->viewport()->installEventFilter(this);
}

void MemoryView::makePage() {
    bar_ = new SnapshotBar(workspace_, *space_, *model_, this);
    strip_ = new AddressStrip(*model_, this);
    halves_ = new QSplitter(Qt::Horizontal, this);
    halves_->setHandleWidth(1);
    halves_->setChildrenCollapsible(false);
    halves_->addWidget(strip_);
    halves_->addWidget(table_);
    halves_->setStretchFactor(1, 1);
    strip_->setMinimumWidth(96);
    connect(halves_, &QSplitter::splitterMoved, this, [this] { ownWidths_ = true; });
    empty_ = new NoMap(this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar_);
    column->addWidget(halves_, 1);
    column->addWidget(empty_, 1);
    setFocusProxy(table_);
}

void MemoryView::connectParts() {
    connect(space_, &AddressSpace::comparisonChanged, this, &MemoryView::replaced);
    connect(model_, &MemoryTable::modelReset, this, [this] {
        layoutColumns();
        showPlace(strip_->currentPlace());
    });
    connect(&workspace_, &Workspace::timeFormatChanged, this, &MemoryView::layoutColumns);
    connect(&workspace_.selection(), &SelectionHub::currentChanged, this, &MemoryView::followCurrent);
    connect(bar_, &SnapshotBar::exportWanted, this, &MemoryView::chooseCsvFile);
    connect(strip_, &AddressStrip::placeChosen, this, [this](int place) {
        showPlace(place);
        choose(place);
    });
    connect(strip_, &AddressStrip::placeActivated, this, &MemoryView::showFirstSeen);
    connect(strip_, &AddressStrip::placeHovered, this, [this](int place) {
        delegate_->setHoveredRow(model_->rowOfPlace(place));
        table_->viewport()->update();
    });
    // What is selected, not what has the focus: a table that gets the focus makes its first row current by
    // itself.
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        const QModelIndexList rows = table_->selectionModel()->selectedRows();
        if (!following_ && !rows.isEmpty()) {
            const int place = model_->placeAt(rows.last().row());
            strip_->setCurrentPlace(place);
            choose(place);
        }
    });
    connect(table_, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == MemoryTable::seen) {
            showFirstSeen(model_->placeAt(index.row()));
        }
    });
    connect(table_, &QTableView::doubleClicked, this,
            [this](const QModelIndex& index) { showFirstSeen(model_->placeAt(index.row())); });
    connect(table_, &QTableView::customContextMenuRequested, this, &MemoryView::showMenu);
}

void MemoryView::replaced() {
    {
        const QScopedValueRollback quiet(following_, true);
        strip_->setCurrentPlace(-1);
        model_->setComparison(space_->comparison());
    }
    setProperty("working", space_->isReading());
    const bool map = space_->comparison() != nullptr || space_->isReading();
    halves_->setVisible(map);
    empty_->setVisible(!map);
    empty_->setWords(space_->emptyText(), workspace_.columns() != nullptr && space_->processes().empty());
    const MemoryComparison* shown = space_->comparison().get();
    bar_->setNote(shown != nullptr      ? noteText(*shown)
                  : space_->isReading() ? tr("Reading\u2026")
                                        : QString());
    setProperty("tabNote",
                space_->process().none() || !map ? QString() : workspace_.processLabel(space_->process()));
    showPlace(model_->firstOfInterest());
    followCurrent();
}

void MemoryView::layoutColumns() {
    layOutMemoryColumns(*table_, *model_, space_->snapshots().size() > 1);
}

void MemoryView::followCurrent() {
    const auto* event = std::get_if<EventId>(&workspace_.selection().current());
    if (event != nullptr && !following_) {
        if (const int place = model_->placeOfEvent(*event); place >= 0) {
            showPlace(place);
        }
    }
}

void MemoryView::showPlace(int place) {
    const QScopedValueRollback quiet(following_, true);
    strip_->setCurrentPlace(place);
    const int row = model_->rowOfPlace(place);
    if (row < 0) {
        table_->clearSelection();
    } else if (table_->currentIndex().row() != row || !table_->selectionModel()->isRowSelected(row)) {
        table_->selectRow(row);
        table_->scrollTo(model_->index(row, MemoryTable::address));
    }
}

void MemoryView::choose(int place) {
    if (const EventId event = model_->eventAt(place); !event.none()) {
        const QScopedValueRollback quiet(following_, true);
        workspace_.selection().setCurrent(event);
    }
}

void MemoryView::showFirstSeen(int place) {
    if (place < 0 || model_->comparison() == nullptr) {
        return;
    }
    if (const auto& first = model_->comparison()->first_seen[static_cast<std::size_t>(place)]) {
        space_->showInTimeline(*first);
    }
}

void MemoryView::copyRows() const {
    QStringList rows;
    QModelIndexList chosen = table_->selectionModel()->selectedRows();
    std::sort(chosen.begin(), chosen.end());
    for (const QModelIndex& index : chosen) {
        rows += model_->rowText(index.row());
    }
    QGuiApplication::clipboard()->setText(rows.join(QLatin1Char('\n')));
}

void MemoryView::showMenu(const QPoint& point) {
    const QModelIndex index = table_->indexAt(point);
    if (!index.isValid()) {
        return;
    }
    const int place = model_->placeAt(index.row());
    QMenu menu(this);
    menu.addAction(tr("Show first appearance in the timeline\tEnter"), this,
                   [this, place] { showFirstSeen(place); })
        ->setEnabled(model_->comparison()->first_seen[static_cast<std::size_t>(place)].has_value());
    menu.addAction(tr("Show the record"), this, [this, place] { choose(place); })
        ->setEnabled(!model_->eventAt(place).none());
    menu.addSeparator();
    menu.addAction(tr("Copy rows\tCtrl+C"), this, &MemoryView::copyRows);
    menu.addAction(tr("Copy address"), this, [this, place] {
        QGuiApplication::clipboard()->setText(fromOurs(hex(model_->regionAt(place).start)));
    });
    menu.addAction(tr("Export CSV\u2026"), this, &MemoryView::chooseCsvFile);
    menu.exec(table_->viewport()->mapToGlobal(point));
}

QString MemoryView::exportCsv(const QString& path) const {
    QSaveFile file(path);
    const std::string text = model_->csv();
    const auto size = static_cast<qint64>(text.size());
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), size) != size || !file.commit()) {
        return tr("cannot write %1: %2").arg(path, file.errorString());
    }
    return {};
}

void MemoryView::chooseCsvFile() {
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Export regions"), QStringLiteral("memory-map.csv"),
                                     tr("Comma-separated values (*.csv);;All files (*)"));
    if (!path.isEmpty()) {
        const QString failed = exportCsv(path);
        bar_->setNote(failed.isEmpty() ? tr("Written: %1").arg(path) : failed);
    }
}

void MemoryView::hoverRow(int row) {
    delegate_->setHoveredRow(row);
    strip_->setHoveredPlace(model_->placeAt(row));
    table_->viewport()->update();
}

bool MemoryView::tableKey(QKeyEvent& key) {
    if (key.matches(QKeySequence::Copy)) {
        copyRows();
        return true;
    }
    if (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter) {
        showFirstSeen(model_->placeAt(table_->currentIndex().row()));
        return true;
    }
    return false;
}

bool MemoryView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == table_ && event->type() == QEvent::KeyPress && tableKey(*static_cast<QKeyEvent*>(event))) {
        return true;
    }
    if (watched == table_->viewport()) {
        switch (event->type()) {
            case QEvent::Resize: layoutColumns(); break;
            case QEvent::MouseMove:
                hoverRow(table_->rowAt(static_cast<QMouseEvent*>(event)->position().toPoint().y()));
                break;
            case QEvent::Leave: hoverRow(-1); break;
            case QEvent::Paint:
                if (model_->rowCount() == 0 && space_->comparison() != nullptr) {
                    QPainter painter(table_->viewport());
                    painter.setFont(theme().body);
                    painter.setPen(theme().muted);
                    painter.drawText(table_->viewport()->rect().adjusted(24, 20, -24, -20),
                                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
                                     tr("No region is so. The switch above lists others."));
                    return true;
                }
                break;
            default: break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void MemoryView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    space_->setWatched(true);
}

void MemoryView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (!ownWidths_) {
        const int strip = std::clamp(width() / 5, kLeastStrip, kMostStrip);
        halves_->setSizes({strip, width() - strip});
    }
}

void MemoryView::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    space_->setWatched(false);
}

QWidget* makeMemoryView(Workspace& workspace, QWidget* parent) {
    return new MemoryView(workspace, parent);
}

}  // namespace trocar::ui
