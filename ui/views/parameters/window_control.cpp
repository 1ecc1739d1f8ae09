#include "ui/views/parameters/window_control.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/segmented_switch.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/chain_table.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/parameters/curve_plot.h"

namespace trocar::ui {

WindowControl::WindowControl(Workspace& owner, const ParameterSpec& what, const ParameterSpec* measure,
                             QWidget* parent)
    : ParameterControl(owner, what, parent), measure_(measure) {
    if (measure_ != nullptr) {
        how_ = new SegmentedSwitch({tr("Span"), tr("Gap")}, fromOurs(measure_->help), true, this);
        how_->setAccessibleName(fromOurs(measure_->name));
        addToTitle(how_);
        connect(how_, &SegmentedSwitch::chosen, this, [this](int index) {
            workspace().setParameter(*measure_, index == 0 ? WindowMeasure::span : WindowMeasure::gap);
        });
    }
    value_ = new QLineEdit(this);
    value_->setAccessibleName(tr("Value of %1").arg(fromOurs(what.name)));
    value_->setToolTip(tr("A duration: 250 ms, 10 s, 5 min, 1 h"));
    value_->setAlignment(Qt::AlignRight);
    value_->setAcceptDrops(false);
    value_->setStyleSheet(QStringLiteral("QLineEdit { font-size: 14px; padding: 1px 8px; }"));
    addToTitle(value_);
    plot_ = new CurvePlot(owner, what, this);
    body()->addWidget(plot_);
    suggestion_ = new QWidget(this);
    auto* row = new QHBoxLayout(suggestion_);
    row->setContentsMargins(0, 8, 0, 0);
    row->setSpacing(12);
    suggested_ = new QLabel(suggestion_);
    suggested_->setObjectName(QStringLiteral("suggestion"));
    suggested_->setWordWrap(true);
    suggested_->setTextFormat(Qt::PlainText);
    suggested_->setFont(theme().small);
    suggested_->setProperty("role", QStringLiteral("muted"));
    use_ = new QPushButton(suggestion_);
    use_->setObjectName(QStringLiteral("useSuggestion"));
    use_->setProperty("compact", true);
    use_->setToolTip(tr("The smallest window that keeps every chain you judged true; undo takes it back"));
    row->addWidget(suggested_, 1);
    row->addWidget(use_, 0, Qt::AlignVCenter);
    body()->addWidget(suggestion_);
    connect(use_, &QPushButton::clicked, this, [this] {
        if (const auto asked = workspace().suggestedWindow()) {
            workspace().setParameter(spec(), asked->from);
        }
    });
    connect(value_, &QLineEdit::editingFinished, this, &WindowControl::take);
    showFindings();
}

void WindowControl::take() {
    if (!value_->isModified()) {
        return;
    }
    QString typed = value_->text();
    typed.remove(QLatin1Char(' '));
    const auto parsed = parse_parameter(spec(), toUtf8(typed));
    value_->setModified(false);
    value_->setProperty("invalid", !parsed.ok());
    value_->style()->unpolish(value_);
    value_->style()->polish(value_);
    if (parsed.ok()) {
        workspace().setParameter(spec(), parsed.value());
        showValue();
    } else {
        value_->setToolTip(errorMessage(parsed.error()));
    }
}

void WindowControl::showValue() {
    if (!value_->isModified()) {
        value_->setText(fromOurs(describe_duration(workspace().parameters().duration(spec()))));
        value_->setCursorPosition(0);
        value_->setFixedWidth(qMax(64, value_->fontMetrics().horizontalAdvance(value_->text()) + 26));
    }
    if (how_ != nullptr) {
        const auto& measure = workspace().parameters().get(*measure_);
        how_->setCurrent(std::get<WindowMeasure>(measure) == WindowMeasure::span ? 0 : 1);
    }
}

void WindowControl::showSuggestion() {
    const auto asked = workspace().suggestedWindow();
    suggestion_->setVisible(asked && asked->refuted > 0);
    plot_->setSuggestion(asked && asked->refuted > 0 ? asked : std::nullopt);
    if (suggestion_->isHidden()) {
        return;
    }
    const bool there = asked->holds(workspace().parameters().duration(spec()));
    suggested_->setText(suggestionWords(*asked, there));
    use_->setVisible(!there);
    use_->setText(tr("Use %1").arg(fromOurs(describe_duration(asked->from))));
    use_->setAccessibleName(tr("%1 %2").arg(use_->text(), tr("as %1").arg(fromOurs(spec().name))));
    suggestion_->setAccessibleName(suggested_->text());
}

void WindowControl::showFindings() {
    showValue();
    plot_->rebuild();
    showSuggestion();
}

void WindowControl::showCounts() {
    showValue();
    plot_->showMove();
    showSuggestion();
}

}  // namespace trocar::ui
