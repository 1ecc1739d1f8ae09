#include "ui/shell/filter_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/filter_edit.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/filter_example.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {

FilterBar::FilterBar(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 8, 14, 8);
    column->setSpacing(6);

    box_ = new QWidget(this);
    box_->setFixedHeight(28);
    auto* row = new QHBoxLayout(box_);
    row->setContentsMargins(3, 1, 10, 1);
    row->setSpacing(8);
    edit_ = new FilterEdit(box_);
    edit_->setStyleSheet(QStringLiteral("QLineEdit { border: none; background: transparent; padding: 0 6px; }"));
    result_ = new QLabel(box_);
    result_->setTextFormat(Qt::PlainText);
    result_->setProperty("role", QStringLiteral("muted"));
    row->addWidget(edit_, 1);
    row->addWidget(result_);
    column->addWidget(box_);
    box_->installEventFilter(this);
    edit_->installEventFilter(this);

    chips_ = new QWidget(this);
    chipRow_ = new QHBoxLayout(chips_);
    chipRow_->setContentsMargins(0, 0, 0, 0);
    chipRow_->setSpacing(6);
    column->addWidget(chips_);

    connect(edit_, &QLineEdit::textEdited, &workspace_, &Workspace::setFilter);
    connect(edit_, &QLineEdit::returnPressed, &workspace_, &Workspace::applyFilterNow);
    connect(&workspace_, &Workspace::filterChanged, this, &FilterBar::showFilter);
    connect(&workspace_, &Workspace::filteredChanged, this, &FilterBar::showResult);
    connect(&workspace_, &Workspace::columnsChanged, this, &FilterBar::showResult);
    connect(&workspace_, &Workspace::timeFormatChanged, this, &FilterBar::showChips);
    connect(&workspace_, &Workspace::findingsChanged, this, &FilterBar::showChips);
    connect(&workspace_, &Workspace::analyticChanged, this, &FilterBar::showExample);
    showExample();
    showFilter();
}

void FilterBar::showExample() {
    const QString example = filterExample(workspace_.analytic());
    edit_->setPlaceholderText(tr("Filter events:  %1      Ctrl+L").arg(example));
    edit_->setToolTip(tr("Filter what is listed (Ctrl+L). Example: %1").arg(example));
}

void FilterBar::focusEdit() {
    edit_->setFocus(Qt::ShortcutFocusReason);
    edit_->selectAll();
}

void FilterBar::showFilter() {
    if (edit_->text() != workspace_.filterText()) {
        edit_->setText(workspace_.filterText());
    }
    showResult();
    showChips();
}

void FilterBar::showResult() {
    const QString error = workspace_.filterError();
    result_->setProperty("role", error.isEmpty() ? QStringLiteral("muted") : QStringLiteral("negative"));
    result_->setStyleSheet(QString());  // reads the property again
    result_->setFont(error.isEmpty() ? theme().mono : theme().small);
    box_->update();
    const auto columns = workspace_.columns();
    if (!error.isEmpty()) {
        result_->setText(error);
    } else if (!columns) {
        result_->clear();
    } else if (const auto rows = workspace_.filtered()) {
        result_->setText(tr("%1 of %2 events · %3 ms")
                             .arg(groupedNumber(rows->size()), groupedNumber(columns->size()))
                             .arg(qRound(workspace_.filterMilliseconds())));
    } else {
        result_->setText(tr("%1 events").arg(groupedNumber(columns->size())));
    }
}

void FilterBar::addChip(const QString& text, const QString& tip, const std::function<void()>& remove) {
    auto* chip = new QPushButton(text + QStringLiteral("  ✕"), chips_);
    chip->setProperty("pill", true);
    chip->setAccessibleName(tr("Remove %1").arg(text));
    chip->setToolTip(tip);
    connect(chip, &QPushButton::clicked, &workspace_, remove);
    chipRow_->addWidget(chip);
}

void FilterBar::showChips() {
    while (QLayoutItem* item = chipRow_->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    if (const auto& range = workspace_.timeFilter()) {
        addChip(workspace_.timeText(range->from, 0) + QStringLiteral(" – ") + workspace_.timeText(range->to, 0),
                tr("Time filter: only events of this range are listed. Click to remove."),
                [this] { workspace_.setTimeFilter(std::nullopt); });
    }
    for (const Suppression& rule : workspace_.suppressions()) {
        if (!rule.revoked) {
            const std::int64_t id = rule.id;
            addChip(tr("hidden: %1 → %2").arg(fromEvidence(rule.source_glob), fromEvidence(rule.target_glob)),
                    tr("Suppression: %1. Click to revoke.").arg(fromEvidence(rule.reason)),
                    [this, id] { workspace_.revokeSuppression(id, true); });
        }
    }
    if (!workspace_.filterText().trimmed().isEmpty() && chipRow_->count() > 0) {
        addChip(tr("filter text"), tr("Click to clear the filter text."), [this] {
            workspace_.setFilter(QString());
            workspace_.applyFilterNow();
        });
    }
    chips_->setVisible(chipRow_->count() > 0);
    chipRow_->addStretch(1);
}

void FilterBar::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.fillRect(rect(), t.panel);
    painter.fillRect(0, height() - 1, width(), 1, t.line);
}

bool FilterBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == box_ && event->type() == QEvent::Paint) {
        const Theme& t = theme();
        QPainter painter(box_);
        painter.setRenderHint(QPainter::Antialiasing);
        const bool wrong = !workspace_.filterError().isEmpty();
        painter.setPen(QPen(wrong ? t.negative : edit_->hasFocus() ? t.accent : t.line, 1));
        painter.setBrush(t.window);
        painter.drawRoundedRect(QRectF(box_->rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
    if (watched == edit_ && (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)) {
        box_->update();
    }
    if (watched == edit_ && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        window()->setFocus();
        edit_->clearFocus();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace trocar::ui
