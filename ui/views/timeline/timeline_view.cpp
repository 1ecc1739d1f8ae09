#include "ui/views/timeline/timeline_view.h"

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QImage>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QSvgGenerator>
#include <QVBoxLayout>
#include <cmath>

#include "ui/shell/panel_header.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/time_ticks.h"
#include "ui/viewmodel/timeline_model.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/timeline/class_legend.h"
#include "ui/views/timeline/density_strip.h"
#include "ui/views/timeline/lane_painter.h"
#include "ui/views/timeline/timeline_plot.h"

namespace trocar::ui {
namespace {

constexpr double kKeyZoom = 1.5;
constexpr double kKeyPan = 120;
constexpr int kPictureScale = 2;

}  // namespace

TimelineView::TimelineView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Timeline"));
    setAccessibleDescription(tr("Events of each process over time. W and S zoom, A and D pan, F centres and then fits the current item."));
    model_ = new TimelineModel(workspace, this);
    header_ = new PanelHeader(tr("Timeline"), this);
    header_->addControl(new ClassLegend(header_));
    strip_ = new DensityStrip(workspace, *model_, this);
    caption_ = new QLabel(this);
    caption_->setTextFormat(Qt::PlainText);
    caption_->setProperty("role", QStringLiteral("muted"));
    caption_->setFont(theme().small);
    caption_->setAlignment(Qt::AlignRight);
    caption_->setContentsMargins(0, 0, static_cast<int>(LaneGeometry::kRightMargin), 0);
    plot_ = new TimelinePlot(workspace, *model_, this);
    scroll_ = new QScrollBar(Qt::Vertical, this);
    scroll_->setAccessibleName(tr("More processes"));
    scroll_->setFocusPolicy(Qt::NoFocus);

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(0);
    grid->addWidget(header_, 0, 0, 1, 2);
    grid->addWidget(strip_, 1, 0, 1, 2);
    grid->addWidget(caption_, 2, 0, 1, 2);
    grid->addWidget(plot_, 3, 0);
    grid->addWidget(scroll_, 3, 1);
    grid->setRowStretch(3, 1);

    SelectionHub& hub = workspace_.selection();
    connect(&hub, &SelectionHub::viewRangeChanged, this, &TimelineView::updateCaption);
    connect(&hub, &SelectionHub::currentChanged, this, &TimelineView::currentChanged);
    connect(&workspace_, &Workspace::timeFormatChanged, this, &TimelineView::updateCaption);
    connect(&workspace_, &Workspace::caseChanged, this, [this] { untouched_ = true; });
    connect(&workspace_, &Workspace::findingsChanged, this, &TimelineView::firstFindings);
    connect(model_, &TimelineModel::lanesChanged, this, [this] {
        updateScrollBar();
        updateCaption();
        firstFindings();
        update();
    });
    connect(plot_, &TimelinePlot::scrolled, this, &TimelineView::updateScrollBar);
    connect(plot_, &TimelinePlot::fitWanted, this, &TimelineView::centreOrFit);
    connect(plot_, &TimelinePlot::contextMenuWanted, this, &TimelineView::showMenu);
    connect(scroll_, &QScrollBar::valueChanged, this, [this](int value) { plot_->setScroll(value); });
    updateScrollBar();
    updateCaption();
}

void TimelineView::updateCaption() {
    TimeRange range = workspace_.selection().viewRange();
    if (range.from.none() || range.from >= range.to) {
        range = model_->whole();
    }
    caption_->setText(range.from.none() ? QString() : tr("view %1").arg(datedRangeText(range.from, range.to, workspace_.timeFormat())));
}

void TimelineView::updateScrollBar() {
    const QSignalBlocker quiet(scroll_);
    scroll_->setRange(0, static_cast<int>(std::ceil(plot_->scrollMaximum())));
    scroll_->setPageStep(std::max(1, static_cast<int>(plot_->geometryNow().plot.height())));
    scroll_->setSingleStep(static_cast<int>(plot_->geometryNow().laneHeight));
    scroll_->setValue(static_cast<int>(plot_->scroll()));
    scroll_->setVisible(plot_->scrollMaximum() > 0);
}

void TimelineView::firstFindings() {
    // A capture opens on its best finding rather than on an empty hour: until someone chooses a range of their own.
    if (!untouched_ || model_->findings().empty() || model_->whole().from.none()) {
        return;
    }
    untouched_ = false;
    SelectionHub& hub = workspace_.selection();
    if (std::holds_alternative<std::monostate>(hub.current())) {
        hub.setCurrent(model_->findings().front().id);
    }
    if (const auto range = model_->rangeOfCurrent()) {
        hub.setViewRange(clampedRange(*range));
    }
}

void TimelineView::currentChanged() {
    fitNext_ = false;
    if (model_->overlay()) {
        if (!plot_->showsCurrentLanes()) {
            model_->raiseCurrent();
            plot_->setScroll(0);
        }
    }
    // Scrolls as little as needed: a current item outside of the view is brought to its middle, the zoom stays.
    const auto wanted = model_->rangeOfCurrent();
    TimeRange view = workspace_.selection().viewRange();
    if (!wanted || view.from.none() || view.from >= view.to) {
        return;
    }
    UtcNanos at = shifted(wanted->from, {difference(wanted->to, wanted->from).count / 2});
    if (model_->overlay()) {
        at = model_->overlay()->anchor;
    }
    if (at < view.from || at > view.to) {
        const Nanos half{difference(view.to, view.from).count / 2};
        workspace_.selection().setViewRange(clampedRange({shifted(at, -half), shifted(at, half)}));
    }
}

void TimelineView::centreOrFit() {
    const auto wanted = model_->rangeOfCurrent();
    if (!wanted) {
        workspace_.selection().setViewRange(model_->whole());
        return;
    }
    if (!fitNext_) {
        const TimeRange view = plot_->geometryNow().range;
        const UtcNanos middle = shifted(wanted->from, {difference(wanted->to, wanted->from).count / 2});
        const Nanos half{difference(view.to, view.from).count / 2};
        const TimeRange centred = clampedRange({shifted(middle, -half), shifted(middle, half)});
        fitNext_ = true;
        if (!(centred == view)) {
            workspace_.selection().setViewRange(centred);
            return;
        }
    }
    workspace_.selection().setViewRange(clampedRange(*wanted));
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) {
        QWidget::keyPressEvent(event);
        return;
    }
    const LaneGeometry g = plot_->geometryNow();
    const double middle = g.plot.center().x();
    switch (event->key()) {
        case Qt::Key_W: plot_->zoom(1 / kKeyZoom, middle); break;
        case Qt::Key_S: plot_->zoom(kKeyZoom, middle); break;
        case Qt::Key_A:
        case Qt::Key_Left: plot_->pan(-kKeyPan); break;
        case Qt::Key_D:
        case Qt::Key_Right: plot_->pan(kKeyPan); break;
        case Qt::Key_Up: plot_->setScroll(plot_->scroll() - g.laneHeight); break;
        case Qt::Key_Down: plot_->setScroll(plot_->scroll() + g.laneHeight); break;
        case Qt::Key_PageUp: plot_->setScroll(plot_->scroll() - g.plot.height()); break;
        case Qt::Key_PageDown: plot_->setScroll(plot_->scroll() + g.plot.height()); break;
        case Qt::Key_Home: workspace_.selection().setViewRange(model_->whole()); break;
        case Qt::Key_F: centreOrFit(); return;
        case Qt::Key_Period:
        case Qt::Key_Comma: {
            const Item next = model_->neighbour(event->key() == Qt::Key_Period);
            if (!std::holds_alternative<std::monostate>(next)) {
                workspace_.selection().setCurrent(next);
            }
            break;
        }
        case Qt::Key_R:
            if (const TimeRange view = workspace_.selection().viewRange(); !view.from.none()) {
                workspace_.setTimeFilter(view);
            }
            break;
        default: QWidget::keyPressEvent(event); return;
    }
    fitNext_ = false;
}

void TimelineView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        caption_->setFont(theme().small);
        update();
    }
    QWidget::changeEvent(event);
}

void TimelineView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().window);
}

void TimelineView::showMenu(const QPoint& global) {
    QMenu menu(this);
    const Item item = plot_->itemAt(plot_->mapFromGlobal(global));
    if (!std::holds_alternative<std::monostate>(item)) {
        menu.addAction(tr("Make current"), this, [this, item] { workspace_.selection().setCurrent(item); });
    }
    menu.addAction(tr("Fit current\tF, F"), this, [this] {
        fitNext_ = true;
        centreOrFit();
    });
    menu.addAction(tr("Show all\tHome"), this, [this] { workspace_.selection().setViewRange(model_->whole()); });
    menu.addAction(tr("View range as time filter\tR"), this, [this] { workspace_.setTimeFilter(plot_->geometryNow().range); });
    menu.addSeparator();
    menu.addAction(tr("Save figure\u2026"), this, [this] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Save timeline"), QStringLiteral("timeline.svg"),
                                                          tr("Vector picture (*.svg);;Picture (*.png)"));
        if (!path.isEmpty() && !exportFigure(path)) {
            Q_EMIT workspace_.failed(tr("The figure could not be written to %1.").arg(path),
                                     tr("Choose a folder you may write to."));
        }
    });
    menu.exec(global);
}

bool TimelineView::exportFigure(const QString& path) {
    const QSize size = plot_->size();
    if (path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)) {
        QImage image(size * kPictureScale, QImage::Format_RGB32);
        image.setDevicePixelRatio(kPictureScale);
        image.fill(Qt::white);
        plot_->paintFigure(image, size);
        return image.save(path);
    }
    QSvgGenerator svg;
    svg.setFileName(path);
    svg.setSize(size);
    svg.setViewBox(QRect(QPoint(0, 0), size));
    svg.setTitle(tr("Trocar timeline"));
    plot_->paintFigure(svg, size);
    return QFileInfo(path).size() > 0;
}

QWidget* makeTimelineView(Workspace& workspace, QWidget* parent) {
    return new TimelineView(workspace, parent);
}

}  // namespace trocar::ui
