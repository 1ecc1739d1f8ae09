#include "ui/views/timeline/timeline_plot.h"

#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/shell/theme.h"
#include "ui/viewmodel/time_ticks.h"
#include "ui/viewmodel/timeline_model.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/plot_library.h"
#include "ui/views/timeline/lane_painter.h"

namespace trocar::ui {
namespace {

constexpr int kTopMargin = 20;      ///< room for the bracket of a chain in the first lane
constexpr int kAxisMargin = 26;
constexpr int kTickSpacing = 96;
constexpr int kLeastPlot = 64;      ///< a paint buffer of no size (a panel that is hidden) cannot be painted on
constexpr double kNotch = 1.25;     ///< zoom of one wheel notch
constexpr double kNotchUnits = 120; ///< QWheelEvent::angleDelta of one notch
constexpr double kReachPixels = 7;  ///< how far from a mark a click still means it
constexpr int kDragThreshold = 4;
constexpr std::int64_t kShortest = 1'000;
constexpr std::int64_t kLongest = 250LL * 365 * 86'400 * 1'000'000'000;  ///< int64 nanoseconds reach 292 years

/// What one picture is painted with; the plottable and the overlays share it.
struct Scene {
    const TimelineModel& model;
    LanePainter painter;
    LaneGeometry geometry;
    Theme theme;
    UtcNanos cursor, hover;

    [[nodiscard]] LaneGeometry fitted(const QRect& axisRect) const {
        LaneGeometry g = geometry;
        g.plot = QRectF(axisRect);
        return g;
    }
};

/// Round instants in the zone of the window, as QCustomPlot's ticks: nanoseconds after the left edge.
class InstantTicker : public QCPAxisTicker {
public:
    InstantTicker(const Workspace& workspace, const Scene& scene, const QCPAxisRect& area)
        : workspace_(workspace), scene_(scene), area_(area) {}
    void generate(const QCPRange&, const QLocale&, QChar, int, QVector<double>& ticks, QVector<double>* subTicks,
                  QVector<QString>* labels) override {
        ticks.clear();
        if (subTicks != nullptr) {
            subTicks->clear();
        }
        if (labels != nullptr) {
            labels->clear();
        }
        const TimeRange range = scene_.geometry.range;
        const int most = std::max(2, area_.width() / kTickSpacing);
        for (const TimeTick& tick : timeTicks(range.from, range.to, most, workspace_.timeFormat())) {
            ticks.append(static_cast<double>(difference(tick.at, range.from).count));
            if (labels != nullptr) {
                labels->append(tick.label);
            }
        }
    }

private:
    const Workspace& workspace_;
    const Scene& scene_;
    const QCPAxisRect& area_;
};

/// All lanes as one plottable. A million events cost what a thousand pixels cost.
class LanePlottable : public QCPAbstractPlottable {
public:
    LanePlottable(QCPAxis* key, QCPAxis* value, Scene& scene) : QCPAbstractPlottable(key, value), scene_(scene) {
        setSelectable(QCP::stNone);
    }
    double selectTest(const QPointF& pos, bool, QVariant*) const override {
        const LaneGeometry g = scene_.fitted(mKeyAxis->axisRect()->rect());
        const Nanos reach{static_cast<std::int64_t>(static_cast<double>(g.perPixel().count) * kReachPixels)};
        const Item item = scene_.model.itemAt(g.rowAt(pos.y()), g.timeAt(pos.x()), reach);
        return std::holds_alternative<std::monostate>(item) ? -1 : 1;
    }
    QCPRange getKeyRange(bool& found, QCP::SignDomain) const override {
        found = false;
        return {};
    }
    QCPRange getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const override {
        found = false;
        return {};
    }

protected:
    QRect clipRect() const override { return mParentPlot->viewport(); }
    void draw(QCPPainter* painter) override {
        const LaneGeometry g = scene_.fitted(mKeyAxis->axisRect()->rect());
        scene_.painter.paintMarks(*painter, g, scene_.theme, painter->modes().testFlag(QCPPainter::pmVectorized));
    }
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

private:
    Scene& scene_;
};

/// A part of the picture on a layer of its own.
class OverlayPart : public QCPLayerable {
public:
    using Paint = std::function<void(QPainter&, const LaneGeometry&)>;
    OverlayPart(QCustomPlot* plot, const QString& layer, Scene& scene, Paint paint)
        : QCPLayerable(plot, layer), scene_(scene), paint_(std::move(paint)) {}

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    void draw(QCPPainter* painter) override { paint_(*painter, scene_.fitted(mParentPlot->axisRect()->rect())); }

private:
    Scene& scene_;
    Paint paint_;
};

}  // namespace

struct TimelinePlot::Parts {
    Scene scene;
    QCustomPlot* plot = nullptr;
    QPoint pressed;
    TimeRange rangeAtPress;
    double scrollAtPress = 0;
    bool dragging = false, down = false;
};

TimeRange clampedRange(TimeRange range) {
    if (range.from.none() || range.to.none()) {
        return range;
    }
    const std::int64_t span = difference(range.to, range.from).count;
    if (span < kShortest) {
        range.to = shifted(range.from, {kShortest});
    } else if (span > kLongest) {
        const UtcNanos middle = shifted(range.from, {span / 2});
        range = {shifted(middle, {-kLongest / 2}), shifted(middle, {kLongest / 2})};
    }
    return range;
}

TimelinePlot::TimelinePlot(Workspace& workspace, TimelineModel& model, QWidget* parent)
    : QWidget(parent), workspace_(workspace), model_(model),
      parts_(new Parts{{model, LanePainter(model), {}, theme(), {}, {}}, nullptr, {}, {}, 0, false, false}) {
    Scene& scene = parts_->scene;
    auto* plot = new QCustomPlot(this);
    parts_->plot = plot;
    plot->setInteractions(QCP::iNone);
    plot->setFocusPolicy(Qt::NoFocus);
    plot->setMouseTracking(true);
    plot->setAccessibleName(tr("Timeline lanes"));
    plot->installEventFilter(this);
    plot->plotLayout()->setAutoMargins(QCP::msNone);
    plot->axisRect()->setAutoMargins(QCP::msNone);
    plot->axisRect()->setMargins(QMargins(static_cast<int>(LaneGeometry::kLabelWidth), kTopMargin,
                                          static_cast<int>(LaneGeometry::kRightMargin), kAxisMargin));
    plot->xAxis->setTicker(QSharedPointer<InstantTicker>::create(workspace, scene, *plot->axisRect()));
    plot->xAxis->setTickLength(0, 0);
    plot->xAxis->setTickLabelPadding(8);
    plot->yAxis->setVisible(false);
    plot->yAxis->grid()->setVisible(false);
    // Own layers: moving the cursor or the chain's marks redraws neither the events nor each other.
    plot->addLayer(QStringLiteral("bands"), plot->layer(QStringLiteral("grid")), QCustomPlot::limBelow);
    plot->addLayer(QStringLiteral("chain"), plot->layer(QStringLiteral("overlay")), QCustomPlot::limBelow);
    plot->addLayer(QStringLiteral("cursor"), plot->layer(QStringLiteral("overlay")), QCustomPlot::limBelow);
    plot->layer(QStringLiteral("chain"))->setMode(QCPLayer::lmBuffered);
    plot->layer(QStringLiteral("cursor"))->setMode(QCPLayer::lmBuffered);
    new LanePlottable(plot->xAxis, plot->yAxis, scene);
    new OverlayPart(plot, QStringLiteral("bands"), scene, [&scene](QPainter& p, const LaneGeometry& g) {
        scene.painter.paintLabels(p, g, scene.theme);
    });
    new OverlayPart(plot, QStringLiteral("chain"), scene, [&scene](QPainter& p, const LaneGeometry& g) {
        scene.painter.paintFindings(p, g, scene.theme);
        scene.painter.paintChain(p, g, scene.theme);
    });
    new OverlayPart(plot, QStringLiteral("cursor"), scene, [&scene](QPainter& p, const LaneGeometry& g) {
        scene.painter.paintCursor(p, g, scene.theme, scene.cursor, false);
        scene.painter.paintCursor(p, g, scene.theme, scene.hover, true);
    });
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(plot);
    plot->setMinimumSize(kLeastPlot, kLeastPlot);

    connect(&model_, &TimelineModel::lanesChanged, this, [this] {
        setScroll(std::min(scroll(), scrollMaximum()));
        refreshRange();
        Q_EMIT scrolled();
    });
    connect(&model_, &TimelineModel::overlayChanged, this, &TimelinePlot::refreshRange);
    connect(&workspace_, &Workspace::timeFormatChanged, this, &TimelinePlot::refreshRange);
    connect(&workspace_.selection(), &SelectionHub::viewRangeChanged, this, &TimelinePlot::refreshRange);
    connect(&workspace_.selection(), &SelectionHub::hoveredChanged, this, [this] {
        const auto* event = std::get_if<EventId>(&workspace_.selection().hovered());
        const std::int64_t at = event == nullptr ? -1 : model_.positionOf(*event);
        const UtcNanos hover = at < 0 ? kNoTime : model_.columns()->time[static_cast<std::size_t>(at)];
        if (hover != parts_->scene.hover) {
            parts_->scene.hover = hover;
            parts_->plot->layer(QStringLiteral("cursor"))->replot();
        }
    });
    restyle();
    refreshRange();
}

TimelinePlot::~TimelinePlot() = default;

LaneGeometry TimelinePlot::geometryNow() const {
    return parts_->scene.fitted(parts_->plot->axisRect()->rect());
}

double TimelinePlot::scroll() const {
    return parts_->scene.geometry.scroll;
}

double TimelinePlot::scrollMaximum() const {
    const LaneGeometry g = geometryNow();
    return std::max(0.0, static_cast<double>(model_.lanes().size()) * g.laneHeight - g.plot.height());
}

void TimelinePlot::setScroll(double pixels) {
    const double bounded = std::clamp(pixels, 0.0, scrollMaximum());
    if (bounded != parts_->scene.geometry.scroll) {
        parts_->scene.geometry.scroll = bounded;
        parts_->plot->replot(QCustomPlot::rpQueuedReplot);
        Q_EMIT scrolled();
    }
}

bool TimelinePlot::showsCurrentLanes() const {
    if (!model_.overlay()) {
        return true;
    }
    const LaneGeometry g = geometryNow();
    const auto shows = [&](ProcessId lane) {
        const int row = model_.rowOf(lane);
        return row < 0 || (g.topOf(row) >= g.plot.top() - 1 && g.topOf(row + 1) <= g.plot.bottom() + 1);
    };
    return shows(model_.overlay()->source) && shows(model_.overlay()->target);
}

void TimelinePlot::restyle() {
    parts_->scene.theme = theme();
    const Theme& t = parts_->scene.theme;
    QCustomPlot* plot = parts_->plot;
    plot->setBackground(QBrush(t.window));
    plot->xAxis->setBasePen(QPen(Qt::NoPen));
    plot->xAxis->setTickPen(QPen(Qt::NoPen));
    plot->xAxis->setSubTickPen(QPen(Qt::NoPen));
    plot->xAxis->setTickLabelColor(t.muted);
    plot->xAxis->setTickLabelFont(t.small);
    plot->xAxis->grid()->setPen(QPen(mixed(t.window, t.line, 0.8), 1));
    plot->xAxis->grid()->setZeroLinePen(QPen(Qt::NoPen));
    plot->replot(QCustomPlot::rpQueuedReplot);
}

void TimelinePlot::refreshRange() {
    Scene& scene = parts_->scene;
    TimeRange range = workspace_.selection().viewRange();
    if (range.from.none() || range.to.none() || range.from >= range.to) {
        range = model_.whole();
    }
    scene.geometry.range = range;
    scene.cursor = model_.overlay() ? model_.overlay()->anchor : kNoTime;
    if (const auto* event = std::get_if<EventId>(&workspace_.selection().current())) {
        const std::int64_t at = model_.positionOf(*event);
        scene.cursor = at < 0 ? kNoTime : model_.columns()->time[static_cast<std::size_t>(at)];
    }
    const double span = range.from.none() ? 1 : static_cast<double>(difference(range.to, range.from).count);
    parts_->plot->xAxis->setRange(0, std::max(1.0, span));
    parts_->plot->replot(QCustomPlot::rpQueuedReplot);
}

void TimelinePlot::paintNow() {
    parts_->plot->replot(QCustomPlot::rpImmediateRefresh);
}

void TimelinePlot::zoom(double factor, double x) {
    const LaneGeometry g = geometryNow();
    const UtcNanos pivot = g.timeAt(x);
    const auto scaled = [factor](Nanos d) {
        return Nanos{static_cast<std::int64_t>(std::clamp(static_cast<double>(d.count) * factor, -4e18, 4e18))};
    };
    workspace_.selection().setViewRange(clampedRange({shifted(pivot, -scaled(difference(pivot, g.range.from))),
                                                      shifted(pivot, scaled(difference(g.range.to, pivot)))}));
}

void TimelinePlot::pan(double pixels) {
    const LaneGeometry g = geometryNow();
    const double step = static_cast<double>(difference(g.range.to, g.range.from).count) / std::max(1.0, g.plot.width());
    const Nanos by{static_cast<std::int64_t>(std::clamp(step * pixels, -4e18, 4e18))};
    workspace_.selection().setViewRange(clampedRange({shifted(g.range.from, by), shifted(g.range.to, by)}));
}

Item TimelinePlot::itemAt(const QPoint& point) const {
    const LaneGeometry g = geometryNow();
    const Nanos reach{static_cast<std::int64_t>(static_cast<double>(g.perPixel().count) * kReachPixels)};
    if (point.x() < g.plot.left()) {
        const int row = g.rowAt(point.y());
        return row >= 0 && row < static_cast<int>(model_.lanes().size()) ? Item(model_.lanes()[static_cast<std::size_t>(row)])
                                                                         : Item();
    }
    return model_.itemAt(g.rowAt(point.y()), g.timeAt(point.x()), reach);
}

void TimelinePlot::mouseMoved(const QPoint& point, Qt::MouseButtons buttons) {
    Parts& parts = *parts_;
    if (parts.down && (buttons & Qt::LeftButton)) {
        const QPoint way = point - parts.pressed;
        parts.dragging = parts.dragging || way.manhattanLength() > kDragThreshold;
        if (parts.dragging) {
            const LaneGeometry g = geometryNow();
            const double step = static_cast<double>(difference(parts.rangeAtPress.to, parts.rangeAtPress.from).count) /
                                std::max(1.0, g.plot.width());
            const Nanos by{static_cast<std::int64_t>(-step * way.x())};
            workspace_.selection().setViewRange(
                clampedRange({shifted(parts.rangeAtPress.from, by), shifted(parts.rangeAtPress.to, by)}));
            setScroll(parts.scrollAtPress - way.y());
        }
        return;
    }
    const Item item = itemAt(point);
    workspace_.selection().setHovered(item);
    const QString tip = model_.tip(item);
    if (tip.isEmpty()) {
        QToolTip::hideText();
    } else {
        QToolTip::showText(parts.plot->mapToGlobal(point + QPoint(12, 12)), tip, parts.plot);
    }
}

bool TimelinePlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched != parts_->plot) {
        return QWidget::eventFilter(watched, event);
    }
    Parts& parts = *parts_;
    switch (event->type()) {
        case QEvent::Wheel: {
            auto* wheel = static_cast<QWheelEvent*>(event);
            const QPoint by = wheel->angleDelta();
            if (wheel->modifiers() & Qt::ControlModifier) {
                setScroll(scroll() - by.y() / kNotchUnits * 3 * parts.scene.geometry.laneHeight);
            } else if (wheel->modifiers() & Qt::ShiftModifier || by.y() == 0) {
                pan(-(by.y() + by.x()) / kNotchUnits * 80);
            } else {
                zoom(std::pow(kNotch, -by.y() / kNotchUnits), wheel->position().x());
            }
            return true;
        }
        case QEvent::MouseButtonPress: {
            auto* mouse = static_cast<QMouseEvent*>(event);
            parentWidget()->setFocus(Qt::MouseFocusReason);
            if (mouse->button() == Qt::LeftButton) {
                parts.down = true;
                parts.dragging = false;
                parts.pressed = mouse->pos();
                parts.rangeAtPress = geometryNow().range;
                parts.scrollAtPress = scroll();
            }
            return true;
        }
        case QEvent::MouseMove: {
            auto* mouse = static_cast<QMouseEvent*>(event);
            mouseMoved(mouse->pos(), mouse->buttons());
            return true;
        }
        case QEvent::MouseButtonRelease: {
            auto* mouse = static_cast<QMouseEvent*>(event);
            if (mouse->button() == Qt::LeftButton && parts.down) {
                parts.down = false;
                const Item item = parts.dragging ? Item() : itemAt(mouse->pos());
                if (!std::holds_alternative<std::monostate>(item)) {
                    workspace_.selection().setCurrent(item);
                }
            }
            return true;
        }
        case QEvent::MouseButtonDblClick:
            Q_EMIT fitWanted();
            return true;
        case QEvent::ContextMenu:
            Q_EMIT contextMenuWanted(static_cast<QContextMenuEvent*>(event)->globalPos());
            return true;
        case QEvent::Leave:
            workspace_.selection().setHovered({});
            return false;
        default: return QWidget::eventFilter(watched, event);
    }
}

void TimelinePlot::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        restyle();
    }
    QWidget::changeEvent(event);
}

void TimelinePlot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    parts_->scene.geometry.scroll = std::clamp(scroll(), 0.0, scrollMaximum());
    Q_EMIT scrolled();
}

void TimelinePlot::paintFigure(QPaintDevice& device, QSize size) {
    const Theme before = parts_->scene.theme;
    parts_->scene.theme = makeTheme(false);
    const Theme& t = parts_->scene.theme;
    QCustomPlot* plot = parts_->plot;
    plot->setBackground(QBrush(t.window));
    plot->xAxis->setTickLabelColor(t.muted);
    plot->xAxis->grid()->setPen(QPen(mixed(t.window, t.line, 0.8), 1));
    QCPPainter painter(&device);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot->toPainter(&painter, size.width(), size.height());
    painter.end();
    parts_->scene.theme = before;
    restyle();
}

}  // namespace trocar::ui
