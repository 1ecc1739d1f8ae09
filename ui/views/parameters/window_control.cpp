#include "ui/views/parameters/window_control.h"

#include <QLineEdit>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/segmented_switch.h"
#include "ui/shell/theme.h"
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

void WindowControl::showFindings() {
    showValue();
    plot_->rebuild();
}

void WindowControl::showCounts() {
    showValue();
    plot_->showMove();
}

}  // namespace trocar::ui
