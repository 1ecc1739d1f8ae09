#include "ui/views/parameters/threshold_control.h"

#include <QLineEdit>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/parameters/threshold_plot.h"

namespace trocar::ui {

ThresholdControl::ThresholdControl(Workspace& owner, const ParameterSpec& what, QWidget* parent)
    : ParameterControl(owner, what, parent) {
    value_ = new QLineEdit(this);
    value_->setAccessibleName(tr("Value of %1").arg(fromOurs(what.name)));
    value_->setAlignment(Qt::AlignRight);
    value_->setAcceptDrops(false);
    value_->setStyleSheet(QStringLiteral("QLineEdit { font-size: 14px; padding: 1px 8px; }"));
    addToTitle(value_);
    plot_ = new ThresholdPlot(owner, what, this);
    body()->addWidget(plot_);
    connect(value_, &QLineEdit::editingFinished, this, &ThresholdControl::take);
    showFindings();
}

void ThresholdControl::take() {
    if (!value_->isModified()) {
        return;
    }
    const auto parsed = parse_parameter(spec(), toUtf8(value_->text().trimmed()));
    value_->setModified(false);
    value_->setProperty("invalid", !parsed.ok());
    value_->style()->unpolish(value_);
    value_->style()->polish(value_);
    value_->setToolTip(parsed.ok() ? QString() : errorMessage(parsed.error()));
    if (parsed.ok()) {
        workspace().setParameter(spec(), parsed.value());
        showFindings();
    }
}

void ThresholdControl::showFindings() {
    if (!value_->isModified()) {
        value_->setText(QString::number(std::get<std::uint64_t>(workspace().parameters().get(spec()))));
        value_->setFixedWidth(qMax(64, value_->fontMetrics().horizontalAdvance(value_->text()) + 26));
    }
    plot_->rebuild();
}

void ThresholdControl::showCounts() { showFindings(); }

}  // namespace trocar::ui
