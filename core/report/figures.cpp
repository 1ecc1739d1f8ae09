#include "core/report/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/report/svg.h"

namespace trocar {
namespace {

constexpr double kWidth = 694, kGutter = 146, kRight = 684, kSourceY = 34, kTargetY = 78, kTickY = 117;
constexpr std::size_t kNameCharacters = 15;

/// Places times between the gutter and the right edge.
struct TimeAxis {
    UtcNanos from;
    double range = 1;  // ns; double: hostile stamps may be centuries apart
    [[nodiscard]] double x(UtcNanos t) const {
        const double share = static_cast<double>(difference(t, from).count) / range;
        return kGutter + std::clamp(share, 0.0, 1.0) * (kRight - kGutter);
    }
};

TimeAxis axis_of(const ReportRow& row) {
    UtcNanos first = row.finding.anchor_time;
    UtcNanos last = first;
    for (const EvidenceDetail& item : row.evidence) {
        if (item.evidence.time.none()) {
            continue;
        }
        first = first.none() ? item.evidence.time : std::min(first, item.evidence.time);
        last = last.none() ? item.evidence.time : std::max(last, item.evidence.time);
    }
    if (first.none()) {
        first = last = UtcNanos{0};
    }
    // Sysmon's clock ticks every 15.6 ms: below 40 ms a picture would show nothing but rounding.
    const Nanos length = std::max(difference(last, first), Nanos{40'000'000});
    const Nanos pad{length.count / 12 + 1};
    const Nanos slack{(length.count - difference(last, first).count) / 2};
    TimeAxis axis;
    axis.from = shifted(first, -(pad + slack));
    axis.range = static_cast<double>(length.count) + 2.0 * static_cast<double>(pad.count);
    return axis;
}

/// A spacing of labels: how far apart, and how much of the second they show.
struct Spacing {
    std::int64_t step = 0;
    int digits = 0;
};

/// Smallest 1-2-5 (or clock) step whose labels stand clear of each other; step 0 beyond some weeks.
Spacing spacing_of(double range) {
    constexpr std::int64_t kMs = 1'000'000, kS = 1'000'000'000;
    constexpr std::array<std::int64_t, 28> kSteps{
        1'000,       10'000,      100'000,     kMs,          2 * kMs,      5 * kMs,       10 * kMs,
        20 * kMs,    50 * kMs,    100 * kMs,   200 * kMs,    500 * kMs,    kS,            2 * kS,
        5 * kS,      10 * kS,     30 * kS,     60 * kS,      120 * kS,     300 * kS,      600 * kS,
        1'800 * kS,  3'600 * kS,  7'200 * kS,  21'600 * kS,  43'200 * kS,  86'400 * kS,   604'800 * kS};
    for (const std::int64_t step : kSteps) {
        const int digits = step >= kS ? 0 : step >= kMs ? 3 : 6;
        const double label = 66 + 7.0 * digits;  // px, with the space after it
        if (range / static_cast<double>(step) * label <= kRight - kGutter) {
            return {step, digits};
        }
    }
    return {};
}

void draw_time_axis(Svg& svg, const TimeAxis& axis) {
    const auto [step, digits] = spacing_of(axis.range);
    if (step == 0) {
        return;  // clock labels would mislead, the table below has the stamps
    }
    std::int64_t at = axis.from.count - axis.from.count % step;
    for (int i = 0; i < 12; ++i, at += step) {
        const UtcNanos t{at};
        if (t < axis.from) {
            continue;
        }
        if (static_cast<double>(difference(t, axis.from).count) > axis.range) {
            break;
        }
        const double x = axis.x(t);
        svg.line(x, 16, x, 98, "grid");
        const double half = 27 + 3.2 * digits;
        if (x > kGutter + half - 20 && x < kRight - half + 8) {
            svg.text(x, kTickY, Svg::Anchor::middle, "tick-label", format_clock(t, digits));
        }
    }
}

std::string mark_title(const EvidenceDetail& item) {
    return format_time(item.evidence.time, 3) + " UTC  " + std::string(item.evidence.stage) + ": " + item.evidence.text;
}

void draw_lane(Svg& svg, double y, const ReportSide& side) {
    svg.line(kGutter, y, kRight, y, "lane");
    svg.text(0, y + 4.5, Svg::Anchor::start, "lane-name", elided(side.name, kNameCharacters));
    svg.text(kGutter - 8, y + 4, Svg::Anchor::end, "lane-pid", side.pid == 0 ? "" : std::to_string(side.pid));
}

void draw_marks(Svg& svg, const ReportRow& row, const TimeAxis& axis) {
    // The newest mark of each lane and class: marks that would overlap become ticks.
    std::map<std::pair<int, OperationClass>, double> last;
    const auto mark = [&](int lane, double x, OperationClass operation, const std::string& title, bool whole) {
        const double y = lane == 0 ? kSourceY : kTargetY;
        const auto key = std::make_pair(lane, operation);
        const auto found = last.find(key);
        const bool crowded = found != last.end() && x - found->second < 13;
        if (crowded && !whole) {
            if (x - found->second < 2) {
                return;
            }
            svg.tick(x, y, operation, title);
        } else {
            svg.glyph(x, y, operation, title);
        }
        last[key] = x;
    };
    for (const EvidenceDetail& item : row.evidence) {
        if (item.evidence.time.none()) {
            continue;
        }
        const OperationClass operation = operation_class(item.operation);
        const double x = axis.x(item.evidence.time);
        const std::string title = mark_title(item);
        const bool whole = item.evidence.witness;
        if (operation == OperationClass::access) {
            mark(0, x, operation, title, whole);
        } else if (operation == OperationClass::execute && item.operation != Operation::process_tamper) {
            svg.line(x, kSourceY + 8, x, kTargetY - 8, "jump");
            mark(0, x, operation, title, whole);
            mark(1, x, operation, title, whole);
        } else {
            mark(1, x, operation, title, whole);
        }
    }
}

void draw_span(Svg& svg, const ReportRow& row, const TimeAxis& axis) {
    UtcNanos first, last = row.finding.anchor_time;
    for (const EvidenceDetail& item : row.evidence) {
        if (item.evidence.signal == row.why.anchor) {
            last = item.evidence.time;
        }
        if (item.evidence.witness && !item.evidence.time.none() && (first.none() || item.evidence.time < first)) {
            first = item.evidence.time;
        }
    }
    if (row.finding.kind != FindingKind::chain || first.none() || row.finding.span == kInfiniteNanos) {
        return;
    }
    const double x1 = axis.x(first);
    const double x2 = std::max(axis.x(last), x1 + 1);
    svg.line(x1, 17, x2, 17, "span");
    svg.line(x1, 13, x1, 21, "span");
    svg.line(x2, 13, x2, 21, "span");
    const double middle = std::clamp((x1 + x2) / 2, kGutter + 30, kRight - 30);
    const Nanos span = row.why.anchor == row.finding.anchor ? row.finding.span : difference(last, first);
    svg.text(middle, 9.5, Svg::Anchor::middle, "span-label", describe_duration(span));
}

// ---- the curve ----

constexpr double kPlotLeft = 12, kPlotRight = 318, kPlotTop = 22, kPlotBottom = 104;

struct WindowAxis {
    double low = 0, high = 1;  // log10 of ns
    [[nodiscard]] double x(Nanos at) const {
        const double value = std::log10(static_cast<double>(std::max<std::int64_t>(at.count, 1)));
        return kPlotLeft + std::clamp((value - low) / (high - low), 0.0, 1.0) * (kPlotRight - kPlotLeft);
    }
};

WindowAxis window_axis(const FindingView& view) {
    WindowAxis axis{6, std::log10(86'400e9)};
    if (const ParameterSpec* spec = view.analysis().analytic().parameter("TimeWindow");
        spec != nullptr && std::holds_alternative<Nanos>(spec->minimum)) {
        axis.low = std::log10(static_cast<double>(std::max<std::int64_t>(std::get<Nanos>(spec->minimum).count, 1)));
        axis.high = std::max(
            axis.low + 1, std::log10(static_cast<double>(std::max<std::int64_t>(std::get<Nanos>(spec->maximum).count, 1))));
    }
    return axis;
}

}  // namespace

std::string swimlane_svg(const ReportRow& row) {
    const Capture& capture = row.view->analysis().capture();
    const ReportSide source = side_of(capture, row.finding.source);
    const ReportSide target = side_of(capture, row.finding.target);
    Svg svg(kWidth, 124, "Timeline of " + source.name + " and " + target.name + ": " + row.why.sentence);
    const TimeAxis axis = axis_of(row);
    draw_time_axis(svg, axis);
    draw_lane(svg, kSourceY, source);
    draw_lane(svg, kTargetY, target);
    draw_marks(svg, row, axis);
    draw_span(svg, row, axis);
    return svg.finish();
}

std::string curve_svg(const FindingView& view) {
    const std::vector<CurveStep>& steps = view.curve();
    const FindingCounts now = view.counts();
    std::uint32_t total = std::max<std::uint32_t>(now.chains + now.lone, 1);
    for (const CurveStep& step : steps) {
        total = std::max(total, step.chains + step.lone);
    }
    Svg svg(330, 128,
            "Chains at every TimeWindow: " + std::to_string(now.chains) + " of " + std::to_string(now.chains + now.lone) +
                " executions are linked at " + describe_duration(view.window()));
    const WindowAxis axis = window_axis(view);
    const auto y = [&](std::uint32_t chains) {
        return kPlotBottom - (kPlotBottom - kPlotTop - 8) * static_cast<double>(chains) / static_cast<double>(total);
    };
    std::string edge;
    for (const CurveStep& step : steps) {
        const double x = axis.x(step.at);
        edge += edge.empty() ? "M" + svg_number(kPlotLeft) + " " + svg_number(y(x <= kPlotLeft ? step.chains : 0))
                             : std::string();
        edge += "H" + svg_number(x) + "V" + svg_number(y(step.chains));
    }
    if (edge.empty()) {
        edge = "M" + svg_number(kPlotLeft) + " " + svg_number(y(0));
    }
    edge += "H" + svg_number(kPlotRight);
    svg.path(edge + "V" + svg_number(kPlotBottom) + "H" + svg_number(kPlotLeft) + "Z", "curve-area");
    svg.line(kPlotLeft, y(total), kPlotRight, y(total), "curve-total");
    svg.line(kPlotLeft, kPlotBottom, kPlotRight, kPlotBottom, "lane");
    svg.path(edge, "curve");
    const double chosen = axis.x(view.window());
    svg.line(chosen, kPlotTop - 8, chosen, kPlotBottom, "chosen");
    const bool to_the_left = chosen > (kPlotLeft + kPlotRight) / 2 + 20;
    svg.text(to_the_left ? chosen - 5 : chosen + 5, kPlotTop - 6, to_the_left ? Svg::Anchor::end : Svg::Anchor::start,
             "chosen-label",
             describe_duration(view.window()) + " chosen: " + std::to_string(now.chains) + " of " +
                 std::to_string(now.chains + now.lone));
    constexpr std::array<std::int64_t, 5> kLabels{1'000'000, 100'000'000, 10'000'000'000, 600'000'000'000,
                                                  86'400'000'000'000};
    for (const std::int64_t label : kLabels) {
        const double at = std::log10(static_cast<double>(label));
        if (at < axis.low - 0.01 || at > axis.high + 0.01) {
            continue;
        }
        const double x = axis.x({label});
        svg.line(x, kPlotBottom, x, kPlotBottom + 4, "lane");
        svg.text(x, kPlotBottom + 17,
                 x < kPlotLeft + 15   ? Svg::Anchor::start
                 : x > kPlotRight - 15 ? Svg::Anchor::end
                                      : Svg::Anchor::middle,
                 "tick-label", describe_duration({label}));
    }
    return svg.finish();
}

}  // namespace trocar
