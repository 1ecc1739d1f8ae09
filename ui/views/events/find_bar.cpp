#include "ui/views/events/find_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <algorithm>
#include <utility>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/event_table.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr int kPause = 250;  ///< ms of silence before typed words are looked for

}  // namespace

FindBar::FindBar(Workspace& workspace, const EventTable& table, QWidget* parent)
    : QWidget(parent), workspace_(workspace), table_(table) {
    setAccessibleName(tr("Find"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 7);
    row->setSpacing(10);
    field_ = new QLineEdit(this);
    field_->setObjectName(QStringLiteral("findField"));
    field_->setPlaceholderText(tr("Find in the events listed: words, or a filter"));
    field_->setAccessibleName(tr("Find in the events listed"));
    field_->setFont(theme().mono);
    field_->installEventFilter(this);
    state_ = new QLabel(this);
    state_->setObjectName(QStringLiteral("findState"));
    state_->setProperty("role", QStringLiteral("muted"));
    state_->setTextFormat(Qt::PlainText);
    row->addWidget(field_, 1);
    row->addWidget(state_);
    const auto button = [&](const QString& text, const QString& name, const QString& tip) {
        auto* one = new QPushButton(text, this);
        one->setProperty("flat", true);
        one->setAccessibleName(name);
        one->setToolTip(tip);
        row->addWidget(one);
        return one;
    };
    connect(button(QStringLiteral("\u2191"), tr("Previous match"), tr("Previous match (Shift+Enter, Shift+F3)")),
            &QPushButton::clicked, this, [this] { step(-1); });
    connect(button(QStringLiteral("\u2193"), tr("Next match"), tr("Next match (Enter, F3)")), &QPushButton::clicked, this,
            [this] { step(1); });
    connect(button(QStringLiteral("\u2715"), tr("Close"), tr("Close (Esc)")), &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT closed();
    });
    pause_.setSingleShot(true);
    pause_.setInterval(kPause);
    connect(&pause_, &QTimer::timeout, this, &FindBar::search);
    connect(field_, &QLineEdit::textChanged, this, [this] { pause_.start(); });
    connect(&workspace_, &Workspace::filteredChanged, this, [this] {
        asked_.clear();  // the same words, other rows
        if (isVisible()) {
            search();
        }
    });
    connect(&workspace_, &Workspace::columnsChanged, this, [this] {
        asked_.clear();
        forget();
    });
    hide();
}

void FindBar::open() {
    show();
    field_->setFocus(Qt::ShortcutFocusReason);
    field_->selectAll();
    search();
}

QString FindBar::state() const {
    return state_->text();
}

void FindBar::setCurrentRow(int row) {
    current_ = row;
    showState();
}

void FindBar::search() {
    pause_.stop();
    const QString text = field_->text().trimmed();
    if (text == asked_) {
        return;
    }
    asked_ = text;
    if (text.isEmpty()) {
        forget();
        return;
    }
    searching_ = true;
    showState();
    workspace_.findEvents(text, this, [this, text](const Result<std::vector<std::uint32_t>>& answer) {
        if (text != asked_) {
            return;
        }
        searching_ = false;
        say(answer.ok() ? QString() : errorMessage(answer.error()));
        take(answer.ok() ? answer.value() : std::vector<std::uint32_t>{});
    });
}

/// Nothing is looked for, or what was looked through is gone.
void FindBar::forget() {
    pending_ = 0;
    searching_ = false;
    say({});
    take({});
}

void FindBar::say(const QString& error) {
    field_->setToolTip(error);
    field_->setProperty("invalid", !error.isEmpty());
    field_->style()->unpolish(field_);
    field_->style()->polish(field_);
}

void FindBar::take(std::vector<std::uint32_t> hits) {
    hits_ = std::move(hits);
    showState();
    if (const int direction = std::exchange(pending_, 0); direction != 0) {
        step(direction);
    }
}

void FindBar::step(int direction) {
    search();
    if (searching_) {
        pending_ = direction;
        return;
    }
    if (hits_.empty()) {
        return;
    }
    std::ptrdiff_t at = direction > 0 ? 0 : static_cast<std::ptrdiff_t>(hits_.size()) - 1;
    if (current_ >= 0 && current_ < table_.rowCount()) {
        const auto here = static_cast<std::uint32_t>(table_.position(current_));
        const auto after = std::upper_bound(hits_.begin(), hits_.end(), here);
        const auto before = std::lower_bound(hits_.begin(), hits_.end(), here);
        if (direction > 0 && after != hits_.end()) {
            at = after - hits_.begin();
        } else if (direction < 0 && before != hits_.begin()) {
            at = before - hits_.begin() - 1;
        }
    }
    if (const int row = table_.rowAt(hits_[static_cast<std::size_t>(at)]); row >= 0) {
        Q_EMIT found(row);
    }
}

void FindBar::showState() {
    QString words;
    if (searching_) {
        words = tr("looking\u2026");
    } else if (!asked_.isEmpty() && field_->property("invalid").toBool()) {
        words = tr("not a filter");
    } else if (!asked_.isEmpty() && hits_.empty()) {
        words = tr("none");
    } else if (!hits_.empty()) {
        const std::uint64_t all = hits_.size();
        words = counted(all, tr("%1 event"), tr("%1 events"));
        if (current_ >= 0 && current_ < table_.rowCount()) {
            const auto here = static_cast<std::uint32_t>(table_.position(current_));
            const auto place = std::lower_bound(hits_.begin(), hits_.end(), here);
            if (place != hits_.end() && *place == here) {
                words = tr("%1 of %2").arg(groupedNumber(static_cast<std::uint64_t>(place - hits_.begin()) + 1), groupedNumber(all));
            }
        }
    }
    state_->setText(words);
    field_->setAccessibleDescription(words);
}

bool FindBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == field_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        switch (key->key()) {
            case Qt::Key_Return:
            case Qt::Key_Enter: step(key->modifiers() & Qt::ShiftModifier ? -1 : 1); return true;
            case Qt::Key_Escape:
                hide();
                Q_EMIT closed();
                return true;
            default: break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FindBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    painter.fillRect(0, height() - 1, width(), 1, theme().line);
}

}  // namespace trocar::ui
