#include "ui/viewmodel/item_card.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/guid.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/event_text.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr std::size_t kMostOther = 6;    ///< evidence beside the path that is listed
constexpr std::size_t kMostLinks = 20;
constexpr std::size_t kMostRights = 4;

QString word(const char* text, int n = -1) {
    return QCoreApplication::translate("Inspector", text, nullptr, n);
}

/// Position of an event whose time is known. O(log n + events at that instant).
std::optional<std::size_t> positionAt(const EventColumns* columns, EventId event, UtcNanos time) {
    if (columns == nullptr) {
        return std::nullopt;
    }
    for (auto at = std::lower_bound(columns->time.begin(), columns->time.end(), time);
         at != columns->time.end() && *at == time; ++at) {
        const auto place = static_cast<std::size_t>(at - columns->time.begin());
        if (columns->id[place] == event) {
            return place;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> positionOf(const EventColumns* columns, EventId event) {
    if (columns == nullptr || event.none()) {
        return std::nullopt;
    }
    const auto at = std::find(columns->id.begin(), columns->id.end(), event);
    return at == columns->id.end() ? std::nullopt
                                   : std::optional(static_cast<std::size_t>(at - columns->id.begin()));
}

QStringList shortRights(const std::vector<std::string>& rights) {
    QStringList out;
    for (const std::string& right : rights) {
        if (out.size() == static_cast<qsizetype>(kMostRights)) {
            out += word("%1 more").arg(rights.size() - kMostRights);
            break;
        }
        const QString text = fromOurs(right);
        out += text.startsWith(QLatin1String("PROCESS_")) ? text.mid(8) : text;
    }
    return out;
}

CardEvidence evidenceLine(const Workspace& workspace, const Capture& capture, const EventColumns* columns, const Evidence& e) {
    CardEvidence line;
    line.event = e.event;
    line.witness = e.witness;
    line.detail = fromEvidence(e.text);
    line.head = fromOurs(e.stage);
    line.stamp = workspace.timeText(e.time);
    if (e.signal < capture.signals.size()) {
        line.operation = classOfRole(capture.signals.role[e.signal]);
    }
    if (const auto at = positionAt(columns, e.event, e.time)) {
        line.head = fromOurs(name(columns->operation[*at]));
        line.stamp += QStringLiteral("  ") + sourceOfEvent(capture, *columns, *at);
    }
    if (e.signal < capture.record.size()) {
        line.stamp += QStringLiteral("  #%1").arg(capture.record[e.signal]);
    }
    return line;
}

OperationClass classOfStep(const std::string& step) {
    for (int r = 0; r < kRoleCount; ++r) {
        if (name(static_cast<Role>(r)) == step) {
            return classOfRole(static_cast<Role>(r));
        }
    }
    return OperationClass::other;
}

Fact fact(const char* title, const QString& value, const QString& remark = {}) {
    return {word(title), value, remark, {}, {}};
}

}  // namespace

std::optional<ChainCard> chainCard(const Workspace& workspace, ChainId id) {
    const FindingView* view = workspace.findings();
    const auto found = view == nullptr ? std::nullopt : view->find(id);
    if (!found) {
        return std::nullopt;
    }
    const Finding& f = view->rows()[*found];
    const Capture& capture = view->analysis().capture();
    const auto columns = workspace.columns();
    const Explanation why = view->explain(f);
    ChainCard card;
    card.id = f.id;
    card.sourceProcess = f.source;
    card.targetProcess = f.target;
    card.source = workspace.processLabel(f.source);
    card.target = workspace.processLabel(f.target);
    card.technique = fromOurs(f.technique);
    card.grade = QStringLiteral("%1 \u00b7 %2").arg(fromOurs(name(f.grade))).arg(f.confidence);
    card.sentence = fromEvidence(why.sentence);
    card.vanishes = fromEvidence(why.vanishes);
    std::size_t others = 0;
    UtcNanos previous;
    for (const Evidence& e : why.evidence) {
        const bool isAnchor = e.signal == why.anchor;
        if (!e.witness && !isAnchor && ++others > kMostOther) {
            ++card.more;
            continue;
        }
        CardEvidence line = evidenceLine(workspace, capture, columns.get(), e);
        if (isAnchor) {
            line.witness = true;
            card.anchor = e.event;
            if (f.folded > 1) {
                line.head += QStringLiteral(" \u00d7%1").arg(f.folded);
            }
        }
        if (line.witness) {
            if (!previous.none() && !card.evidence.empty()) {
                const Nanos gap = difference(e.time, previous);
                const bool binding = isAnchor && f.kind == FindingKind::chain && why.vanishes.starts_with("TimeWindow");
                const QString text = QStringLiteral("+%1").arg(fromOurs(describe_duration(std::max(gap, Nanos{0}))));
                card.evidence.back().gapAfter = binding ? text + QStringLiteral(" \u00b7 ") + word("vanishes below this TimeWindow") : text;
            }
            previous = e.time;
        }
        card.evidence.push_back(std::move(line));
    }
    for (const std::string& step : why.missing) {
        const bool apart = std::any_of(why.evidence.begin(), why.evidence.end(),
                                       [&](const Evidence& e) { return e.stage == step && e.signal != why.anchor; });
        if (apart) {  // it is listed above, though nothing links it at these parameters
            card.missing.emplace_back(classOfStep(step), word("%1: recorded, but not linked at these parameters").arg(fromOurs(step)));
            continue;
        }
        card.missing.emplace_back(classOfStep(step), word("%1: not recorded here, though this capture could show it").arg(fromOurs(step)));
    }
    for (const std::string& step : why.invisible) {
        card.missing.emplace_back(classOfStep(step), word("%1: no channel of this capture can show it").arg(fromOurs(step)));
    }
    if (!why.rights_all.empty()) {
        card.alsoVanishes += word("AccessMask requires %1").arg(shortRights(why.rights_all).join(word(" or ")));
    }
    if (!why.rights_any.empty()) {
        card.alsoVanishes += word("AccessMask (any) keeps none of %1").arg(shortRights(why.rights_any).join(QStringLiteral(", ")));
    }
    for (const Reason& reason : why.reasons) {
        card.addends.emplace_back(reason.points < 0 ? QStringLiteral("\u2212%1").arg(-reason.points)
                                                    : QStringLiteral("+%1").arg(reason.points),
                                  fromEvidence(reason.text));
    }
    const std::size_t could = why.observed.size() + why.missing.size();
    card.completeness = word("%1 of %2 steps this capture could show").arg(why.observed.size()).arg(could);
    card.runnerUp = fromEvidence(why.runner_up);
    return card;
}

QString evidenceText(const Workspace& workspace, ChainId id) {
    const FindingView* view = workspace.findings();
    const auto card = chainCard(workspace, id);
    if (!card || view == nullptr) {
        return {};
    }
    const Finding& f = view->rows()[*view->find(id)];
    const Capture& capture = view->analysis().capture();
    const auto columns = workspace.columns();
    const Explanation why = view->explain(f);
    QStringList lines;
    lines += QStringLiteral("%1 \u2192 %2  %3  (%4)").arg(card->source, card->target, card->technique, card->grade);
    lines += card->sentence;
    lines += workspace.imagePath(f.source) + QStringLiteral(" \u2192 ") + workspace.imagePath(f.target);
    for (const Evidence& e : why.evidence) {
        const CardEvidence line = evidenceLine(workspace, capture, columns.get(), e);
        const auto stamp = e.time.none() ? QStringLiteral("\u2013")
                                         : fromOurs(format_time(e.time, 9, workspace.timeFormat().zoneMinutes)) +
                                               QLatin1Char(' ') + workspace.timeFormat().zoneName;
        QString place;
        if (const SourceId source = capture.source_of(e.event); source.value < capture.sources.size()) {
            place = QStringLiteral("  [%1").arg(fromEvidence(capture.sources[source.value].name));
            place += e.signal < capture.record.size() ? QStringLiteral(" #%1]").arg(capture.record[e.signal])
                                                      : QStringLiteral("]");
        }
        lines += QStringLiteral("%1 %2  %3  %4%5").arg(line.witness ? QStringLiteral("*") : QStringLiteral(" "), stamp,
                                                       line.head, line.detail, place);
    }
    lines += word("Vanishes: %1").arg(card->vanishes);
    for (const auto& [points, words] : card->addends) {
        lines += QStringLiteral("%1  %2").arg(points, 4).arg(words);
    }
    lines += word("Chain id: %1").arg(fromOurs(format_chain_id(id)));
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

std::vector<Fact> eventFacts(const Workspace& workspace, EventId id) {
    const auto capture = workspace.capture();
    const auto columns = workspace.columns();
    const auto at = positionOf(columns.get(), id);
    if (!capture || !at) {
        return {};
    }
    std::vector<Fact> facts;
    facts.push_back(fact("Time", QStringLiteral("%1 %2").arg(fromOurs(format_time(columns->time[*at], 9, workspace.timeFormat().zoneMinutes)),
                                                             workspace.timeFormat().zoneName)));
    if (columns->time[*at].none()) {
        facts.back().value = word("not readable");
    }
    const std::size_t channel = columns->channel[*at];
    if (channel < columns->channels.size() && columns->channels[channel].host.value < capture->hosts.size()) {
        facts.push_back(fact("Host", fromEvidence(capture->strings->text(capture->hosts[columns->channels[channel].host.value]))));
    }
    facts.push_back(fact("Event", sourceOfEvent(*capture, *columns, *at)));
    facts.push_back(fact("Operation", fromOurs(name(columns->operation[*at]))));
    const auto process = [&](const char* title, ProcessId p) {
        if (!p.none()) {
            facts.push_back({word(title), workspace.processLabel(p), {}, p, {}});
        }
    };
    process("Source", columns->actor[*at]);
    process("Target", columns->target[*at]);
    const SourceId source = capture->source_of(id);
    if (source.value < capture->sources.size()) {
        facts.push_back(fact("File", fromEvidence(capture->sources[source.value].name)));
    }
    return facts;
}

namespace {

/// Who made the process, where that is not simply its parent on record.
void add_creator(const Workspace& workspace, const Capture& capture, ProcessId id, ProcessCard& card) {
    const Creation& creation = creation_of(capture, id);
    if (creation.kind == CreatorKind::unknown || creation.kind == CreatorKind::parent) {
        return;
    }
    const auto remark = [&] {
        switch (creation.kind) {
            case CreatorKind::spoofed:
                return word("the parent is spoofed (T1134.004): the create handle went to this process");
            case CreatorKind::broker: return word("on behalf of the parent: %1").arg(fromOurs(creation.broker));
            case CreatorKind::contested:
                return word("or the parent: this process opened it at its start by a bare system call");
            default: return word("by its create handle; the event names no parent");
        }
    }();
    card.facts.push_back({word("Made by"), workspace.processLabel(creation.creator), remark, creation.creator,
                          capture.signals.event[creation.handle]});
}

}  // namespace

ProcessCard processCard(const Workspace& workspace, ProcessId id) {
    ProcessCard card;
    card.title = workspace.processLabel(id);
    const auto capture = workspace.capture();
    if (!capture || id.value >= capture->processes.lives.size()) {
        return card;
    }
    const ProcessLife& life = capture->processes.lives[id.value];
    const auto text = [&](StringId s) { return fromEvidence(capture->strings->text(s)); };
    const auto add = [&](const char* title, const QString& value, const QString& remark = {}) {
        if (!value.isEmpty()) {
            card.facts.push_back(fact(title, value, remark));
        }
    };
    add("Image", text(life.image));
    if (!text(life.later_image).isEmpty()) {
        add("Later image", text(life.later_image), word("the image name changed during this life"));
    }
    add("Pid", life.pid == 0 ? QString() : QString::number(life.pid));
    if (!life.guid.none()) {
        add("Guid", fromOurs(format_guid(life.guid)));
    }
    add("Command line", text(life.command_line));
    add("User", text(life.user));
    add("Integrity", text(life.integrity));
    if (life.host.value < capture->hosts.size()) {
        add("Host", text(capture->hosts[life.host.value]));
    }
    if (!life.parent.none() && life.parent.value < capture->processes.lives.size()) {
        card.facts.push_back({word("Parent"), workspace.processLabel(life.parent), {}, life.parent, {}});
    }
    add_creator(workspace, *capture, id, card);
    const auto stamp = [&](UtcNanos t) {
        return QStringLiteral("%1 %2").arg(fromOurs(format_time(t, 3, workspace.timeFormat().zoneMinutes)), workspace.timeFormat().zoneName);
    };
    if (!life.start.none() && !life.start_inferred) {
        card.facts.push_back({word("Started"), stamp(life.start), {}, {}, life.create_event});
    } else if (!life.first_seen.none()) {
        add("First seen", stamp(life.first_seen), word("start not recorded: inferred"));
    }
    if (!life.end.none()) {
        card.facts.push_back({word("Ended"), stamp(life.end), {}, {}, life.exit_event});
    } else if (!life.last_seen.none()) {
        add("Last seen", stamp(life.last_seen), word("no end recorded"));
    }
    const FindingView* view = workspace.findings();
    if (view == nullptr) {
        return card;
    }
    for (const std::uint32_t row : view->visible(0, view->rows().size())) {
        const Finding& f = view->rows()[row];
        if (f.source != id && f.target != id) {
            continue;
        }
        if (card.chains.size() >= kMostLinks) {
            ++card.more;
            continue;
        }
        const QString other = f.source == id ? QStringLiteral("\u2192 ") + workspace.processLabel(f.target)
                                             : QStringLiteral("\u2190 ") + workspace.processLabel(f.source);
        card.chains.push_back({f.id, other,
                               QStringLiteral("%1 \u00b7 %2 \u00b7 %3").arg(fromOurs(name(f.kind)), fromOurs(f.technique)).arg(f.confidence),
                               f.damped});
    }
    return card;
}

QString visibleLines(std::string_view text, std::size_t limit) {
    const bool cut = text.size() > limit;
    text = text.substr(0, limit);
    QString out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        // Tabs are layout here, not evidence that hides.
        std::string spaced;
        for (const char c : line) {
            spaced += c == '\t' ? std::string("    ") : std::string(1, c);
        }
        out += fromEvidence(spaced) + QLatin1Char('\n');
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    if (cut) {
        out += word("(cut here, after %1 bytes)").arg(limit);
    }
    return out;
}

}  // namespace trocar::ui
