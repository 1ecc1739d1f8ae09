// Words about findings that the head of the list, its tab and its warning bar show.

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

#include "core/detect/event_signals.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/chain_table.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

QString word(const char* text, int n = -1) {
    return QCoreApplication::translate("Findings", text, nullptr, n);
}

constexpr qsizetype kMostHosts = 3;

/// Roles that some mandatory stage of any pattern can be filled with, a mask a stage.
std::vector<std::pair<std::string_view, std::uint32_t>> mandatoryStages(const Analytic& analytic) {
    std::vector<std::pair<std::string_view, std::uint32_t>> stages;
    for (const Pattern& pattern : analytic.patterns) {
        for (const Stage& stage : pattern.stages) {
            if (stage.optional) {
                continue;
            }
            // Stages of the same name in other patterns are other ways to the same thing.
            const auto same = std::find_if(stages.begin(), stages.end(), [&](const auto& s) { return s.first == stage.name; });
            if (same == stages.end()) {
                stages.emplace_back(stage.name, stage.roles);
            } else {
                same->second |= stage.roles;
            }
        }
        break;  // the first pattern is what the analytic is about; the others merge into it
    }
    return stages;
}

std::uint32_t rolesOnHost(const Capture& capture, HostId host) {
    std::uint32_t roles = 0;
    for (const OperationCount& count : capture.operations) {
        if (count.host == host && count.count > 0) {
            const EventRoles own = roles_of(count.operation);
            for (std::size_t i = 0; i < own.count; ++i) {
                roles |= 1U << static_cast<unsigned>(own.roles[i]);
            }
        }
    }
    return roles;
}

}  // namespace

QString countsText(const Workspace& workspace, int unreviewed) {
    const FindingView* view = workspace.findings();
    if (view == nullptr) {
        return {};
    }
    const FindingCounts counts = view->counts();
    QStringList parts;
    const auto add = [&](std::int64_t n, const QString& text) {
        if (n > 0) {
            parts += QStringLiteral("%1 %2").arg(groupedNumber(static_cast<std::uint64_t>(n)), text);
        }
    };
    add(unreviewed, word("unreviewed"));
    add(counts.lone, word("lone"));
    add(counts.partial, word("partial"));
    add(counts.damped, word("damped"));
    add(counts.suppressed, word("hidden"));
    add(counts.left_out, word("left out"));
    return parts.join(QStringLiteral(" \u00b7 "));
}

QString chainsTitle(const Workspace& workspace) {
    const FindingView* view = workspace.findings();
    if (view == nullptr) {
        return word("Chains");
    }
    QString title = QStringLiteral("%1 %2").arg(word("Chains"), groupedNumber(view->counts().chains));
    if (!workspace.gained().empty()) {
        title += QStringLiteral(" +%1").arg(workspace.gained().size());
    }
    if (!workspace.lost().empty()) {
        title += QStringLiteral(" \u2212%1").arg(workspace.lost().size());
    }
    return title;
}

QString baselineWords(const Workspace& workspace) {
    return workspace.baselineName().isEmpty() ? word("the starting values") : workspace.baselineName();
}

QString suggestionWords(const WindowSuggestion& s, bool there) {
    const QString from = fromOurs(describe_duration(s.from));
    const QString range = s.until == kInfiniteNanos ? word("From %1 on").arg(from)
                                                    : word("From %1 to below %2").arg(from, fromOurs(describe_duration(s.until)));
    const QString kept = s.confirmed == 1 ? word("the true chain is kept") : word("all %1 true are kept").arg(s.confirmed);
    QString words;
    if (s.lost == 0) {
        words = word("No window loses a false chain and keeps every true one. %1 %2.").arg(range, kept);
    } else {
        words = word("%1 %2 and %3 of %4 false are gone, the most there can be").arg(range, kept).arg(s.lost).arg(s.refuted);
        words += there ? word(". The window is there.") : QStringLiteral(".");
    }
    if (s.unlinked > 0) {
        words += QLatin1Char(' ') + word("%1 of your verdicts no window decides.").arg(s.unlinked);
    }
    return words;
}

namespace {

bool isTag(const QString& one) {
    return one.size() > 1 && one.startsWith(QLatin1Char('#')) && !one.mid(1).contains(QLatin1Char('#'));
}

}  // namespace

QStringList tagsOf(const QString& note) {
    static const QRegularExpression blank(QStringLiteral("\\s+"));
    QStringList tags;
    for (const QString& one : note.split(blank, Qt::SkipEmptyParts)) {
        if (isTag(one) && !tags.contains(one, Qt::CaseInsensitive)) {
            tags += one;
        }
    }
    return tags;
}

QString withTags(const QString& note, const QStringList& tags) {
    static const QRegularExpression blank(QStringLiteral("\\s+"));
    QStringList lines;
    for (const QString& line : note.split(QLatin1Char('\n'))) {
        QStringList words;
        for (const QString& one : line.split(blank, Qt::SkipEmptyParts)) {
            if (!isTag(one)) {
                words += one;
            }
        }
        // A line without tags stays letter for letter.
        const bool same = tagsOf(line).isEmpty();
        if (same || !words.isEmpty()) {
            lines += same ? line : words.join(QLatin1Char(' '));
        }
    }
    QString out = lines.join(QLatin1Char('\n')).trimmed();
    QStringList named;
    for (const QString& tag : tags) {
        const QString one = tag.startsWith(QLatin1Char('#')) ? tag : QLatin1Char('#') + tag;
        if (isTag(one) && !named.contains(one, Qt::CaseInsensitive)) {
            named += one;
        }
    }
    if (!named.isEmpty()) {
        out += (out.isEmpty() ? QString() : QStringLiteral("\n")) + named.join(QLatin1Char(' '));
    }
    return out;
}

QString missingCoverage(const Workspace& workspace) {
    const auto capture = workspace.capture();
    if (!capture) {
        return {};
    }
    QStringList sentences;
    for (const auto& [stage, roles] : mandatoryStages(workspace.analytic())) {
        QStringList hosts;
        for (std::uint32_t h = 0; h < capture->hosts.size(); ++h) {
            if ((rolesOnHost(*capture, HostId{h}) & roles) == 0) {
                hosts += fromEvidence(capture->strings->text(capture->hosts[h]));
            }
        }
        if (hosts.isEmpty()) {
            continue;
        }
        const qsizetype more = hosts.size() - kMostHosts;
        if (more > 0) {
            hosts = hosts.mid(0, kMostHosts);
            hosts += word("%1 more").arg(more);
        }
        sentences += word("No %1 event was recorded on %2.").arg(fromOurs(stage), hosts.join(QStringLiteral(", ")));
    }
    return sentences.join(QLatin1Char(' '));
}

QStringList shorterVanishes(const QString& words) {
    // The texts of core/detect/explain; what stays says the value.
    static const std::pair<QLatin1String, QString> kShorter[] = {
        {QLatin1String("execution only: a chain from TimeWindow "), word("a chain from ")},
        {QLatin1String("execution only: "), QString()},
        {QLatin1String("damped: "), QString()},
        {QLatin1String("AccessMask requires "), word("requires ")},
        {QLatin1String("TimeWindow "), QString()}};
    QStringList out;
    if (words.startsWith(QLatin1String("at no value"))) {
        return {word("at no value")};
    }
    for (const auto& [longer, shorter] : kShorter) {
        if (words.startsWith(longer)) {
            out += shorter + words.mid(longer.size());
            break;
        }
    }
    return out;
}

QString pairFilter(const Workspace& workspace, ProcessId source, ProcessId target) {
    const auto capture = workspace.capture();
    if (!capture || source.value >= capture->processes.lives.size() || target.value >= capture->processes.lives.size()) {
        return {};
    }
    // By number only: image names are evidence and could hold what the filter language means something by.
    return QStringLiteral("source.pid = %1 and target.pid = %2")
        .arg(capture->processes.lives[source.value].pid)
        .arg(capture->processes.lives[target.value].pid);
}

TimeRange rangeOfFinding(const Finding& finding) {
    constexpr std::int64_t kLeast = 20 * kSecond.count;
    constexpr std::int64_t kMost = 86'400 * kSecond.count;
    const std::int64_t span = finding.span == kInfiniteNanos ? 0 : std::min(finding.span.count, kMost);
    const Nanos around{std::max(kLeast, span / 5)};
    return {shifted(shifted(finding.anchor_time, Nanos{-span}), -around), shifted(finding.anchor_time, around)};
}

}  // namespace trocar::ui
