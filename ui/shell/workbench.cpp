#include "ui/shell/workbench.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/shell/flat_tab_bar.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

/// Bumped when stored sizes no longer fit the panes.
constexpr int kLayoutVersion = 3;
constexpr int kLowHeight = 760;  ///< of the panels, in pixels
constexpr int kNoteAround = 48;  ///< margins of the row of tabs, and air before the note

/// The row of tabs with its note at the right end.
class TabRow : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.fillRect(rect(), theme().panel);
        painter.fillRect(0, height() - 1, width(), 1, theme().line);
    }
};

QSplitter* splitter(Qt::Orientation orientation, QWidget* parent) {
    auto* s = new QSplitter(orientation, parent);
    s->setHandleWidth(1);
    s->setChildrenCollapsible(false);
    return s;
}

}  // namespace

std::vector<Workbench::Layout> Workbench::layouts() {
    return {{QStringLiteral("triage"), tr("Triage")},
            {QStringLiteral("hunt"), tr("Hunt")},
            {QStringLiteral("tune"), tr("Tune")},
            {QStringLiteral("report"), tr("Report")}};
}

Workbench::Workbench(Workspace& workspace, QSettings& settings, QWidget* parent)
    : QWidget(parent), workspace_(workspace), settings_(settings), specs_(builtinViews()) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    outer_ = splitter(Qt::Horizontal, this);
    middle_ = splitter(Qt::Vertical, outer_);
    right_ = splitter(Qt::Vertical, outer_);
    column->addWidget(outer_);

    bottom_ = new QWidget(middle_);
    auto* stack = new QVBoxLayout(bottom_);
    stack->setContentsMargins(0, 0, 0, 0);
    stack->setSpacing(0);
    auto* row = new TabRow(bottom_);
    auto* rowLayout = new QHBoxLayout(row);
    rowLayout->setContentsMargins(8, 0, 20, 1);
    tabs_ = new FlatTabBar(row);
    note_ = new QLabel(row);
    note_->setProperty("role", QStringLiteral("muted"));
    note_->setTextFormat(Qt::PlainText);
    // Where both do not fit, the note gives way: a tab that cannot be read cannot be found.
    tabs_->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    note_->setMinimumWidth(1);
    rowLayout->addWidget(tabs_, 1);
    rowLayout->addWidget(note_);
    pages_ = new QStackedWidget(bottom_);
    stack->addWidget(row);
    stack->addWidget(pages_, 1);

    for (const ViewSpec& spec : specs_) {
        QWidget* home = spec.area == ViewArea::left     ? static_cast<QWidget*>(outer_)
                        : spec.area == ViewArea::centre ? static_cast<QWidget*>(middle_)
                        : spec.area == ViewArea::bottom ? static_cast<QWidget*>(pages_)
                                                        : static_cast<QWidget*>(right_);
        QWidget* view = spec.make(workspace_, home);
        views_.insert(spec.id, view);
        switch (spec.area) {
            case ViewArea::left: outer_->insertWidget(0, view); break;
            case ViewArea::centre: middle_->addWidget(view); break;
            case ViewArea::right_top:
            case ViewArea::right_bottom: right_->addWidget(view); break;
            case ViewArea::bottom:
                pages_->addWidget(view);
                tabs_->addTab(view->windowTitle().isEmpty() ? spec.title : view->windowTitle());
                tabIds_ += spec.id;
                view->installEventFilter(this);
                connect(view, &QWidget::windowTitleChanged, this, [this, id = spec.id](const QString& title) {
                    tabs_->setTabText(static_cast<int>(tabIds_.indexOf(id)), title);
                    tabs_->updateGeometry();
                });
                break;
        }
        if (spec.area == ViewArea::left) {
            view->setMinimumWidth(200);
        }
    }
    tabs_->updateGeometry();
    bottom_->installEventFilter(this);
    middle_->addWidget(bottom_);
    outer_->addWidget(middle_);
    outer_->addWidget(right_);
    right_->setMinimumWidth(300);
    outer_->setStretchFactor(outer_->indexOf(middle_), 1);
    for (QSplitter* s : {outer_, middle_, right_}) {
        connect(s, &QSplitter::splitterMoved, this, &Workbench::storeSizes);  // only what the analyst moved
    }
    connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
        pages_->setCurrentIndex(index);
        showTabNote();
    });
    connect(&workspace_.selection(), &SelectionHub::viewWanted, this, [this](const QString& id) { showView(id, true); });
    showTabNote();
}

Workbench::~Workbench() = default;

QString Workbench::settingsKey(const QString& what) const {
    return QStringLiteral("layout%1/%2/%3").arg(kLayoutVersion).arg(layout_, what);
}

void Workbench::storeSizes() {
    if (!layout_.isEmpty()) {
        settings_.setValue(settingsKey(QStringLiteral("outer")), outer_->saveState());
        settings_.setValue(settingsKey(QStringLiteral("middle")), middle_->saveState());
        settings_.setValue(settingsKey(QStringLiteral("right")), right_->saveState());
    }
}

void Workbench::setLayout(const QString& id) {
    layout_ = id;
    arrange();
    const auto restore = [this](QSplitter* s, const QString& what) {
        const QByteArray state = settings_.value(settingsKey(what)).toByteArray();
        if (!state.isEmpty()) {
            s->restoreState(state);
            s->setHandleWidth(1);
        }
    };
    restore(outer_, QStringLiteral("outer"));
    restore(middle_, QStringLiteral("middle"));
    restore(right_, QStringLiteral("right"));
    Q_EMIT layoutChanged();
}

void Workbench::resetLayout() {
    settings_.remove(QStringLiteral("layout%1/%2").arg(kLayoutVersion).arg(layout_));
    arrange();
    Q_EMIT layoutChanged();
}

void Workbench::arrange() {
    const bool triage = layout_ == QStringLiteral("triage");
    const bool tune = layout_ == QStringLiteral("tune");
    const bool report = layout_ == QStringLiteral("report");
    for (const ViewSpec& spec : specs_) {
        bool shown = true;
        switch (spec.area) {
            case ViewArea::left:
            case ViewArea::centre: shown = !triage && !tune && !report; break;
            case ViewArea::right_top: shown = !triage && !report; break;
            case ViewArea::right_bottom: shown = !tune && !report; break;
            case ViewArea::bottom: continue;
        }
        views_.value(spec.id)->setVisible(shown);
    }
    for (const ViewSpec& spec : specs_) {
        views_.value(spec.id)->setProperty("layout", layout_);
    }
    // The mock's proportions at its size; panels at the sides keep their width, the middle gets the rest.
    const int width = qMax(window()->width(), 900);
    const int height = qMax(window()->height() - 130, 500);
    const int left = width < 1400 ? 250 : width < 2200 ? 300 : 360;
    const int right = tune ? qMin(620, width * 45 / 100) : triage ? qMin(520, width * 40 / 100) : width < 1400 ? 340 : width < 2200 ? 375 : 440;
    QList<int> outerSizes;
    for (int i = 0; i < outer_->count(); ++i) {
        QWidget* w = outer_->widget(i);
        outerSizes += w == right_ ? right : w == middle_ ? width - right - (triage || tune ? 0 : left) : left;
    }
    right_->setVisible(!report);  // a splitter does not hide with its panels
    if (report) {
        showView(QStringLiteral("report"), false);
    } else if (tabIds_.value(tabs_->currentIndex()) == QStringLiteral("report")) {
        tabs_->setCurrentIndex(0);
    }
    outer_->setSizes(outerSizes);
    middle_->setSizes({height * 46 / 100, height * 54 / 100});
    // Where there is little height the card comes first: one control shows whole, the others scroll.
    const int controls = height < kLowHeight ? 39 : 50;
    right_->setSizes({height * controls / 100, height * (100 - controls) / 100});
}

void Workbench::showView(const QString& id, bool focus) {
    QWidget* view = views_.value(id);
    if (view == nullptr) {
        return;
    }
    if (const auto tab = tabIds_.indexOf(id); tab >= 0) {
        bottom_->show();
        tabs_->setCurrentIndex(static_cast<int>(tab));
    } else {
        view->show();
    }
    if (focus) {
        view->setFocus(Qt::ShortcutFocusReason);
        if (!view->isAncestorOf(focusWidget()) && view->focusPolicy() == Qt::NoFocus) {
            for (QWidget* child : view->findChildren<QWidget*>()) {
                if (child->isVisibleTo(view) && child->focusPolicy() & Qt::TabFocus) {
                    child->setFocus(Qt::ShortcutFocusReason);
                    break;
                }
            }
        }
    }
}

bool Workbench::isShown(const QString& id) const {
    const QWidget* view = views_.value(id);
    return view != nullptr && !view->isHidden();
}

void Workbench::setShown(const QString& id, bool shown) {
    if (QWidget* view = views_.value(id)) {
        view->setVisible(shown);
        Q_EMIT layoutChanged();
    }
}

void Workbench::stepPane(int direction) {
    QStringList panes;
    for (const ViewSpec& spec : specs_) {
        QWidget* view = views_.value(spec.id);
        if (view->isVisible()) {
            panes += spec.id;
        }
    }
    if (panes.isEmpty()) {
        return;
    }
    qsizetype at = -1;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        const QWidget* view = views_.value(panes[i]);
        if (view->hasFocus() || view->isAncestorOf(window()->focusWidget())) {
            at = i;
        }
    }
    const qsizetype next = at < 0 ? 0 : (at + direction + panes.size()) % panes.size();
    showView(panes[next], true);
}

void Workbench::showTabNote() {
    const QWidget* page = pages_->currentWidget();
    note_->setText(page == nullptr ? QString() : page->property("tabNote").toString());
    // Where both do not fit, the tabs stay; the note is then the tab's tip.
    const int room = bottom_->width() - tabs_->sizeHint().width() - kNoteAround;
    note_->setVisible(note_->sizeHint().width() <= room);
    tabs_->setTabToolTip(tabs_->currentIndex(), note_->isHidden() ? note_->text() : QString());
}

bool Workbench::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::DynamicPropertyChange || (watched == bottom_ && event->type() == QEvent::Resize)) {
        showTabNote();
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace trocar::ui
