#include "ui/viewmodel/timeline_model.h"

#include <algorithm>
#include <limits>

#include "ui/bridge/job_runner.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/event_text.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();
constexpr Nanos kLeastContext{20 * kSecond.count};  ///< on each side of a chain

OperationClass classOfSignal(const Capture& capture, std::uint32_t signal) {
    return signal < capture.signals.size() ? classOfRole(capture.signals.role[signal]) : OperationClass::execute;
}

}  // namespace

TimelineModel::TimelineModel(Workspace& workspace, QObject* parent)
    : QObject(parent), workspace_(workspace), jobs_(std::make_unique<JobRunner>(JobRunner::Mode::newest)) {
    connect(&workspace_, &Workspace::captureChanged, this, &TimelineModel::rebuildIndex);
    connect(&workspace_, &Workspace::columnsChanged, this, &TimelineModel::rebuildIndex);
    connect(&workspace_, &Workspace::filteredChanged, this, &TimelineModel::rebuildIndex);
    connect(&workspace_, &Workspace::findingsChanged, this, [this] {
        refreshFindings();
        refreshOverlay();
        reorder();
    });
    connect(&workspace_, &Workspace::windowMoved, this, [this] {
        refreshFindings();
        refreshOverlay();
        Q_EMIT overlayChanged();
    });
    connect(&workspace_.selection(), &SelectionHub::currentChanged, this, [this] {
        refreshOverlay();
        Q_EMIT overlayChanged();
    });
    rebuildIndex();
}

TimelineModel::~TimelineModel() = default;

int TimelineModel::rowOf(ProcessId lane) const {
    return lane.value < rowOf_.size() ? rowOf_[lane.value] : -1;
}

QString TimelineModel::laneName(int row) const {
    return workspace_.imageName(lanes_[static_cast<std::size_t>(row)]);
}

QString TimelineModel::lanePid(int row) const {
    const auto capture = workspace_.capture();
    const ProcessId lane = lanes_[static_cast<std::size_t>(row)];
    if (!capture || lane.value >= capture->processes.lives.size()) {
        return {};
    }
    const ProcessLife& life = capture->processes.lives[lane.value];
    QString text = life.pid == 0 ? QString() : QString::number(life.pid);
    if (capture->hosts.size() > 1 && life.host.value < capture->hosts.size()) {
        text += (text.isEmpty() ? QString() : QStringLiteral(" \u00b7 ")) +
                fromEvidence(capture->strings->text(capture->hosts[life.host.value]))
                    .section(QLatin1Char('.'), 0, 0);  // lanes are narrow: the tree has the full name
    }
    return text;
}

void TimelineModel::rebuildIndex() {
    const auto capture = workspace_.capture();
    columns_ = workspace_.columns();
    filtered_ = workspace_.filtered();
    positionOfEvent_.clear();
    refreshWhole();
    if (!capture || !columns_) {
        jobs_->cancel();
        index_.reset();
        refreshFindings();
        refreshOverlay();
        reorder();
        return;
    }
    const std::size_t processes = capture->processes.lives.size();
    auto work = [columns = columns_, filtered = filtered_, processes](std::stop_token stop) {
        return LaneIndex::build(*columns, processes, filtered.get(), std::move(stop));
    };
    auto done = [this](Result<LaneIndex>&& built) {
        if (built.ok()) {
            index_ = std::make_shared<const LaneIndex>(std::move(built).value());
            refreshFindings();
            refreshOverlay();
            reorder();
        }
    };
    const std::size_t events = filtered_ ? filtered_->size() : columns_->size();
    if (events <= kBuildHere) {
        jobs_->cancel();
        done(work({}));
    } else {
        jobs_->run(std::move(work), std::move(done));
    }
}

void TimelineModel::refreshWhole() {
    whole_ = {};
    if (!columns_) {
        return;
    }
    // Events without a time sort first; they lie on no axis.
    const auto first = std::partition_point(columns_->time.begin(), columns_->time.end(),
                                            [](UtcNanos t) { return t.none(); });
    if (first == columns_->time.end()) {
        return;
    }
    const Nanos span = difference(columns_->time.back(), *first);
    const Nanos margin{std::max<std::int64_t>(span.count / 50, span.count == 0 ? kSecond.count : 1)};
    whole_ = {shifted(*first, -margin), shifted(columns_->time.back(), margin)};
}

void TimelineModel::refreshFindings() {
    findings_.clear();
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return;
    }
    const auto rows = view->rows();
    for (const std::uint32_t row : view->visible(0, kMaxFindings)) {
        const Finding& f = rows[row];
        findings_.push_back({f.id, f.source, f.target, f.anchor_time,
                             classOfSignal(view->analysis().capture(), f.anchor), f.damped});
    }
}

void TimelineModel::refreshOverlay() {
    overlay_.reset();
    const FindingView* view = workspace_.findings();
    const auto* id = std::get_if<ChainId>(&workspace_.selection().current());
    if (view == nullptr || id == nullptr) {
        return;
    }
    const auto row = view->find(*id);
    if (!row) {
        return;
    }
    const Finding& finding = view->rows()[*row];
    const Capture& capture = view->analysis().capture();
    ChainOverlay overlay;
    overlay.id = finding.id;
    overlay.source = finding.source;
    overlay.target = finding.target;
    const Explanation why = view->explain(finding);
    overlay.anchor = capture.signals.time[why.anchor];
    overlay.anchorClass = classOfSignal(capture, why.anchor);
    for (const Evidence& e : why.evidence) {
        if (overlay.marks.size() >= kMaxChainMarks) {
            break;
        }
        const OperationClass operation = classOfSignal(capture, e.signal);
        const bool isAnchor = e.signal == why.anchor;
        if (e.witness && !isAnchor && (overlay.first.none() || e.time < overlay.first)) {
            overlay.first = e.time;
        }
        if (operation != OperationClass::image) {
            overlay.marks.push_back({finding.source, e.time, operation, e.event, e.witness});
        }
        if (isAnchor || operation == OperationClass::image || operation == OperationClass::execute) {
            overlay.marks.push_back({finding.target, e.time, operation, e.event, e.witness});
        }
    }
    if (!overlay.first.none() && finding.kind != FindingKind::lone) {
        overlay.spanText = fromOurs(describe_duration(difference(overlay.anchor, std::min(overlay.first, overlay.anchor))));
    }
    overlay_ = std::move(overlay);
}

void TimelineModel::reorder() {
    lanes_.clear();
    const std::size_t processes = index_ ? index_->size() : 0;
    rowOf_.assign(processes, -1);
    const auto add = [&](ProcessId p) {
        if (p.value < processes && rowOf_[p.value] < 0) {
            rowOf_[p.value] = static_cast<std::int32_t>(lanes_.size());
            lanes_.push_back(p);
        }
    };
    if (index_) {
        for (const FindingMark& f : findings_) {
            // A finding whose processes the filter hides keeps no empty lane.
            if (index_->events(f.source).empty() && index_->events(f.target).empty()) {
                continue;
            }
            add(f.source);
            add(f.target);
        }
        for (const ProcessId p : index_->busiest()) {
            add(p);
        }
    }
    Q_EMIT lanesChanged();
}

void TimelineModel::raiseCurrent() {
    if (!overlay_ || !index_ || overlay_->target.value >= rowOf_.size()) {
        return;
    }
    std::vector<ProcessId> order{overlay_->target};
    if (overlay_->source != overlay_->target && overlay_->source.value < rowOf_.size()) {
        order.insert(order.begin(), overlay_->source);
    }
    for (const ProcessId p : lanes_) {
        if (p != overlay_->source && p != overlay_->target) {
            order.push_back(p);
        }
    }
    lanes_ = std::move(order);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        rowOf_[lanes_[i].value] = static_cast<std::int32_t>(i);
    }
    Q_EMIT lanesChanged();
}

std::vector<std::uint32_t> TimelineModel::density(int bars) const {
    std::vector<std::uint32_t> out(static_cast<std::size_t>(std::max(bars, 0)), 0);
    if (!columns_ || out.empty() || whole_.from.none()) {
        return out;
    }
    const auto rankOf = [&](UtcNanos t) -> std::size_t {
        if (filtered_) {
            const auto at = std::partition_point(filtered_->begin(), filtered_->end(),
                                                 [&](std::uint32_t i) { return columns_->time[i] < t; });
            return static_cast<std::size_t>(at - filtered_->begin());
        }
        const auto at = std::lower_bound(columns_->time.begin(), columns_->time.end(), t);
        return static_cast<std::size_t>(at - columns_->time.begin());
    };
    std::size_t rank = rankOf(whole_.from);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::size_t next = rankOf(columnStart(whole_.from, whole_.to, i + 1, out.size()));
        out[i] = static_cast<std::uint32_t>(next - rank);
        rank = next;
    }
    return out;
}

std::int64_t TimelineModel::positionOf(EventId event) const {
    if (!columns_) {
        return -1;
    }
    if (positionOfEvent_.empty()) {
        std::uint32_t largest = 0;
        for (const EventId id : columns_->id) {
            largest = id.none() ? largest : std::max(largest, id.value);
        }
        if (largest > 4 * columns_->size() + 1024) {
            return -1;  // ids of a hostile case: not dense, so no table by id
        }
        positionOfEvent_.assign(static_cast<std::size_t>(largest) + 1, kNowhere);
        for (std::uint32_t i = 0; i < columns_->size(); ++i) {
            if (!columns_->id[i].none()) {
                positionOfEvent_[columns_->id[i].value] = i;
            }
        }
    }
    if (event.value >= positionOfEvent_.size() || positionOfEvent_[event.value] == kNowhere) {
        return -1;
    }
    return positionOfEvent_[event.value];
}

std::optional<TimeRange> TimelineModel::rangeOfCurrent() const {
    const Item& current = workspace_.selection().current();
    if (overlay_ && !overlay_->anchor.none()) {
        const UtcNanos first = overlay_->first.none() ? overlay_->anchor : std::min(overlay_->first, overlay_->anchor);
        const Nanos span = difference(overlay_->anchor, first);
        const Nanos around = std::max(kLeastContext, Nanos{span.count / 5});
        return TimeRange{shifted(first, -around), shifted(overlay_->anchor, around)};
    }
    if (const auto* event = std::get_if<EventId>(&current)) {
        const std::int64_t at = positionOf(*event);
        if (at >= 0 && !columns_->time[static_cast<std::size_t>(at)].none()) {
            const UtcNanos t = columns_->time[static_cast<std::size_t>(at)];
            return TimeRange{shifted(t, -kLeastContext), shifted(t, kLeastContext)};
        }
    }
    if (const auto* process = std::get_if<ProcessId>(&current)) {
        const auto own = index_ ? index_->events(*process) : std::span<const std::uint32_t>{};
        if (!own.empty()) {
            const UtcNanos first = columns_->time[own.front()];
            const UtcNanos last = columns_->time[own.back()];
            const Nanos margin{std::max(kSecond.count, difference(last, first).count / 20)};
            return TimeRange{shifted(first, -margin), shifted(last, margin)};
        }
    }
    return std::nullopt;
}

Item TimelineModel::itemAt(int row, UtcNanos t, Nanos reach) const {
    if (!index_ || row < 0 || row >= static_cast<int>(lanes_.size())) {
        return {};
    }
    const ProcessId lane = lanes_[static_cast<std::size_t>(row)];
    const auto away = [&](UtcNanos other) {
        return other < t ? difference(t, other) : difference(other, t);
    };
    Item best;
    Nanos least = reach;
    if (overlay_) {
        for (const ChainMark& mark : overlay_->marks) {
            if (mark.lane == lane && away(mark.time) <= least) {
                least = away(mark.time);
                best = mark.event;
            }
        }
    }
    for (const FindingMark& mark : findings_) {
        const bool own = overlay_ && mark.id == overlay_->id;
        if (!own && (mark.source == lane || mark.target == lane) && away(mark.anchor) < least) {
            least = away(mark.anchor);
            best = mark.id;
        }
    }
    if (!std::holds_alternative<std::monostate>(best)) {
        return best;
    }
    const std::int64_t at = index_->nearest(lane, *columns_, t);
    if (at >= 0 && away(columns_->time[static_cast<std::size_t>(at)]) <= reach) {
        return columns_->id[static_cast<std::size_t>(at)];
    }
    return {};
}

Item TimelineModel::neighbour(bool forward) const {
    const auto* event = std::get_if<EventId>(&workspace_.selection().current());
    if (event == nullptr || !index_ || !columns_) {
        return {};
    }
    const std::int64_t at = positionOf(*event);
    if (at < 0) {
        return {};
    }
    const auto place = static_cast<std::uint32_t>(at);
    const ProcessId actor = columns_->actor[place];
    const auto own = index_->events(actor.none() ? columns_->target[place] : actor);
    const auto here = std::lower_bound(own.begin(), own.end(), place);
    if (here == own.end() || (forward && here + 1 == own.end()) || (!forward && here == own.begin())) {
        return {};
    }
    return columns_->id[forward ? *(here + 1) : *(here - 1)];
}

QString TimelineModel::tip(const Item& item) const {
    if (const auto* chain = std::get_if<ChainId>(&item)) {
        for (const FindingMark& f : findings_) {
            if (f.id == *chain) {
                return QStringLiteral("%1 \u2192 %2\n%3").arg(workspace_.processLabel(f.source),
                                                              workspace_.processLabel(f.target),
                                                              workspace_.timeText(f.anchor));
            }
        }
    }
    if (const auto* event = std::get_if<EventId>(&item)) {
        const std::int64_t at = positionOf(*event);
        if (at >= 0) {
            return eventTip(workspace_, *columns_, static_cast<std::size_t>(at));
        }
    }
    return {};
}

}  // namespace trocar::ui
