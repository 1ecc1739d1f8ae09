#include "ui/views/timeline/density_strip.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/shell/theme.h"
#include "ui/viewmodel/timeline_model.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/timeline/lane_painter.h"
#include "ui/views/timeline/timeline_plot.h"

namespace trocar::ui {
namespace {

constexpr int kHeight = 42;
constexpr double kBarPitch = 5;
constexpr double kGrip = 4;          ///< pixels around the brush's edges that resize it
constexpr double kLeastBrush = 3;    ///< a brush is never painted narrower
constexpr double kLeastDrag = 3;

}  // namespace

DensityStrip::DensityStrip(Workspace& workspace, TimelineModel& model, QWidget* parent)
    : QWidget(parent), workspace_(workspace), model_(model) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Density of events over the whole capture"));
    setToolTip(tr("Drag: what the timeline shows. Shift+drag: time filter. Double click: all."));
    connect(&model_, &TimelineModel::lanesChanged, this, &DensityStrip::refresh);
    connect(&workspace_.selection(), &SelectionHub::viewRangeChanged, this, qOverload<>(&QWidget::update));
    connect(&workspace_, &Workspace::filterChanged, this, qOverload<>(&QWidget::update));
    refresh();
}

QSize DensityStrip::sizeHint() const {
    return {400, kHeight};
}

QRectF DensityStrip::area() const {
    return QRectF(LaneGeometry::kLabelWidth, 6,
                  std::max(1.0, width() - LaneGeometry::kLabelWidth - LaneGeometry::kRightMargin), height() - 12);
}

double DensityStrip::xOf(UtcNanos t) const {
    const LaneGeometry g{area(), model_.whole()};
    return std::clamp(g.xOf(t), area().left(), area().right());
}

UtcNanos DensityStrip::timeAt(double x) const {
    const LaneGeometry g{area(), model_.whole()};
    return g.timeAt(std::clamp(x, area().left(), area().right()));
}

void DensityStrip::refresh() {
    bars_ = model_.density(static_cast<int>(area().width() / kBarPitch));
    update();
}

void DensityStrip::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    refresh();
}

void DensityStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& t = theme();
    painter.fillRect(rect(), t.window);
    painter.setFont(t.small);
    painter.setPen(t.muted);
    painter.drawText(QRectF(12, 0, LaneGeometry::kLabelWidth - 20, height()), Qt::AlignVCenter | Qt::AlignLeft, tr("density"));
    const QRectF a = area();
    const TimeRange view = workspace_.selection().viewRange();
    const bool brushed = !view.from.none() && !(view == model_.whole()) && !model_.whole().from.none();
    const double left = brushed ? xOf(view.from) : a.left();
    const double right = brushed ? std::max(left + kLeastBrush, xOf(view.to)) : a.right();
    if (brushed) {
        painter.fillRect(QRectF(left, a.top() - 4, right - left, a.height() + 8), t.selection);
    }
    if (const auto& filter = workspace_.timeFilter(); filter || drag_ == Drag::filter) {
        const TimeRange range = drag_ == Drag::filter ? filter_ : *filter;
        const double from = xOf(range.from);
        painter.fillRect(QRectF(from, a.bottom() + 2, std::max(kLeastBrush, xOf(range.to) - from), 2), t.warning);
    }
    const std::uint32_t most = bars_.empty() ? 0 : *std::max_element(bars_.begin(), bars_.end());
    const double pitch = bars_.empty() ? 1 : a.width() / static_cast<double>(bars_.size());
    for (std::size_t i = 0; i < bars_.size(); ++i) {
        if (bars_[i] == 0) {
            continue;
        }
        // Square root: a quiet minute beside a storm must not look empty.
        const double share = std::sqrt(static_cast<double>(bars_[i]) / most);
        const double height = std::max(1.5, share * a.height());
        const double x = a.left() + static_cast<double>(i) * pitch;
        const bool inside = brushed && x + pitch > left && x < right;
        painter.fillRect(QRectF(x, a.bottom() - height, pitch - 1, height), inside ? mixed(t.faint, t.muted, 0.5) : mixed(t.line, t.faint, 0.55));
    }
    if (hasFocus()) {
        painter.setPen(t.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

DensityStrip::Drag DensityStrip::dragAt(double x) const {
    const TimeRange view = workspace_.selection().viewRange();
    if (view.from.none() || view == model_.whole()) {
        return Drag::fresh;
    }
    const double left = xOf(view.from);
    const double right = std::max(left + kLeastBrush, xOf(view.to));
    if (right - left > 3 * kGrip) {
        if (std::abs(x - left) <= kGrip) {
            return Drag::left;
        }
        if (std::abs(x - right) <= kGrip) {
            return Drag::right;
        }
    }
    const bool nearlyAll = right - left > 0.95 * area().width();
    return x > left && x < right && !nearlyAll ? Drag::move : Drag::fresh;
}

void DensityStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || model_.whole().from.none()) {
        return;
    }
    pressedAt_ = event->position().x();
    before_ = workspace_.selection().viewRange();
    drag_ = (event->modifiers() & Qt::ShiftModifier) ? Drag::filter : dragAt(pressedAt_);
    filter_ = {timeAt(pressedAt_), timeAt(pressedAt_)};
}

void DensityStrip::mouseMoveEvent(QMouseEvent* event) {
    const double x = event->position().x();
    if (drag_ == Drag::none) {
        const Drag would = dragAt(x);
        setCursor(would == Drag::left || would == Drag::right ? Qt::SizeHorCursor
                                                              : (would == Drag::move ? Qt::OpenHandCursor : Qt::ArrowCursor));
        return;
    }
    if (std::abs(x - pressedAt_) < kLeastDrag && (drag_ == Drag::fresh || drag_ == Drag::filter)) {
        return;
    }
    const UtcNanos a = timeAt(std::min(x, pressedAt_));
    const UtcNanos b = timeAt(std::max(x, pressedAt_));
    const Nanos by = difference(timeAt(x), timeAt(pressedAt_));
    SelectionHub& hub = workspace_.selection();
    switch (drag_) {
        case Drag::fresh: hub.setViewRange(clampedRange({a, b})); break;
        case Drag::move: hub.setViewRange({shifted(before_.from, by), shifted(before_.to, by)}); break;
        case Drag::left: hub.setViewRange(clampedRange({std::min(timeAt(x), before_.to), before_.to})); break;
        case Drag::right: hub.setViewRange(clampedRange({before_.from, std::max(timeAt(x), before_.from)})); break;
        case Drag::filter:
            filter_ = {a, b};
            update();
            break;
        case Drag::none: break;
    }
}

void DensityStrip::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const double x = event->position().x();
    if (drag_ == Drag::filter && filter_.from < filter_.to) {
        workspace_.setTimeFilter(filter_);
    } else if (drag_ == Drag::fresh && std::abs(x - pressedAt_) < kLeastDrag && !before_.from.none()) {
        // A click centres the view there.
        const Nanos half{difference(before_.to, before_.from).count / 2};
        workspace_.selection().setViewRange({shifted(timeAt(x), -half), shifted(timeAt(x), half)});
    }
    drag_ = Drag::none;
    update();
}

void DensityStrip::mouseDoubleClickEvent(QMouseEvent*) {
    workspace_.selection().setViewRange(model_.whole());
}

void DensityStrip::keyPressEvent(QKeyEvent* event) {
    const TimeRange view = workspace_.selection().viewRange();
    const int way = event->key() == Qt::Key_Left ? -1 : (event->key() == Qt::Key_Right ? 1 : 0);
    if (way == 0 || view.from.none()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const Nanos by{difference(view.to, view.from).count / 4 * way};
    workspace_.selection().setViewRange({shifted(view.from, by), shifted(view.to, by)});
}

}  // namespace trocar::ui
