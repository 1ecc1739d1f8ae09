#include "ui/views/timeline/lane_painter.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/shell/theme.h"
#include "ui/viewmodel/timeline_model.h"

namespace trocar::ui {
namespace {

constexpr double kMarkHeight = 14;
constexpr double kProcessMarkHeight = 20;   ///< start and exit stand out by height
constexpr double kChainGlyph = 15;
constexpr double kFindingGlyph = 11;
constexpr double kLoad = 5;                 ///< log2 of the count at which a column is fully opaque
constexpr double kSparse = 0.35;            ///< marks to a pixel below which a mark is two pixels wide

/// How strongly a column is painted. One event is easy to see; a thousand are full.
double strength(std::uint32_t count, bool inChain) {
    const double load = std::min(1.0, std::log2(1.0 + count) / kLoad);
    const double base = inChain ? 0.62 : 0.42;
    return base + (1 - base) * load * (inChain ? 1.0 : 0.8);
}

QRgb premultiplied(QColor colour, double alpha) {
    colour.setAlphaF(static_cast<float>(alpha));
    return qPremultiply(colour.rgba());
}

bool isCurrent(const TimelineModel& model, ProcessId lane) {
    return model.overlay() && (model.overlay()->source == lane || model.overlay()->target == lane);
}

}  // namespace

double LaneGeometry::xOf(UtcNanos t) const {
    const double span = static_cast<double>(difference(range.to, range.from).count);
    if (span <= 0) {
        return plot.left();
    }
    const double share = static_cast<double>(difference(t, range.from).count) / span;
    // Far outside is as good as just outside, and painters dislike huge numbers.
    return plot.left() + std::clamp(share, -2.0, 3.0) * plot.width();
}

UtcNanos LaneGeometry::timeAt(double x) const {
    const double span = static_cast<double>(difference(range.to, range.from).count);
    const double share = plot.width() <= 0 ? 0 : (x - plot.left()) / plot.width();
    const double offset = std::clamp(span * share, -4e18, 4e18);
    return shifted(range.from, {static_cast<std::int64_t>(offset)});
}

int LaneGeometry::rowAt(double y) const {
    if (y < plot.top() || y > plot.bottom()) {
        return -1;
    }
    return static_cast<int>((y - plot.top() + scroll) / laneHeight);
}

Nanos LaneGeometry::perPixel() const {
    return {static_cast<std::int64_t>(static_cast<double>(difference(range.to, range.from).count) /
                                      std::max(1.0, plot.width()))};
}

void LanePainter::eachVisibleRow(const LaneGeometry& g, const std::function<void(int)>& act) const {
    const int lanes = static_cast<int>(model_.lanes().size());
    const int first = std::max(0, static_cast<int>(g.scroll / g.laneHeight));
    for (int row = first; row < lanes && g.topOf(row) < g.plot.bottom(); ++row) {
        act(row);
    }
}

void LanePainter::paintLabels(QPainter& painter, const LaneGeometry& g, const Theme& theme) const {
    painter.save();
    const QRectF all(0, g.plot.top(), g.plot.right() + LaneGeometry::kRightMargin, g.plot.height());
    painter.setClipRect(all);
    const QFontMetricsF body(theme.body);
    eachVisibleRow(g, [&](int row) {
        const double top = g.topOf(row);
        const bool current = isCurrent(model_, model_.lanes()[static_cast<std::size_t>(row)]);
        if (current) {
            painter.fillRect(QRectF(all.left(), top, all.width(), g.laneHeight), mixed(theme.window, theme.selection, 0.6));
        }
        painter.fillRect(QRectF(all.left(), std::round(top + g.laneHeight) - 1, all.width(), 1),
                         current ? mixed(theme.window, theme.selection, 0.9) : mixed(theme.window, theme.line, 0.75));
        constexpr double kLeft = 12;
        const double width = LaneGeometry::kLabelWidth - kLeft - 8;
        painter.setFont(theme.body);
        painter.setPen(theme.text);
        painter.drawText(QPointF(kLeft, top + g.laneHeight / 2 - 2),
                         body.elidedText(model_.laneName(row), Qt::ElideMiddle, width));
        painter.setFont(theme.small);
        painter.setPen(theme.muted);
        drawFigures(painter, QRectF(kLeft, top + g.laneHeight / 2 + 1, width, 12), Qt::AlignLeft, model_.lanePid(row));
    });
    painter.restore();
}

void LanePainter::paintMarks(QPainter& painter, const LaneGeometry& g, const Theme& theme, bool vector) const {
    if (model_.index() == nullptr || g.plot.width() < 2) {
        return;
    }
    painter.save();
    painter.setClipRect(g.plot);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    eachVisibleRow(g, [&](int row) { paintLane(painter, g, theme, row, vector); });
    painter.restore();
}

void LanePainter::paintLane(QPainter& painter, const LaneGeometry& g, const Theme& theme, int row, bool vector) const {
    const ProcessId lane = model_.lanes()[static_cast<std::size_t>(row)];
    const double scale = vector ? 1.0 : painter.device()->devicePixelRatioF();
    scratch_.resize(static_cast<std::size_t>(std::ceil(g.plot.width() * scale)));
    model_.index()->columnsOf(lane, *model_.columns(), g.range.from, g.range.to, scratch_);
    const auto used = static_cast<double>(std::count_if(scratch_.begin(), scratch_.end(),
                                                        [](const LaneColumn& c) { return c.count != 0; }));
    if (used == 0) {
        return;
    }
    const bool current = isCurrent(model_, lane);
    const bool wide = used < kSparse * static_cast<double>(scratch_.size());
    const auto width = static_cast<int>(scratch_.size());
    const double middle = g.topOf(row) + g.laneHeight / 2;
    const ClassMask processBit = classBit(OperationClass::process);
    const auto paintRow = [&](double height, bool process) {
        QImage image;
        if (!vector) {
            image = QImage(width, 1, QImage::Format_ARGB32_Premultiplied);
            image.fill(0);
        }
        auto* line = vector ? nullptr : reinterpret_cast<QRgb*>(image.scanLine(0));
        bool any = false;
        for (int x = 0; x < width; ++x) {
            const LaneColumn& c = scratch_[static_cast<std::size_t>(x)];
            const auto rest = static_cast<ClassMask>(process ? c.classes & processBit : c.classes & ~processBit);
            if (c.count == 0 || rest == 0) {
                continue;
            }
            any = true;
            const QColor& colour = theme.of(gravestClass(rest));
            const double alpha = process ? 0.95 : strength(c.count, current);
            const bool next = wide && x + 1 < width && scratch_[static_cast<std::size_t>(x) + 1].count == 0;
            if (vector) {
                QColor shade = colour;
                shade.setAlphaF(static_cast<float>(alpha));
                painter.fillRect(QRectF(g.plot.left() + x, middle - height / 2, next ? 2 : 1, height), shade);
            } else {
                line[x] = premultiplied(colour, alpha);
                if (next) {
                    line[x + 1] = line[x];
                }
            }
        }
        if (any && !vector) {
            painter.drawImage(QRectF(g.plot.left(), std::round(middle - height / 2), width / scale, height), image);
        }
    };
    paintRow(kMarkHeight, false);
    paintRow(kProcessMarkHeight, true);
}

void LanePainter::paintFindings(QPainter& painter, const LaneGeometry& g, const Theme& theme) const {
    painter.save();
    painter.setClipRect(g.plot);
    for (const FindingMark& f : model_.findings()) {
        if (model_.overlay() && f.id == model_.overlay()->id) {
            continue;
        }
        const double x = g.xOf(f.anchor);
        if (x < g.plot.left() - kFindingGlyph || x > g.plot.right() + kFindingGlyph) {
            continue;
        }
        const int source = model_.rowOf(f.source);
        const int target = model_.rowOf(f.target);
        const double half = g.laneHeight / 2;
        if (source >= 0 && target >= 0) {
            QColor colour = theme.of(f.operation);
            colour.setAlphaF(f.damped ? 0.25F : 0.6F);
            painter.fillRect(QRectF(std::round(x) - 0.5, g.topOf(std::min(source, target)) + half, 1.2,
                                    std::abs(source - target) * g.laneHeight),
                             colour);
        }
        for (const int row : {source, target}) {
            if (row >= 0 && g.topOf(row) < g.plot.bottom() && g.topOf(row + 1) > g.plot.top()) {
                drawGlyph(painter, f.operation,
                          QRectF(x - kFindingGlyph / 2, g.topOf(row) + half - kFindingGlyph / 2, kFindingGlyph, kFindingGlyph),
                          theme, f.damped);
            }
        }
    }
    painter.restore();
}

void LanePainter::paintChain(QPainter& painter, const LaneGeometry& g, const Theme& theme) const {
    if (!model_.overlay()) {
        return;
    }
    const ChainOverlay& chain = *model_.overlay();
    const int source = model_.rowOf(chain.source);
    const int target = model_.rowOf(chain.target);
    painter.save();
    // The bracket may reach above the first lane.
    painter.setClipRect(g.plot.adjusted(-1, -22, 1, 0));
    const double half = g.laneHeight / 2;
    const double anchor = g.xOf(chain.anchor);
    if (source >= 0 && target >= 0) {
        painter.fillRect(QRectF(anchor - 1, g.topOf(std::min(source, target)) + half, 2,
                                std::abs(source - target) * g.laneHeight),
                         theme.of(chain.anchorClass));
    }
    std::vector<const ChainMark*> order;
    for (const ChainMark& mark : chain.marks) {
        order.push_back(&mark);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const ChainMark* a, const ChainMark* b) { return a->witness < b->witness; });
    for (const ChainMark* mark : order) {
        const int row = model_.rowOf(mark->lane);
        const double x = g.xOf(mark->time);
        if (row < 0 || x < g.plot.left() - kChainGlyph || x > g.plot.right() + kChainGlyph) {
            continue;
        }
        const double size = mark->witness ? kChainGlyph : kFindingGlyph - 2;
        const double middle = g.topOf(row) + half;
        if (mark->witness && mark->operation != OperationClass::process && mark->lane == chain.source && mark->time != chain.anchor) {
            // A short stem towards the target: the step is done to the other process.
            const double way = target > row || target < 0 ? 1 : -1;
            painter.fillRect(QRectF(x - 0.75, way > 0 ? middle : middle - g.laneHeight * 0.62, 1.5, g.laneHeight * 0.62),
                             theme.of(mark->operation));
        }
        if (!mark->witness) {
            painter.setOpacity(0.75);
        }
        drawGlyph(painter, mark->operation, QRectF(x - size / 2, middle - size / 2, size, size), theme);
        painter.setOpacity(1);
    }
    if (!chain.spanText.isEmpty() && source >= 0) {
        const double first = g.xOf(std::min(chain.first, chain.anchor));
        const double y = std::round(g.topOf(source)) + 1.5;
        const QFontMetricsF metrics(theme.small);
        const double width = metrics.horizontalAdvance(chain.spanText);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.fillRect(QRectF(first, y, std::max(1.0, anchor - first), 1), theme.muted);
        painter.fillRect(QRectF(first, y, 1, 4), theme.muted);
        painter.fillRect(QRectF(anchor - 1, y, 1, 4), theme.muted);
        painter.setRenderHint(QPainter::Antialiasing);
        double left = (first + anchor) / 2 - width / 2;
        if (anchor > g.plot.left() && first < g.plot.right()) {
            left = std::clamp(left, g.plot.left() + 2, std::max(g.plot.left() + 2, g.plot.right() - width - 2));
        }
        painter.setFont(theme.small);
        painter.setPen(theme.text);
        painter.drawText(QPointF(left, y - 4), chain.spanText);
    }
    painter.restore();
}

void LanePainter::paintCursor(QPainter& painter, const LaneGeometry& g, const Theme& theme, UtcNanos at, bool soft) const {
    const double x = g.xOf(at);
    if (at.none() || x < g.plot.left() || x > g.plot.right()) {
        return;
    }
    QColor colour = soft ? theme.faint : theme.accent;
    colour.setAlphaF(soft ? 0.6F : 0.9F);
    painter.fillRect(QRectF(std::round(x) - (soft ? 0.5 : 0.75), g.plot.top(), soft ? 1 : 1.5, g.plot.height()), colour);
}

}  // namespace trocar::ui
