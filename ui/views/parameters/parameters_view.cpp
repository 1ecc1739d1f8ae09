#include "ui/views/parameters/parameters_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/panel_header.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/parameters/mask_control.h"
#include "ui/views/parameters/name_list_control.h"
#include "ui/views/parameters/window_control.h"

namespace trocar::ui {
namespace {

class Line : public QWidget {
public:
    explicit Line(QWidget* parent) : QWidget(parent) { setFixedHeight(1); }

protected:
    void paintEvent(QPaintEvent*) override { QPainter(this).fillRect(rect(), theme().line); }
};

}  // namespace

ParametersView::ParametersView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new PanelHeader(tr("Analytic"), this);
    profile_ = new QToolButton(head);
    profile_->setFont(theme().small);
    profile_->setPopupMode(QToolButton::InstantPopup);
    profile_->setMenu(new QMenu(profile_));
    profile_->setToolTip(tr("Saved profiles of this analytic"));
    connect(profile_->menu(), &QMenu::aboutToShow, this, &ParametersView::fillProfiles);
    head->addControl(profile_);
    column->addWidget(head);

    auto* scroll = new QScrollArea(this);
    scroll->setProperty("side", true);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inside = new QWidget(scroll);
    auto* list = new QVBoxLayout(inside);
    list->setContentsMargins(0, 0, 0, 0);
    list->setSpacing(0);
    const Analytic& analytic = workspace_.analytic();
    const ParameterSpec* measure = nullptr;
    for (const ParameterSpec& spec : analytic.parameters) {
        if (std::holds_alternative<WindowMeasure>(spec.initial)) {
            measure = &spec;
        }
    }
    // The window first, whatever the analytic's order: it is the one control that every analytic has.
    std::vector<const ParameterSpec*> order;
    for (const bool windows : {true, false}) {
        for (const ParameterSpec& spec : analytic.parameters) {
            if (std::holds_alternative<Nanos>(spec.initial) == windows) {
                order.push_back(&spec);
            }
        }
    }
    for (const ParameterSpec* spec : order) {
        ParameterControl* control = nullptr;
        if (std::holds_alternative<Nanos>(spec->initial)) {
            control = new WindowControl(workspace_, *spec, measure, inside);
        } else if (std::holds_alternative<MaskValue>(spec->initial)) {
            control = new MaskControl(workspace_, *spec, inside);
        } else if (std::holds_alternative<NameListValue>(spec->initial)) {
            control = new NameListControl(workspace_, *spec, inside);
        }
        if (control != nullptr) {
            controls_.push_back(control);
            list->addWidget(control);
            list->addWidget(new Line(inside));
        }
    }
    auto* foot = new QWidget(inside);
    auto* footColumn = new QVBoxLayout(foot);
    footColumn->setContentsMargins(16, 10, 12, 12);
    footColumn->setSpacing(8);
    readout_ = new QLabel(foot);
    readout_->setWordWrap(true);
    readout_->setTextFormat(Qt::RichText);
    readout_->setFont(theme().small);
    readout_->setProperty("role", QStringLiteral("muted"));
    footColumn->addWidget(readout_);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    reset_ = new QPushButton(tr("Reset"), foot);
    reset_->setAccessibleName(tr("Reset all parameters"));
    reset_->setToolTip(tr("Every parameter back to its start"));
    save_ = new QPushButton(tr("Save profile"), foot);
    save_->setAccessibleName(tr("Save profile"));
    save_->setToolTip(tr("Keep these values under a name; later moves are compared with it"));
    name_ = new QLineEdit(foot);
    name_->setPlaceholderText(tr("name of the profile, Enter"));
    name_->setAccessibleName(tr("Name of the profile"));
    name_->hide();
    buttons->addWidget(reset_);
    buttons->addWidget(save_);
    buttons->addWidget(name_, 1);
    buttons->addStretch(1);
    footColumn->addLayout(buttons);
    list->addWidget(foot);
    list->addStretch(1);
    scroll->setWidget(inside);
    column->addWidget(scroll, 1);

    connect(reset_, &QPushButton::clicked, &workspace_, &Workspace::resetParameters);
    connect(save_, &QPushButton::clicked, this, [this] {
        save_->hide();
        name_->setText(workspace_.baselineName());
        name_->show();
        name_->setFocus();
        name_->selectAll();
    });
    connect(name_, &QLineEdit::returnPressed, this, [this] { workspace_.saveProfile(name_->text()); });
    connect(name_, &QLineEdit::editingFinished, this, [this] {
        name_->hide();
        save_->show();
    });
    later_.setSingleShot(true);
    later_.setInterval(0);
    connect(&later_, &QTimer::timeout, this, [this] {
        for (ParameterControl* control : controls_) {
            control->showCounts();
        }
        showReadout();
    });
    connect(&workspace_, &Workspace::findingsChanged, this, &ParametersView::showFindings);
    connect(&workspace_, &Workspace::parametersChanged, this, &ParametersView::showCounts);
    connect(&workspace_, &Workspace::verdictsChanged, this, &ParametersView::showFindings);
    connect(&workspace_, &Workspace::windowMoved, this, &ParametersView::showCounts);
    showFindings();
}

void ParametersView::showFindings() {
    for (ParameterControl* control : controls_) {
        control->showFindings();
    }
    showReadout();
}

void ParametersView::showCounts() {
    if (!later_.isActive()) {
        later_.start();
    }
}

void ParametersView::showReadout() {
    profile_->setText(tr("%1 · %2 ▾").arg(fromOurs(workspace_.analytic().id),
                                          workspace_.baselineName().isEmpty() ? tr("Windows")
                                                                              : workspace_.baselineName()));
    profile_->setAccessibleName(tr("Profiles of %1").arg(fromOurs(workspace_.analytic().id)));
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        readout_->setText(workspace_.hasCase() ? tr("correlating…") : QString());
        return;
    }
    const Theme& t = theme();
    const auto coloured = [](const QColor& colour, const QString& text) {
        return QStringLiteral("<b style=\"color:%1\">%2</b>").arg(colour.name(), text);
    };
    const FindingCounts counts = view->counts();
    QString words = counted(counts.chains, tr("%1 chain"), tr("%1 chains"));
    const auto gained = workspace_.gained().size();
    const auto lost = workspace_.lost().size();
    if (gained > 0 || lost > 0) {
        words += QStringLiteral(" · ");
        if (gained > 0) {
            words += coloured(t.positive, QStringLiteral("+%1").arg(gained)) + QLatin1Char(' ');
        }
        if (lost > 0) {
            words += coloured(t.negative, QStringLiteral("−%1").arg(lost)) + QLatin1Char(' ');
        }
    } else {
        words += tr(" · no change ");
    }
    words += workspace_.baselineName().isEmpty()
                 ? tr("against the starting values")
                 : tr("against profile “%1”").arg(workspace_.baselineName().toHtmlEscaped());
    const Workspace::VerdictTally tally = workspace_.verdictTally();
    if (tally.trueAll + tally.falseAll > 0) {
        words += tr(" · your verdicts: %1 of %2 true kept, %3 of %4 false gone")
                     .arg(tally.trueKept)
                     .arg(tally.trueAll)
                     .arg(tally.falseGone)
                     .arg(tally.falseAll);
    }
    readout_->setText(words);
}

void ParametersView::fillProfiles() {
    QMenu* menu = profile_->menu();
    menu->clear();
    connect(menu->addAction(tr("Starting values")), &QAction::triggered, this,
            [this] { workspace_.applyProfile(QString()); });
    for (const QString& name : workspace_.profiles()) {
        connect(menu->addAction(name), &QAction::triggered, this, [this, name] { workspace_.applyProfile(name); });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Save profile…")), &QAction::triggered, save_, &QPushButton::click);
}

QWidget* makeParametersView(Workspace& workspace, QWidget* parent) {
    return new ParametersView(workspace, parent);
}

}  // namespace trocar::ui
