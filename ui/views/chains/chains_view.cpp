#include "ui/views/chains/chains_view.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDynamicPropertyChangeEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>
#include <array>
#include <numeric>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/segmented_switch.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/chain_table.h"
#include "ui/viewmodel/item_card.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/chains/chain_delegate.h"
#include "ui/views/chains/click_strip.h"

namespace trocar::ui {
namespace {

/// Widths of all columns but the two that share the rest (source and target; vanishes at).
constexpr std::array<int, ChainTable::columnCount_> kWidths{18, 60, 104, 0, 92, 88, 48, 80, 0};
constexpr double kPairShare = 0.58;
constexpr int kLeastPair = 220, kLeastVanishes = 132;
constexpr int kGoodPair = 320;      ///< two usual names with their pids
constexpr int kMostPair = 520;      ///< beyond it the eye loses the row: the rest goes to the last column
/// Where the names would be cut, these give way.
constexpr int kNarrowVerdict = 58, kNarrowConfidence = 86, kNarrowSteps = 72;
constexpr int kNarrowVanishes = 118;
/// What the Tune page lists, in the order of its switch.
constexpr std::array kParts{ChainTable::Part::all, ChainTable::Part::gained, ChainTable::Part::lost, ChainTable::Part::kept};
constexpr int kNoteDelay = 80;      ///< ms after the last move before verdicts are counted
constexpr int kLostRows = 5;        ///< rows of the lost section that show without scrolling

}  // namespace

ChainsView::ChainsView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    model_ = new ChainTable(workspace, ChainTable::Which::visible, this);
    lostModel_ = new ChainTable(workspace, ChainTable::Which::lost, this);
    delegate_ = new ChainDelegate(*model_, false, this);
    lostDelegate_ = new ChainDelegate(*lostModel_, true, this);
    coverage_ = new ClickStrip(ClickStrip::Look::warning, this);
    coverage_->setLink(tr("Coverage"));
    tuning_ = new QWidget(this);
    parts_ = new SegmentedSwitch({tr("All")}, tr("What the list shows of the last moves"), false, tuning_);
    against_ = new QLabel(tuning_);
    against_->setProperty("role", QStringLiteral("muted"));
    against_->setFont(theme().small);
    against_->setTextFormat(Qt::PlainText);
    auto* tuningRow = new QHBoxLayout(tuning_);
    tuningRow->setContentsMargins(14, 9, 14, 9);
    tuningRow->setSpacing(12);
    tuningRow->addWidget(parts_);
    tuningRow->addWidget(against_, 1);
    tuning_->hide();
    connect(parts_, &SegmentedSwitch::chosen, this, [this](int index) { model_->setPart(kParts[static_cast<std::size_t>(index)]); });
    table_ = makeTable(*model_, *delegate_);
    table_->setAccessibleName(tr("Chains"));
    lostHead_ = new ClickStrip(ClickStrip::Look::section, this);
    lostHead_->setCheckable(true);
    lostTable_ = makeTable(*lostModel_, *lostDelegate_);
    lostTable_->setAccessibleName(tr("Chains lost by tuning"));
    lostTable_->horizontalHeader()->hide();
    setFocusProxy(table_);

    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addWidget(coverage_);
    box->addWidget(tuning_);
    box->addWidget(table_, 1);
    box->addWidget(lostHead_);
    box->addWidget(lostTable_);

    noteTimer_ = new QTimer(this);
    noteTimer_->setSingleShot(true);
    noteTimer_->setInterval(kNoteDelay);
    connect(noteTimer_, &QTimer::timeout, this, &ChainsView::updateNote);
    connect(coverage_, &ClickStrip::clicked, this, [this] { workspace_.selection().askForView(QStringLiteral("coverage")); });
    connect(lostHead_, &ClickStrip::toggled, this, &ChainsView::showLost);
    for (ChainTable* m : {model_, lostModel_}) {
        connect(m, &ChainTable::modelReset, this, &ChainsView::rowsChanged);
        connect(m, &ChainTable::layoutChanged, this, &ChainsView::rowsChanged);
        connect(m, &ChainTable::dataChanged, this, &ChainsView::rowsChanged);
    }
    connect(&workspace_, &Workspace::captureChanged, this, &ChainsView::updateCoverage);
    connect(&workspace_, &Workspace::findingsChanged, this, &ChainsView::updateCoverage);
    connect(&workspace_.selection(), &SelectionHub::currentChanged, this, &ChainsView::followCurrent);
    connect(&workspace_.selection(), &SelectionHub::hoveredChanged, this, &ChainsView::followHovered);
    updateCoverage();
    rowsChanged();
    updateNote();
}

QTableView* ChainsView::makeTable(ChainTable& model, ChainDelegate& delegate) {
    auto* table = new QTableView(this);
    table->setModel(&model);
    table->setItemDelegate(&delegate);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setMouseTracking(true);
    table->setTabKeyNavigation(false);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(theme().rowHeight + 3);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    table->horizontalHeader()->setMinimumSectionSize(16);
    table->horizontalHeader()->setHighlightSections(false);
    table->viewport()->installEventFilter(this);
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(table, &QTableView::customContextMenuRequested, this, [this, table](const QPoint& p) { showMenu(*table, p); });
    const auto choose = [this, &model](const QModelIndex& now) {
        if (!following_ && now.isValid() && model.row(now.row()).known) {
            workspace_.selection().setCurrent(model.row(now.row()).id);
        }
    };
    // What is selected, not what has the focus: a table that gets the focus makes its first row current by itself.
    connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [choose](const QItemSelection& now) { choose(now.indexes().value(0)); });
    connect(table, &QTableView::clicked, this, choose);
    return table;
}

void ChainsView::layoutColumns(QTableView& table) {
    const int width = table.viewport()->width();
    // The narrower the panel, the fewer columns: what names the chain stays.
    // The span goes early: a chain's last column says it too.
    const std::array droppable{ChainTable::folded, ChainTable::span, ChainTable::technique, ChainTable::steps};
    std::array<int, ChainTable::columnCount_> widths = kWidths;
    const auto sum = [&widths] { return std::accumulate(widths.begin(), widths.end(), 0); };
    const bool narrow = width - sum() < kLeastPair + kLeastVanishes;
    const int leastVanishes = narrow ? kNarrowVanishes : kLeastVanishes;
    if (narrow) {
        widths[ChainTable::verdict] = kNarrowVerdict;
        widths[ChainTable::confidence] = kNarrowConfidence;
        widths[ChainTable::steps] = kNarrowSteps;
    }
    for (const ChainTable::Column column : droppable) {
        const bool hide = width - sum() < kGoodPair + leastVanishes;
        table.setColumnHidden(column, hide);
        widths[column] = hide ? 0 : widths[column];
    }
    const int rest = std::max(kLeastPair + leastVanishes, width - sum());
    const int wanted = std::clamp(static_cast<int>(rest * kPairShare), kGoodPair, kMostPair);
    const int pair = std::max(kLeastPair, std::min(wanted, rest - leastVanishes));
    widths[ChainTable::pair] = pair;
    widths[ChainTable::vanishes] = rest - pair;
    for (int column = 0; column < ChainTable::columnCount_; ++column) {
        if (!table.isColumnHidden(column)) {
            table.setColumnWidth(column, widths[static_cast<std::size_t>(column)]);
        }
    }
}

bool ChainsView::event(QEvent* event) {
    if (event->type() == QEvent::DynamicPropertyChange &&
        static_cast<QDynamicPropertyChangeEvent*>(event)->propertyName() == "layout") {
        const bool tune = property("layout").toString() == QStringLiteral("tune");
        tuning_->setVisible(tune);
        model_->setPart(tune ? kParts[static_cast<std::size_t>(parts_->current())] : ChainTable::Part::shown);
        rowsChanged();
    }
    return QWidget::event(event);
}

void ChainsView::updateTuning() {
    using Part = ChainTable::Part;
    const auto with = [this](const QString& word, Part part) {
        return QStringLiteral("%1 %2").arg(word, groupedNumber(model_->count(part)));
    };
    parts_->setChoices({with(tr("All"), Part::all), with(tr("+ Gained"), Part::gained), with(tr("\u2212 Lost"), Part::lost),
                        with(tr("Kept"), Part::kept)});
    against_->setText(tr("against %1").arg(baselineWords(workspace_)));
}

void ChainsView::rowsChanged() {
    setWindowTitle(chainsTitle(workspace_));
    const bool tune = model_->part() != ChainTable::Part::shown;
    const int lost = tune ? 0 : lostModel_->rowCount();  // on the Tune page the list itself holds them
    if (tune) {
        updateTuning();
    }
    lostHead_->setVisible(lost > 0);
    lostHead_->setText(tr("Lost by tuning: %1, against %2").arg(lost).arg(baselineWords(workspace_)));
    lostTable_->setVisible(lost > 0 && lostOpen_);
    lostTable_->setFixedHeight(std::min(lost, kLostRows) * (theme().rowHeight + 3) + 2);
    noteTimer_->start();
    followCurrent();
}

void ChainsView::showLost(bool on) {
    lostOpen_ = on;
    lostHead_->setChecked(on);
    rowsChanged();
}

void ChainsView::updateNote() {
    setProperty("tabNote", countsText(workspace_, model_->unreviewed()));
}

void ChainsView::updateCoverage() {
    const QString missing = missingCoverage(workspace_);
    coverage_->setText(missing);
    coverage_->setAccessibleName(missing.isEmpty() ? tr("Coverage") : missing);
    coverage_->setToolTip(tr("What this capture cannot show, and how to record it"));
    coverage_->setVisible(!missing.isEmpty());
}

void ChainsView::followCurrent() {
    const QScopedValueRollback quiet(following_, true);
    const auto* id = std::get_if<ChainId>(&workspace_.selection().current());
    for (QTableView* table : {table_, lostTable_}) {
        const int row = id == nullptr ? -1 : static_cast<ChainTable*>(table->model())->rowOf(*id);
        if (row < 0) {
            table->clearSelection();
            table->setCurrentIndex({});
        } else if (table->currentIndex().row() != row || !table->selectionModel()->isRowSelected(row)) {
            table->selectRow(row);
            table->scrollTo(table->model()->index(row, ChainTable::pair));
        }
    }
}

void ChainsView::followHovered() {
    const auto* id = std::get_if<ChainId>(&workspace_.selection().hovered());
    delegate_->setHoveredRow(id == nullptr ? -1 : model_->rowOf(*id));
    lostDelegate_->setHoveredRow(id == nullptr ? -1 : lostModel_->rowOf(*id));
    table_->viewport()->update();
    lostTable_->viewport()->update();
}

bool ChainsView::eventFilter(QObject* watched, QEvent* event) {
    auto* table = watched == table_->viewport() ? table_ : (lostTable_ != nullptr && watched == lostTable_->viewport() ? lostTable_ : nullptr);
    if (table == nullptr) {
        return QWidget::eventFilter(watched, event);
    }
    ChainDelegate* delegate = table == table_ ? delegate_ : lostDelegate_;
    switch (event->type()) {
        case QEvent::Resize: layoutColumns(*table); break;
        case QEvent::MouseMove: {
            const int row = table->rowAt(static_cast<QMouseEvent*>(event)->position().toPoint().y());
            delegate->setHoveredRow(row);
            table->viewport()->update();
            const ChainTable& m = *static_cast<ChainTable*>(table->model());
            workspace_.selection().setHovered(row >= 0 && m.row(row).known ? Item(m.row(row).id) : Item());
            break;
        }
        case QEvent::Leave:
            delegate->setHoveredRow(-1);
            workspace_.selection().setHovered({});
            table->viewport()->update();
            break;
        case QEvent::Paint:
            if (table == table_ && model_->rowCount() == 0) {
                QPainter painter(table->viewport());
                painter.setFont(theme().body);
                painter.setPen(theme().muted);
                painter.drawText(table->viewport()->rect().adjusted(40, 24, -40, -24), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
                                 model_->emptyText());
                return true;
            }
            break;
        default: break;
    }
    return QWidget::eventFilter(watched, event);
}

void ChainsView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layoutColumns(*table_);
    layoutColumns(*lostTable_);
}

void ChainsView::showMenu(QTableView& table, const QPoint& point) {
    auto& model = *static_cast<ChainTable*>(table.model());
    const QModelIndex at = table.indexAt(point);
    if (!at.isValid() || !model.row(at.row()).known) {
        return;
    }
    const int row = at.row();
    const Finding finding = model.finding(row);
    QMenu menu(this);
    const auto judge = [&](const QString& text, Verdict verdict) {
        menu.addAction(text, this, [this, id = finding.id, verdict] { workspace_.setVerdict(id, verdict); });
    };
    judge(tr("True\t1"), Verdict::true_positive);
    judge(tr("False\t2"), Verdict::false_positive);
    judge(tr("Benign\t3"), Verdict::benign_true);
    judge(tr("No verdict\t0"), Verdict::unset);
    menu.addSeparator();
    menu.addAction(tr("Show in timeline"), this, [this, finding] {
        workspace_.selection().setCurrent(finding.id);
        workspace_.selection().setViewRange(rangeOfFinding(finding));
        workspace_.selection().askForView(QStringLiteral("timeline"));
    });
    menu.addAction(tr("Filter to this pair"), this,
                   [this, finding] { workspace_.setFilter(pairFilter(workspace_, finding.source, finding.target)); });
    menu.addAction(tr("Show source process"), this, [this, finding] { workspace_.selection().setCurrent(finding.source); });
    menu.addAction(tr("Show target process"), this, [this, finding] { workspace_.selection().setCurrent(finding.target); });
    menu.addSeparator();
    menu.addAction(tr("Hide chains like this\u2026"), this, [this, finding] {
        const QString source = workspace_.imageName(finding.source);
        const QString target = workspace_.imageName(finding.target);
        bool given = false;
        const QString reason =
            QInputDialog::getText(this, tr("Hide chains like this"), tr("Why may %1 do this to %2?").arg(source, target),
                                  QLineEdit::Normal, QString(), &given);
        if (given) {
            workspace_.suppress(source, target, reason.trimmed());
        }
    });
    menu.addSeparator();
    menu.addAction(tr("Copy evidence as text"), this,
                   [this, finding] { QGuiApplication::clipboard()->setText(evidenceText(workspace_, finding.id)); });
    menu.addAction(tr("Copy row"), this, [&model, row] { QGuiApplication::clipboard()->setText(model.rowText(row)); });
    menu.addAction(tr("Copy chain id"), this,
                   [finding] { QGuiApplication::clipboard()->setText(fromOurs(format_chain_id(finding.id))); });
    menu.exec(table.viewport()->mapToGlobal(point));
}

QWidget* makeChainsView(Workspace& workspace, QWidget* parent) {
    return new ChainsView(workspace, parent);
}

}  // namespace trocar::ui
