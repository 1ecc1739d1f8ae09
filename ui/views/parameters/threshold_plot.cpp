#include "ui/views/parameters/threshold_plot.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr int kHeight = 96;
constexpr double kTop = 18, kBottom = 50;   ///< room above for the count, below for slider and labels
constexpr double kSliderFromBottom = 26.5;
constexpr std::uint64_t kLabels[] = {1, 100, 1'000, 10'000, 100'000, 4'194'304};

Nanos asDuration(std::uint64_t number) { return {static_cast<std::int64_t>(number)}; }

}  // namespace

ThresholdPlot::ThresholdPlot(Workspace& workspace, const ParameterSpec& spec, QWidget* parent)
    : QWidget(parent), workspace_(workspace), spec_(spec) {
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(fromOurs(spec.name));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(kHeight);
    setMinimumWidth(240);
}

LogAxis ThresholdPlot::axis() const {
    return {asDuration(std::get<std::uint64_t>(spec_.minimum)), asDuration(std::get<std::uint64_t>(spec_.maximum)), 9,
            qMax(10.0, width() - 20.0)};
}

double ThresholdPlot::x(std::uint64_t at) const { return axis().x(asDuration(at)); }

std::uint64_t ThresholdPlot::at(double x) const { return static_cast<std::uint64_t>(axis().at(x).count); }

std::uint64_t ThresholdPlot::value() const { return std::get<std::uint64_t>(workspace_.parameters().get(spec_)); }

void ThresholdPlot::setValue(std::uint64_t to, bool dragging) {
    const auto clamped =
        std::clamp(to, std::get<std::uint64_t>(spec_.minimum), std::get<std::uint64_t>(spec_.maximum));
    workspace_.setParameter(spec_, ParameterValue(clamped), dragging);
}

std::uint32_t ThresholdPlot::countAt(std::uint64_t at) const {
    const auto above =
        std::upper_bound(curve_.begin(), curve_.end(), at, [](std::uint64_t v, const ThresholdStep& s) { return v < s.at; });
    return above == curve_.begin() ? 0 : std::prev(above)->findings;
}

void ThresholdPlot::rebuild() {
    const FindingView* view = workspace_.findings();
    curve_ = view == nullptr ? std::vector<ThresholdStep>{} : view->threshold_curve();
    setAccessibleDescription(
        curve_.empty() ? QString() : tr("%1: %2 of %3 findings").arg(value()).arg(countAt(value())).arg(curve_.back().findings));
    update();
}

void ThresholdPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintCurve(painter);
    paintSlider(painter);
}

void ThresholdPlot::paintCurve(QPainter& painter) const {
    const Theme& t = theme();
    const LogAxis scale = axis();
    const double bottom = height() - kBottom, right = scale.left + scale.width;
    painter.setPen(QPen(t.line, 1));
    painter.drawLine(QPointF(scale.left, bottom + 0.5), QPointF(right, bottom + 0.5));
    if (curve_.empty()) {
        return;
    }
    const double most = std::max(1U, curve_.back().findings);
    QPolygonF line;
    for (const ThresholdStep& step : curve_) {
        const double y = bottom - (bottom - kTop) * step.findings / most;
        if (!line.isEmpty()) {
            line.append(QPointF(x(step.at), line.last().y()));
        }
        line.append(QPointF(x(step.at), y));
    }
    line.append(QPointF(right, line.last().y()));
    QPolygonF fill = line;
    fill.append(QPointF(right, bottom));
    fill.append(QPointF(scale.left, bottom));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(t.panel, t.accent, t.dark ? 0.15 : 0.18));
    painter.drawPolygon(fill);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(t.accent, 2));
    painter.drawPolyline(line);
    painter.setRenderHint(QPainter::Antialiasing, true);

    const double here = x(value());
    painter.setPen(QPen(t.text, 1.4));
    painter.drawLine(QPointF(here, kTop - 12), QPointF(here, bottom + 2));
    const QString words = tr("%1 of %2").arg(countAt(value())).arg(curve_.back().findings);
    const double wide = figuresWidth(t.small, words);
    const bool fits = here + 6 + wide < right;
    painter.setFont(t.small);
    painter.setPen(t.text);
    drawFigures(painter, QRectF(fits ? here + 6 : here - 6 - wide, kTop - 16, wide + 1, 14), Qt::AlignLeft, words);
}

void ThresholdPlot::paintSlider(QPainter& painter) const {
    const Theme& t = theme();
    const LogAxis scale = axis();
    const double y = height() - kSliderFromBottom, here = x(value());
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.line);
    painter.drawRoundedRect(QRectF(scale.left, y - 2, scale.width, 4), 2, 2);
    painter.setBrush(t.accent);
    painter.drawRoundedRect(QRectF(scale.left, y - 2, qMax(0.0, here - scale.left), 4), 2, 2);
    if (hasFocus()) {
        painter.setBrush(mixed(t.panel, t.accent, 0.3));
        painter.drawEllipse(QPointF(here, y), 11, 11);
    }
    painter.setPen(QPen(t.accent, 2));
    painter.setBrush(t.window);
    painter.drawEllipse(QPointF(here, y), 7, 7);
    painter.setFont(t.small);
    painter.setPen(mixed(t.faint, t.muted, 0.3));
    for (const std::uint64_t label : kLabels) {
        if (asDuration(label) < scale.minimum || asDuration(label) > scale.maximum) {
            continue;
        }
        const QString words = QString::number(label);
        const double wide = painter.fontMetrics().horizontalAdvance(words);
        painter.drawText(QPointF(qBound(scale.left, x(label) - wide / 2, scale.left + scale.width - wide), height() - 4), words);
    }
}

void ThresholdPlot::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        dragging_ = true;
        setValue(at(event->position().x()), true);
    }
}

void ThresholdPlot::mouseMoveEvent(QMouseEvent* event) {
    if (dragging_) {
        setValue(at(event->position().x()), true);
    }
}

void ThresholdPlot::mouseReleaseEvent(QMouseEvent* event) {
    if (dragging_ && event->button() == Qt::LeftButton) {
        dragging_ = false;
        setValue(value(), false);
    }
}

void ThresholdPlot::mouseDoubleClickEvent(QMouseEvent*) {
    dragging_ = false;
    setValue(std::get<std::uint64_t>(spec_.initial), false);
}

void ThresholdPlot::stepAlongCurve(int direction) {
    const std::uint64_t now = value();
    if (direction > 0) {
        const auto next = std::find_if(curve_.begin(), curve_.end(), [&](const ThresholdStep& s) { return s.at > now; });
        if (next != curve_.end()) {
            setValue(next->at, false);
        }
    } else {
        const auto before = std::find_if(curve_.rbegin(), curve_.rend(), [&](const ThresholdStep& s) { return s.at < now; });
        if (before != curve_.rend()) {
            setValue(before->at, false);
        }
    }
}

void ThresholdPlot::keyPressEvent(QKeyEvent* event) {
    const std::uint64_t now = value();
    const std::uint64_t step = std::max<std::uint64_t>(1, now / 10);
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Down: setValue(now - std::min(now, step), false); break;
        case Qt::Key_Right:
        case Qt::Key_Up: setValue(now + step, false); break;
        case Qt::Key_PageDown: setValue(now / 10, false); break;
        case Qt::Key_PageUp: setValue(now * 10, false); break;
        case Qt::Key_Home: setValue(std::get<std::uint64_t>(spec_.minimum), false); break;
        case Qt::Key_End: setValue(std::get<std::uint64_t>(spec_.maximum), false); break;
        case Qt::Key_BracketLeft: stepAlongCurve(-1); break;
        case Qt::Key_BracketRight: stepAlongCurve(1); break;
        default: QWidget::keyPressEvent(event);
    }
}

void ThresholdPlot::focusInEvent(QFocusEvent*) { update(); }

void ThresholdPlot::focusOutEvent(QFocusEvent*) { update(); }

}  // namespace trocar::ui
