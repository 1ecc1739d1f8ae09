#include "ui/shell/command_palette.h"

#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/shell/action_table.h"
#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

constexpr int kKeyRole = Qt::UserRole + 1;
constexpr int kActionRole = Qt::UserRole + 2;
constexpr int kWidth = 560;

class CommandDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {kWidth - 20, 30}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Theme& t = theme();
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->fillRect(option.rect, t.selection);
        }
        const QRect box = option.rect.adjusted(14, 0, -14, 0);
        painter->setFont(t.body);
        painter->setPen(t.text);
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
        painter->setFont(t.small);
        painter->setPen(t.muted);
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignRight, index.data(kKeyRole).toString());
    }
};

}  // namespace

int fuzzyScore(const QString& typed, const QString& text) {
    if (typed.isEmpty()) {
        return 1;
    }
    int score = 0;
    qsizetype at = 0;
    qsizetype before = -2;
    for (const QChar c : typed) {
        if (c.isSpace()) {
            continue;
        }
        const qsizetype found = text.indexOf(c, at, Qt::CaseInsensitive);
        if (found < 0) {
            return 0;
        }
        score += found == before + 1 ? 8 : 1;
        score += found == 0 || text[found - 1].isSpace() ? 6 : 0;
        before = found;
        at = found + 1;
    }
    return score + (text.contains(typed, Qt::CaseInsensitive) ? 20 : 0);
}

CommandPalette::CommandPalette(ActionTable& actions, QWidget* window) : QFrame(window), actions_(actions) {
    setObjectName(QStringLiteral("commandPalette"));
    setAccessibleName(tr("Commands"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 10, 1, 8);
    column->setSpacing(8);
    edit_ = new QLineEdit(this);
    edit_->setPlaceholderText(tr("Run a command…"));
    edit_->setAccessibleName(tr("Command"));
    edit_->setStyleSheet(QStringLiteral("QLineEdit { margin: 0 10px; padding: 6px 10px; font-size: 14px; }"));
    results_ = new QListWidget(this);
    results_->setAccessibleName(tr("Commands found"));
    results_->setFocusPolicy(Qt::NoFocus);
    results_->setUniformItemSizes(true);
    results_->setItemDelegate(new CommandDelegate(results_));
    results_->setProperty("side", true);
    results_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(edit_);
    column->addWidget(results_);
    edit_->installEventFilter(this);
    connect(edit_, &QLineEdit::textChanged, this, &CommandPalette::list);
    connect(results_, &QListWidget::itemClicked, this, [this] { runCurrent(); });
    hide();
}

void CommandPalette::open() {
    before_ = QApplication::focusWidget();
    const Theme& t = theme();
    setStyleSheet(QStringLiteral("#commandPalette { background: %1; border: 1px solid %2; border-radius: 6px; }")
                      .arg(t.panel.name(), mixed(t.line, t.faint, 0.5).name()));
    const QWidget* window = parentWidget();
    const int width = qMin(kWidth, window->width() - 40);
    setGeometry((window->width() - width) / 2, 44, width, qMin(430, window->height() - 100));
    edit_->clear();
    list(QString());
    show();
    raise();
    edit_->setFocus();
}

void CommandPalette::list(const QString& typed) {
    struct Hit {
        int score = 0;
        const ActionTable::Entry* entry = nullptr;
        QString text;
    };
    std::vector<Hit> hits;
    for (const ActionTable::Entry& entry : actions_.entries()) {
        if (!entry.action->isEnabled()) {
            continue;
        }
        const QString text = (entry.menu.isEmpty() ? QString() : entry.menu + QStringLiteral(": ")) +
                             plainText(entry.action);
        if (const int score = fuzzyScore(typed, text); score > 0) {
            hits.push_back({score, &entry, text});
        }
    }
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    results_->clear();
    for (const Hit& hit : hits) {
        auto* item = new QListWidgetItem(hit.text, results_);
        item->setData(kKeyRole, hit.entry->action->shortcut().toString(QKeySequence::NativeText));
        item->setData(kActionRole, QVariant::fromValue(hit.entry->action));
        item->setToolTip(hit.entry->action->toolTip());
    }
    results_->setCurrentRow(0);
}

void CommandPalette::close() {
    hide();
    if (before_ != nullptr) {
        before_->setFocus();
    }
}

void CommandPalette::runCurrent() {
    const QListWidgetItem* item = results_->currentItem();
    auto* action = item == nullptr ? nullptr : item->data(kActionRole).value<QAction*>();
    close();
    if (action != nullptr) {
        action->trigger();
    }
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == edit_ && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int row = results_->currentRow();
        switch (key) {
            case Qt::Key_Escape: close(); return true;
            case Qt::Key_Return:
            case Qt::Key_Enter: runCurrent(); return true;
            case Qt::Key_Down: results_->setCurrentRow(qMin(row + 1, results_->count() - 1)); return true;
            case Qt::Key_Up: results_->setCurrentRow(qMax(row - 1, 0)); return true;
            case Qt::Key_PageDown: results_->setCurrentRow(qMin(row + 10, results_->count() - 1)); return true;
            case Qt::Key_PageUp: results_->setCurrentRow(qMax(row - 10, 0)); return true;
            default: break;
        }
    }
    if (watched == edit_ && event->type() == QEvent::FocusOut && isVisible()) {
        hide();
    }
    return QFrame::eventFilter(watched, event);
}

}  // namespace trocar::ui
