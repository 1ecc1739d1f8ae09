#include "ui/views/process_tree/process_tree_view.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/panel_header.h"
#include "ui/shell/segmented_switch.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/process_tree/process_row_delegate.h"
#include "ui/views/process_tree/process_tree_model.h"
#include "ui/views/view.h"

namespace trocar::ui {
namespace {

constexpr int kShift = 5;  ///< the tree starts this far from the edge; less than half a branch, so that clicks still hit

QString filterFor(const Workspace& workspace, ProcessId process, const QString& side) {
    const auto capture = workspace.capture();
    const ProcessLife& life = capture->processes.lives[process.value];
    QString image = fromOurs(file_name(capture->strings->text(life.image)));
    image.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('"'), QStringLiteral("\\\""));
    return QStringLiteral("%1.pid = %2 and %1.image ~ \"%3\"").arg(side).arg(life.pid).arg(image);
}

}  // namespace

ProcessTree::ProcessTree(QWidget* parent) : QTreeView(parent) {
    setProperty("side", true);
    setHeaderHidden(true);
    setUniformRowHeights(true);
    setIndentation(16);
    setRootIsDecorated(true);
    setExpandsOnDoubleClick(true);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setStretchLastSection(true);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setAccessibleName(tr("Process tree"));
}

void ProcessTree::setHovered(const QModelIndex& index) {
    hovered_ = index;
    viewport()->update();
}

void ProcessTree::drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const {
    if (!model()->hasChildren(index)) {
        return;
    }
    const Theme& t = theme();
    const double x = rect.right() - indentation() / 2.0 + 1 + kShift;
    const double y = rect.center().y() + 0.5;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(t.muted);
    if (isExpanded(index)) {
        painter->drawPolygon(QPolygonF({{x - 3.6, y - 2}, {x + 3.6, y - 2}, {x, y + 2.8}}));
    } else {
        painter->drawPolygon(QPolygonF({{x - 2, y - 3.6}, {x + 2.8, y}, {x - 2, y + 3.6}}));
    }
    painter->restore();
}

void ProcessTree::drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& t = theme();
    const bool chosen = selectionModel() != nullptr && selectionModel()->isSelected(index);
    if (chosen) {
        painter->fillRect(option.rect, t.selection);
        painter->fillRect(QRect(0, option.rect.top(), 2, option.rect.height()), t.accent);
    } else if (QModelIndex(hovered_) == index) {
        painter->fillRect(option.rect, t.hover);
    }
    drawBranches(painter, QRect(option.rect.left(), option.rect.top(), visualRect(index).left(), option.rect.height()),
                 index);
    QStyleOptionViewItem row = option;
    const int left = visualRect(index).left() + kShift + 2;
    row.rect = QRect(left, option.rect.top(), viewport()->width() - left, option.rect.height());
    itemDelegate()->paint(painter, row, index);
}

ProcessTreeView::ProcessTreeView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new PanelHeader(tr("Processes"), this);
    mode_ = new SegmentedSwitch({tr("Tree"), tr("List")}, tr("Processes as a tree or as a list"), true, head);
    auto* search = new QToolButton(head);
    search->setText(QStringLiteral("⌕"));
    search->setCheckable(true);
    search->setAccessibleName(tr("Find a process"));
    search->setToolTip(tr("Find a process (Ctrl+F)"));
    head->addControl(mode_);
    head->addControl(search);
    column->addWidget(head);
    find_ = new QLineEdit(this);
    find_->setPlaceholderText(tr("Name or pid"));
    find_->setClearButtonEnabled(true);
    find_->setAccessibleName(tr("Find a process"));
    find_->setStyleSheet(QStringLiteral("QLineEdit { margin: 6px 8px; }"));
    find_->hide();
    column->addWidget(find_);
    tree_ = new ProcessTree(this);
    model_ = new ProcessTreeModel(workspace_, this);
    tree_->setModel(model_);
    tree_->setItemDelegate(new ProcessRowDelegate(tree_));
    column->addWidget(tree_, 1);
    setFocusProxy(tree_);

    search_ = search;
    for (QWidget* part : {static_cast<QWidget*>(tree_), static_cast<QWidget*>(find_), static_cast<QWidget*>(search)}) {
        part->installEventFilter(this);
    }
    connect(search, &QToolButton::toggled, this, [this](bool on) {
        find_->setVisible(on);
        if (on) {
            find_->setFocus();
        } else {
            find_->clear();
        }
    });
    connect(find_, &QLineEdit::textChanged, model_, &ProcessTreeModel::setFilter);
    connect(mode_, &SegmentedSwitch::chosen, this, [this](int index) { model_->setFlat(index == 1); });
    connect(model_, &QAbstractItemModel::modelAboutToBeReset, this, &ProcessTreeView::keepOpen);
    connect(model_, &QAbstractItemModel::modelReset, this, &ProcessTreeView::reopen);
    connect(model_, &ProcessTreeModel::marksChanged, tree_->viewport(), qOverload<>(&QWidget::update));
    connect(&workspace_, &Workspace::caseChanged, this, [this] { freshCapture_ = true; });
    // What is selected, not what has the focus: a tree that gets the focus makes its first row current by itself.
    connect(tree_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this](const QItemSelection& now) { choose(now.indexes().value(0)); });
    connect(tree_, &QTreeView::clicked, this, &ProcessTreeView::choose);
    connect(tree_, &QAbstractItemView::entered, this, [this](const QModelIndex& index) {
        const ProcessTreeModel::Node& node = model_->node(index);
        workspace_.selection().setHovered(node.kind == ProcessTreeModel::Kind::edge && !(node.best == ChainId{})
                                              ? Item(node.best)
                                              : Item(node.process));
    });
    connect(&workspace_.selection(), &SelectionHub::hoveredChanged, this, [this] {
        const Item& item = workspace_.selection().hovered();
        if (const auto* process = std::get_if<ProcessId>(&item)) {
            tree_->setHovered(model_->indexOf(*process));
        } else if (const auto* chain = std::get_if<ChainId>(&item)) {
            tree_->setHovered(model_->indexOf(*chain));
        } else {
            tree_->setHovered({});
        }
    });
    connect(&workspace_.selection(), &SelectionHub::currentChanged, this, &ProcessTreeView::follow);
    connect(tree_, &QWidget::customContextMenuRequested, this, &ProcessTreeView::menuAt);
    reopen();
}

bool ProcessTreeView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        if (static_cast<QKeyEvent*>(event)->matches(QKeySequence::Find)) {
            event->accept();
            if (event->type() == QEvent::KeyPress) {
                search_->setChecked(true);
                find_->setFocus();
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void ProcessTreeView::keepOpen() {
    if (!model_->filter().trimmed().isEmpty() || model_->isFlat()) {
        return;
    }
    openLives_.clear();
    std::vector<QModelIndex> waiting{QModelIndex()};
    while (!waiting.empty()) {
        const QModelIndex at = waiting.back();
        waiting.pop_back();
        for (int r = 0; r < model_->rowCount(at); ++r) {
            const QModelIndex child = model_->index(r, 0, at);
            if (tree_->isExpanded(child)) {
                openLives_.insert(model_->node(child).process.value);
                waiting.push_back(child);
            }
        }
    }
}

void ProcessTreeView::reopen() {
    tree_->setUpdatesEnabled(false);
    const bool first = freshCapture_ && workspace_.findings() != nullptr;
    for (const QModelIndex& index : model_->openAtFirst()) {
        const std::uint32_t life = model_->node(index).process.value;
        if (first || freshCapture_ || !model_->filter().trimmed().isEmpty() || openLives_.count(life) > 0) {
            tree_->setExpanded(index, true);
        }
    }
    for (const std::uint32_t life : openLives_) {
        if (!freshCapture_) {
            tree_->setExpanded(model_->indexOf(ProcessId{life}), true);
        }
    }
    if (first) {
        freshCapture_ = false;
    }
    tree_->setUpdatesEnabled(true);
    follow();
}

void ProcessTreeView::follow() {
    QModelIndex index;
    const Item& item = workspace_.selection().current();
    if (const auto* process = std::get_if<ProcessId>(&item)) {
        index = model_->indexOf(*process);
    } else if (const auto* chain = std::get_if<ChainId>(&item)) {
        index = model_->indexOf(*chain);
    } else if (std::holds_alternative<EventId>(item)) {
        return;
    }
    following_ = true;
    if (index.isValid()) {
        tree_->setCurrentIndex(index);
        tree_->scrollTo(index, QAbstractItemView::EnsureVisible);
    } else {
        tree_->selectionModel()->clear();
    }
    following_ = false;
}

void ProcessTreeView::choose(const QModelIndex& index) {
    if (following_ || !index.isValid()) {
        return;
    }
    const ProcessTreeModel::Node& node = model_->node(index);
    if (node.kind == ProcessTreeModel::Kind::edge && !(node.best == ChainId{})) {
        workspace_.selection().setCurrent(node.best);
    } else if (node.kind != ProcessTreeModel::Kind::host) {
        workspace_.selection().setCurrent(node.process);
    }
}

void ProcessTreeView::menuAt(const QPoint& point) {
    const QModelIndex index = tree_->indexAt(point);
    if (!index.isValid() || model_->node(index).kind == ProcessTreeModel::Kind::host) {
        return;
    }
    const ProcessTreeModel::Node node = model_->node(index);
    QMenu menu(this);
    const auto filterTo = [this](const QString& text) {
        workspace_.setFilter(text);
        workspace_.applyFilterNow();
    };
    const ProcessId source = node.kind == ProcessTreeModel::Kind::edge ? node.source : node.process;
    connect(menu.addAction(tr("Filter to what it did")), &QAction::triggered, this,
            [=, this] { filterTo(filterFor(workspace_, source, QStringLiteral("source"))); });
    connect(menu.addAction(tr("Filter to what was done to it")), &QAction::triggered, this,
            [=, this] { filterTo(filterFor(workspace_, node.process, QStringLiteral("target"))); });
    menu.addSeparator();
    if (node.kind == ProcessTreeModel::Kind::edge) {
        connect(menu.addAction(tr("Go to the target process")), &QAction::triggered, this,
                [=, this] { workspace_.selection().setCurrent(node.process); });
    }
    if (index.parent().isValid()) {
        connect(menu.addAction(tr("Show siblings")), &QAction::triggered, this, [this, parent = QPersistentModelIndex(index.parent())] {
            tree_->expand(parent);
            tree_->setCurrentIndex(parent);
            tree_->scrollTo(parent, QAbstractItemView::PositionAtTop);
        });
    }
    connect(menu.addAction(tr("Open all below")), &QAction::triggered, this,
            [this, at = QPersistentModelIndex(index)] { tree_->expandRecursively(at); });
    menu.addSeparator();
    connect(menu.addAction(tr("Copy path")), &QAction::triggered, this,
            [=, this] { QApplication::clipboard()->setText(workspace_.imagePath(node.process)); });
    connect(menu.addAction(tr("Copy details")), &QAction::triggered, this,
            [tip = index.data(Qt::ToolTipRole).toString()] { QApplication::clipboard()->setText(tip); });
    menu.exec(tree_->viewport()->mapToGlobal(point));
}

QWidget* makeProcessTreeView(Workspace& workspace, QWidget* parent) {
    return new ProcessTreeView(workspace, parent);
}

}  // namespace trocar::ui
