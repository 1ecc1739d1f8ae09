#include "ui/views/parameters/curve_plot.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <limits>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr double kStep = 1.12201845430196;  ///< a twentieth of a decade
constexpr int kLeastHeight = 136;
constexpr int kMostHeight = 260;
constexpr double kGlyphWidth = 11;          ///< verdicts closer than this are not all drawn
constexpr std::int64_t kLabels[] = {1'000'000, 100'000'000, 10'000'000'000, 1'000'000'000'000, 86'400'000'000'000};

QString axisWords(Nanos at) {
    if (at.count >= 3'600'000'000'000) {
        return QStringLiteral("%1 h").arg(at.count / 3'600'000'000'000);
    }
    if (at.count >= 60'000'000'000) {
        return QStringLiteral("%1 min").arg(qRound(static_cast<double>(at.count) / 6e10));
    }
    return at.count >= 1'000'000'000 ? QStringLiteral("%1 s").arg(at.count / 1'000'000'000)
                                     : QStringLiteral("%1 ms").arg(at.count / 1'000'000);
}

}  // namespace

CurvePlot::CurvePlot(Workspace& workspace, const ParameterSpec& spec, QWidget* parent)
    : QWidget(parent), workspace_(workspace), spec_(spec) {
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(fromOurs(spec.name));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(kLeastHeight);
    setMouseTracking(true);
}

LogAxis CurvePlot::axis() const {
    return {std::get<Nanos>(spec_.minimum), std::get<Nanos>(spec_.maximum), 9, qMax(10.0, width() - 20.0)};
}

QRectF CurvePlot::plotArea() const {
    return {9, 18, qMax(10.0, width() - 20.0), height() - 18 - 62.0};
}

double CurvePlot::sliderY() const {
    return height() - 26.5;
}

Nanos CurvePlot::value() const {
    return workspace_.parameters().duration(spec_);
}

void CurvePlot::setValue(Nanos to, bool dragging) {
    workspace_.setParameter(spec_, ParameterValue(axis().clamped(to)), dragging);
}

void CurvePlot::rebuild() {
    chains_.clear();
    lone_.clear();
    ticks_.clear();
    atMaximum_ = 0;
    kneeX_ = -1;
    const FindingView* view = workspace_.findings();
    if (view == nullptr || view->curve().empty()) {
        update();
        return;
    }
    measure_ = view->measure();
    const LogAxis scale = axis();
    const QRectF area = plotArea();
    const auto& curve = view->curve();
    std::uint32_t most = 1;
    for (const CurveStep& step : curve) {
        most = std::max({most, step.chains, step.lone});
    }
    atMaximum_ = curve.back().chains;
    const auto y = [&](std::uint32_t count) { return area.bottom() - area.height() * count / most; };
    // A step a pixel column at most: the last one of a column stands for it.
    const auto add = [&](QPolygonF& line, double x, double to) {
        if (!line.isEmpty()) {
            line.append(QPointF(x, line.last().y()));
        }
        line.append(QPointF(x, to));
    };
    for (std::size_t i = 0; i < curve.size(); ++i) {
        const double x = scale.x(curve[i].at);
        if (i + 1 < curve.size() && i > 0 && scale.x(curve[i + 1].at) - x < 0.5) {
            continue;
        }
        add(chains_, i == 0 ? area.left() : x, y(curve[i].chains));
        add(lone_, i == 0 ? area.left() : x, y(curve[i].lone));
    }
    add(chains_, area.right(), y(curve.back().chains));
    add(lone_, area.right(), y(curve.back().lone));
    if (const auto knee = view->knee()) {
        kneeX_ = scale.x(*knee);
    }
    for (const Finding& row : view->rows()) {
        const Nanos at = view->critical(row);
        if (row.kind == FindingKind::chain && at != kInfiniteNanos) {
            ticks_.push_back({scale.x(at), workspace_.verdict(row.id), false, row.id, at});
        }
    }
    std::sort(ticks_.begin(), ticks_.end(), [](const Tick& a, const Tick& b) { return a.x < b.x; });
    // Judged chains get their glyph first; others where there is room left.
    double last = -100;
    for (Tick& tick : ticks_) {
        if (tick.verdict != Verdict::unset && tick.x - last >= kGlyphWidth) {
            tick.labelled = true;
            last = tick.x;
        }
    }
    double before = -100;
    for (std::size_t i = 0; i < ticks_.size(); ++i) {
        if (ticks_[i].labelled) {
            before = ticks_[i].x;
            continue;
        }
        if (ticks_[i].verdict != Verdict::unset || ticks_[i].x - before < kGlyphWidth) {
            continue;
        }
        double after = std::numeric_limits<double>::max();
        for (std::size_t j = i + 1; j < ticks_.size() && ticks_[j].x - ticks_[i].x < kGlyphWidth; ++j) {
            if (ticks_[j].labelled) {
                after = ticks_[j].x;
                break;
            }
        }
        if (after - ticks_[i].x >= kGlyphWidth) {
            ticks_[i].labelled = true;
            before = ticks_[i].x;
        }
    }
    describe();
    update();
}

void CurvePlot::showMove() {
    const FindingView* view = workspace_.findings();
    if (view != nullptr && view->measure() != measure_) {
        rebuild();
    } else {
        describe();
        update();
    }
}

void CurvePlot::setSuggestion(const std::optional<WindowSuggestion>& suggestion) {
    suggestion_ = suggestion;
    update();
}

void CurvePlot::describe() {
    const FindingView* view = workspace_.findings();
    if (view != nullptr) {
        setAccessibleDescription(tr("%1: %2 of %3 chains, %4 lone")
                                     .arg(fromOurs(describe_duration(value())))
                                     .arg(view->counts().chains)
                                     .arg(atMaximum_)
                                     .arg(view->counts().lone));
    }
}

void CurvePlot::resizeEvent(QResizeEvent*) {
    setFixedHeight(qBound(kLeastHeight, width() * 42 / 100, kMostHeight));  // larger where there is room (Tune)
    rebuild();
}

void CurvePlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintCurve(painter);
    paintTicks(painter);
    paintSlider(painter);
}

void CurvePlot::paintCurve(QPainter& painter) const {
    const Theme& t = theme();
    const QRectF area = plotArea();
    painter.setPen(QPen(t.line, 1));
    painter.drawLine(QPointF(area.left(), area.bottom() + 0.5), QPointF(area.right(), area.bottom() + 0.5));
    if (chains_.isEmpty()) {
        return;
    }
    QPolygonF fill = chains_;
    fill.append(QPointF(area.right(), area.bottom()));
    fill.append(QPointF(area.left(), area.bottom()));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(t.panel, t.accent, t.dark ? 0.15 : 0.18));
    painter.drawPolygon(fill);
    painter.setBrush(Qt::NoBrush);
    QPen dashed(mixed(t.faint, t.muted, 0.25), 1.2);
    dashed.setDashPattern({2.4, 2.0});
    painter.setPen(dashed);
    painter.drawPolyline(lone_);
    painter.setPen(QPen(t.accent, 2));
    painter.drawPolyline(chains_);
    painter.setRenderHint(QPainter::Antialiasing, true);

    const double x = axis().x(value());
    const FindingView* view = workspace_.findings();
    painter.setPen(QPen(t.text, 1.4));
    painter.drawLine(QPointF(x, area.top() - 12), QPointF(x, area.bottom() + 2));
    painter.setFont(t.small);
    const QString words = tr("%1 of %2").arg(view->counts().chains).arg(atMaximum_);
    const double wide = figuresWidth(t.small, words);
    const bool right = x + 6 + wide < area.right();
    painter.setPen(t.text);
    drawFigures(painter, QRectF(right ? x + 6 : x - 6 - wide, area.top() - 16, wide + 1, 14), Qt::AlignLeft, words);
    if (kneeX_ >= 0) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.warning);
        painter.drawPolygon(QPolygonF({{kneeX_, area.bottom() - 7},
                                       {kneeX_ + 5, area.bottom() + 0.5},
                                       {kneeX_ - 5, area.bottom() + 0.5}}));
    }
}

void CurvePlot::paintTicks(QPainter& painter) const {
    const Theme& t = theme();
    const double top = plotArea().bottom();
    QFont font = t.small;
    font.setFamilies({QStringLiteral("DejaVu Sans"), QStringLiteral("Segoe UI Symbol")});
    painter.setFont(font);
    double last = -100;
    for (const Tick& tick : ticks_) {
        const QColor colour = tick.verdict == Verdict::true_positive    ? t.positive
                              : tick.verdict == Verdict::false_positive ? t.negative
                                                                        : t.muted;
        if (tick.x - last >= 0.8 || tick.labelled) {
            painter.setPen(QPen(colour, 1.2));
            painter.drawLine(QPointF(tick.x, top + 2), QPointF(tick.x, top + 7));
            last = tick.x;
        }
        if (tick.labelled) {
            painter.setPen(colour);
            painter.drawText(QRectF(tick.x - 8, top + 7, 16, 14), Qt::AlignCenter, verdictGlyph(tick.verdict));
        }
    }
}

void CurvePlot::paintSlider(QPainter& painter) const {
    const Theme& t = theme();
    const LogAxis scale = axis();
    const double y = sliderY();
    const double x = scale.x(value());
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.line);
    painter.drawRoundedRect(QRectF(scale.left, y - 2, scale.width, 4), 2, 2);
    painter.setBrush(t.accent);
    painter.drawRoundedRect(QRectF(scale.left, y - 2, qMax(0.0, x - scale.left), 4), 2, 2);
    if (suggestion_) {
        const double from = scale.x(suggestion_->from);
        const double to = scale.x(scale.clamped(suggestion_->until));
        painter.setBrush(t.positive);
        painter.drawRoundedRect(QRectF(from, y + 4, qMax(3.0, to - from), 2.5), 1.2, 1.2);
    }
    if (hasFocus()) {
        painter.setBrush(mixed(t.panel, t.accent, 0.3));
        painter.drawEllipse(QPointF(x, y), 11, 11);
    }
    painter.setPen(QPen(t.accent, 2));
    painter.setBrush(t.window);
    painter.drawEllipse(QPointF(x, y), 7, 7);
    painter.setFont(t.small);
    painter.setPen(mixed(t.faint, t.muted, 0.3));
    for (const std::int64_t label : kLabels) {
        const Nanos at{label};
        if (at < scale.minimum || at > scale.maximum) {
            continue;
        }
        const QString words = axisWords(at);
        const double wide = painter.fontMetrics().horizontalAdvance(words);
        const double left = qBound(scale.left, scale.x(at) - wide / 2, scale.left + scale.width - wide);
        painter.drawText(QPointF(left, height() - 4), words);
    }
}

const CurvePlot::Tick* CurvePlot::tickAt(const QPointF& point) const {
    const double bottom = plotArea().bottom();
    if (point.y() < bottom + 1 || point.y() > bottom + 21) {
        return nullptr;
    }
    const Tick* best = nullptr;
    for (const Tick& tick : ticks_) {
        if (std::abs(tick.x - point.x()) < 6 && (best == nullptr || std::abs(tick.x - point.x()) < std::abs(best->x - point.x()))) {
            best = &tick;
        }
    }
    return best;
}

void CurvePlot::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    if (const Tick* tick = tickAt(event->position())) {
        workspace_.selection().setCurrent(tick->chain);
        return;
    }
    dragging_ = true;
    setValue(axis().at(event->position().x()), true);
}

void CurvePlot::mouseMoveEvent(QMouseEvent* event) {
    if (dragging_) {
        setValue(axis().at(event->position().x()), true);
    } else {
        const Tick* tick = tickAt(event->position());
        setCursor(tick != nullptr ? Qt::PointingHandCursor : Qt::ArrowCursor);
        workspace_.selection().setHovered(tick != nullptr ? Item(tick->chain) : Item());
    }
}

void CurvePlot::mouseReleaseEvent(QMouseEvent* event) {
    if (dragging_ && event->button() == Qt::LeftButton) {
        dragging_ = false;
        setValue(value(), false);
    }
}

void CurvePlot::mouseDoubleClickEvent(QMouseEvent*) {
    dragging_ = false;
    setValue(std::get<Nanos>(spec_.initial), false);
}

void CurvePlot::stepAlongCurve(int direction) {
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return;
    }
    const auto& curve = view->curve();
    const Nanos now = value();
    if (direction > 0) {
        const auto next = std::find_if(curve.begin(), curve.end(), [&](const CurveStep& s) { return s.at > now; });
        if (next != curve.end()) {
            setValue(next->at, false);
        }
    } else {
        const auto before =
            std::find_if(curve.rbegin(), curve.rend(), [&](const CurveStep& s) { return s.at < now; });
        if (before != curve.rend()) {
            setValue(before->at, false);
        }
    }
}

void CurvePlot::keyPressEvent(QKeyEvent* event) {
    const LogAxis scale = axis();
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Down: setValue(scale.scaled(value(), 1 / kStep), false); break;
        case Qt::Key_Right:
        case Qt::Key_Up: setValue(scale.scaled(value(), kStep), false); break;
        case Qt::Key_PageDown: setValue(scale.scaled(value(), 0.1), false); break;
        case Qt::Key_PageUp: setValue(scale.scaled(value(), 10), false); break;
        case Qt::Key_Home: setValue(scale.minimum, false); break;
        case Qt::Key_End: setValue(scale.maximum, false); break;
        case Qt::Key_BracketLeft: stepAlongCurve(-1); break;
        case Qt::Key_BracketRight: stepAlongCurve(1); break;
        default: QWidget::keyPressEvent(event);
    }
}

void CurvePlot::focusInEvent(QFocusEvent*) {
    update();
}

void CurvePlot::focusOutEvent(QFocusEvent*) {
    update();
}

void CurvePlot::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    const FindingView* view = workspace_.findings();
    const auto knee = view == nullptr ? std::nullopt : view->knee();
    QAction* toKnee = menu.addAction(tr("Go to the knee"));
    toKnee->setEnabled(knee.has_value());
    connect(toKnee, &QAction::triggered, this, [this, knee] { setValue(*knee, false); });
    connect(menu.addAction(tr("Next step left\t[")), &QAction::triggered, this, [this] { stepAlongCurve(-1); });
    connect(menu.addAction(tr("Next step right\t]")), &QAction::triggered, this, [this] { stepAlongCurve(1); });
    connect(menu.addAction(tr("Default")), &QAction::triggered, this,
            [this] { setValue(std::get<Nanos>(spec_.initial), false); });
    menu.exec(event->globalPos());
}

bool CurvePlot::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const FindingView* view = workspace_.findings();
        const Tick* tick = tickAt(help->pos());
        if (tick != nullptr && view != nullptr) {
            if (const auto row = view->find(tick->chain)) {
                const Finding& finding = view->rows()[*row];
                QToolTip::showText(help->globalPos(),
                                   tr("%1 → %2 vanishes below %3")
                                       .arg(workspace_.processLabel(finding.source),
                                            workspace_.processLabel(finding.target),
                                            fromOurs(describe_duration(tick->at))),
                                   this);
                return true;
            }
        }
    }
    return QWidget::event(event);
}

}  // namespace trocar::ui
