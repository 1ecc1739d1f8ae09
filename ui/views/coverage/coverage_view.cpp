#include "ui/views/coverage/coverage_view.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/shell/theme.h"
#include "ui/viewmodel/coverage_table.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/coverage/coverage_delegate.h"

namespace trocar::ui {
namespace {

constexpr int kRowHeight = 58;
constexpr int kNameWidth = 260, kLeastName = 150, kLeastHost = 190;

QLabel* label(const QString& text, const char* role, QWidget* parent) {
    auto* l = new QLabel(text, parent);
    l->setTextFormat(Qt::PlainText);
    l->setWordWrap(true);
    l->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (role != nullptr) {
        l->setProperty("role", QString::fromLatin1(role));
    }
    return l;
}

}  // namespace

CoverageView::CoverageView(Workspace& workspace, QWidget* parent) : QScrollArea(parent), workspace_(workspace) {
    setAccessibleName(tr("Coverage"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    auto* inside = new QWidget(this);
    inside->setAutoFillBackground(true);
    inside->setBackgroundRole(QPalette::Base);
    column_ = new QVBoxLayout(inside);
    column_->setContentsMargins(0, 0, 0, 16);
    column_->setSpacing(0);
    model_ = new CoverageTable(workspace, this);
    table_ = new QTableView(inside);
    table_->setModel(model_);
    table_->setItemDelegate(new CoverageDelegate(*model_, workspace, this));
    table_->setAccessibleName(tr("Data components by host"));
    table_->setShowGrid(false);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setDefaultSectionSize(kRowHeight);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setTextElideMode(Qt::ElideMiddle);
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column_->addWidget(table_);
    column_->addStretch(1);
    setWidget(inside);
    setFocusProxy(table_);
    connect(model_, &CoverageTable::modelReset, this, &CoverageView::rebuild);
    const auto goToGap = [this](const QModelIndex& at) {
        const CoverageRow* cell = model_->cell(at.row(), at.column());
        if (cell != nullptr && !cell->gaps.empty()) {
            const auto [from, to] = cell->gaps.front();
            const Nanos margin{difference(to, from).count / 10};
            workspace_.selection().setViewRange({shifted(from, -margin), shifted(to, margin)});
        }
    };
    connect(table_, &QTableView::clicked, this, goToGap);
    connect(table_, &QTableView::activated, this, goToGap);
    rebuild();
}

void CoverageView::rebuild() {
    delete words_;
    words_ = new QWidget(widget());
    auto* box = new QVBoxLayout(words_);
    box->setContentsMargins(14, 16, 14, 0);
    box->setSpacing(3);
    if (model_->rowCount() == 0) {
        box->addWidget(label(workspace_.capture() ? tr("Counting\u2026") : tr("No capture is open."), "muted", words_));
    }
    for (const CoverageTable::Note& note : model_->notes()) {
        auto* title = label(note.title, "name", words_);
        box->addWidget(title);
        if (!note.where.isEmpty()) {
            box->addWidget(label(note.where, nullptr, words_));
        }
        if (!note.words.isEmpty()) {
            box->addWidget(label(note.words, "muted", words_));
        }
        box->addSpacing(12);
    }
    column_->insertWidget(1, words_);
    layoutColumns();
}

void CoverageView::layoutColumns() {
    const int hosts = model_->columnCount() - 1;
    const int width = viewport()->width();
    const int name = std::clamp(width / 3, kLeastName, kNameWidth);
    table_->setVisible(hosts > 0);
    if (hosts <= 0) {
        return;
    }
    const int host = std::clamp((width - name) / hosts, kLeastHost, 340);
    table_->setColumnWidth(0, name);
    for (int column = 1; column <= hosts; ++column) {
        table_->setColumnWidth(column, host);
    }
    const bool scrolls = name + host * hosts > width;
    table_->setFixedHeight(model_->rowCount() * kRowHeight + table_->horizontalHeader()->sizeHint().height() + (scrolls ? 12 : 2));
}

void CoverageView::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    layoutColumns();
}

QWidget* makeCoverageView(Workspace& workspace, QWidget* parent) {
    return new CoverageView(workspace, parent);
}

}  // namespace trocar::ui
