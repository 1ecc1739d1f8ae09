#include "ui/views/parameters/parameter_control.h"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"

namespace trocar::ui {

ParameterControl::ParameterControl(Workspace& workspace, const ParameterSpec& spec, QWidget* parent)
    : QWidget(parent), workspace_(workspace), spec_(spec) {
    body_ = new QVBoxLayout(this);
    body_->setContentsMargins(16, 12, 12, 12);
    body_->setSpacing(0);
    title_ = new QHBoxLayout;
    title_->setSpacing(8);
    auto* name = new QLabel(fromOurs(spec.name), this);
    name->setFont(theme().heading);
    name->setToolTip(fromOurs(spec.help));
    title_->addWidget(name);
    title_->addStretch(1);
    body_->addLayout(title_);
    body_->addSpacing(6);
    setToolTip(fromOurs(spec.help));
}

void ParameterControl::addToTitle(QWidget* widget) {
    title_->addWidget(widget);
}

}  // namespace trocar::ui
