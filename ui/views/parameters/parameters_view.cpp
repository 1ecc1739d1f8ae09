#include "ui/views/parameters/parameters_view.h"

#include <QEvent>
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
#include "ui/views/parameters/threshold_control.h"
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
    profile_->setToolTip(tr("Which analytic, and its saved profiles"));
    connect(profile_->menu(), &QMenu::aboutToShow, this, &ParametersView::fillProfiles);
    head->addControl(profile_);
    column->addWidget(head);

    scroll_ = new QScrollArea(this);
    scroll_->setProperty("side", true);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFocusPolicy(Qt::NoFocus);
    column->addWidget(scroll_, 1);
    buildControls();
    // What a move did stays in sight wherever the controls are scrolled to.
    column->addWidget(new Line(this));
    auto* foot = new QWidget(this);
    auto* footColumn = new QVBoxLayout(foot);
    footColumn->setContentsMargins(16, 6, 12, 6);
    footColumn->setSpacing(4);
    readout_ = new QLabel(foot);
    readout_->setWordWrap(true);
    readout_->setTextFormat(Qt::RichText);
    readout_->setFont(theme().small);
    readout_->setProperty("role", QStringLiteral("muted"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(readout_, 1);
    buttons->setSpacing(12);
    reset_ = new QPushButton(tr("Reset"), foot);
    reset_->setAccessibleName(tr("Reset all parameters"));
    reset_->setToolTip(tr("Every parameter back to its start"));
    save_ = new QPushButton(tr("Save\u2026"), foot);
    save_->setAccessibleName(tr("Save profile"));
    save_->setToolTip(tr("Keep these values under a name; later moves are compared with it"));
    name_ = new QLineEdit(foot);
    name_->setPlaceholderText(tr("name of the profile, Enter"));
    name_->setAccessibleName(tr("Name of the profile"));
    name_->hide();
    for (QPushButton* button : {reset_, save_}) {
        button->setProperty("link", true);
    }
    buttons->addWidget(reset_);
    buttons->addWidget(save_);
    footColumn->addLayout(buttons);
    footColumn->addWidget(name_);
    column->addWidget(foot);

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
    connect(&workspace_, &Workspace::analyticChanged, this, [this] {
        buildControls();
        showFindings();
    });
    connect(&workspace_, &Workspace::findingsChanged, this, &ParametersView::showFindings);
    connect(&workspace_, &Workspace::parametersChanged, this, &ParametersView::showCounts);
    connect(&workspace_, &Workspace::verdictsChanged, this, &ParametersView::showFindings);
    connect(&workspace_, &Workspace::windowMoved, this, &ParametersView::showCounts);
    showFindings();
}

void ParametersView::buildControls() {
    controls_.clear();
    auto* inside = new QWidget(scroll_);
    inside->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // never wider than the panel
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
        } else if (std::holds_alternative<std::uint64_t>(spec->initial)) {
            control = new ThresholdControl(workspace_, *spec, inside);
        }
        if (control != nullptr) {
            controls_.push_back(control);
            list->addWidget(control);
            list->addWidget(new Line(inside));
        }
    }
    list->addStretch(1);
    scroll_->setWidget(inside);  // and deletes the one before
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

void ParametersView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        showCounts();  // the read-out has its colours in it
    }
    QWidget::changeEvent(event);
}

void ParametersView::showReadout() {
    profile_->setText(tr("%1 · %2 ▾").arg(fromOurs(workspace_.analytic().id),
                                          workspace_.baselineName().isEmpty() ? fromOurs(workspace_.analytic().system)
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
    for (const Analytic& analytic : builtin_analytics()) {
        QAction* action = menu->addAction(tr("%1 · %2").arg(fromOurs(analytic.id), fromOurs(analytic.title)));
        action->setCheckable(true);
        action->setChecked(&analytic == &workspace_.analytic());
        connect(action, &QAction::triggered, this, [this, id = analytic.id] { workspace_.chooseAnalytic(id); });
    }
    menu->addSeparator();
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
