#include "ui/views/case/case_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr int kPause = 60;               ///< ms: changes come in bunches
constexpr std::size_t kMostRows = 200;   ///< of any list of this page; more are counted in words
constexpr std::size_t kMostPlaces = 5;   ///< places of one loss; the query console has the others
constexpr int kPageWidth = 980;

QLabel* label(const QString& text, const char* role, QWidget* parent) {
    auto* l = new QLabel(text, parent);
    l->setTextFormat(Qt::PlainText);
    l->setWordWrap(true);
    l->setTextInteractionFlags(Qt::TextSelectableByMouse);
    l->setFocusPolicy(Qt::NoFocus);
    // A long word (a digest, a file name) must not make the page wider than the pane.
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    l->setSizePolicy(policy);
    if (role != nullptr) {
        l->setProperty("role", QString::fromLatin1(role));
    }
    return l;
}

void heading(const QString& text, const QString& about, QVBoxLayout* box, QWidget* parent) {
    auto* title = new QLabel(text, parent);
    title->setFont(theme().heading);
    box->addSpacing(box->isEmpty() ? 0 : 18);
    box->addWidget(title);
    if (!about.isEmpty()) {
        box->addWidget(label(about, "muted", parent));
    }
    box->addSpacing(4);
}

QString day(const Workspace& workspace, UtcNanos at) {
    return fromOurs(format_time(at, 0, workspace.timeFormat().zoneMinutes)) + QLatin1Char(' ') + workspace.timeFormat().zoneName;
}

}  // namespace

CaseView::CaseView(Workspace& workspace, QWidget* parent) : QScrollArea(parent), workspace_(workspace) {
    setAccessibleName(tr("Case"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    soon_.setSingleShot(true);
    soon_.setInterval(kPause);
    connect(&soon_, &QTimer::timeout, this, &CaseView::rebuild);
    for (auto signal : {&Workspace::caseChanged, &Workspace::captureChanged, &Workspace::verdictsChanged,
                        &Workspace::bookmarksChanged, &Workspace::findingsChanged, &Workspace::windowMoved,
                        &Workspace::timeFormatChanged, &Workspace::importFinished}) {
        connect(&workspace_, signal, this, &CaseView::outdated);
    }
    rebuild();
}

void CaseView::outdated() {
    stale_ = true;
    if (isVisible()) {
        soon_.start();
    }
}

void CaseView::showEvent(QShowEvent* event) {
    QScrollArea::showEvent(event);
    if (stale_) {
        rebuild();
    }
}

void CaseView::rebuild() {
    stale_ = false;
    const int at = verticalScrollBar()->value();
    auto* holder = new QWidget(this);
    holder->setAutoFillBackground(true);
    holder->setBackgroundRole(QPalette::Base);
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(20, 16, 20, 20);
    page_ = new QWidget(holder);
    page_->setMaximumWidth(kPageWidth);
    auto* box = new QVBoxLayout(page_);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(3);
    row->addWidget(page_, 1);
    row->addStretch(0);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    if (workspace_.hasCase()) {
        addSources(box);
        addRules(box);
        addBookmarks(box);
        addLog(box);
    } else {
        box->addWidget(label(tr("No case is open."), "muted", page_));
    }
    box->addStretch(1);
    setWidget(holder);  // deletes the page before
    holder->show();
    verticalScrollBar()->setValue(at);
}

void CaseView::addSources(QVBoxLayout* box) {
    const CaseInfo& info = workspace_.info();
    const std::uint64_t rejected = info.rejected();
    QString about = counted(info.sources.size(), tr("%1 file"), tr("%1 files")) + tr(", %1 records kept, ").arg(groupedNumber(info.events)) +
                    (rejected == 0 ? tr("none rejected.") : tr("%1 rejected: their bytes are kept, they are not correlated.").arg(groupedNumber(rejected)));
    heading(tr("Evidence"), about, box, page_);
    for (const std::string& text : info.unfinished) {
        box->addWidget(label(tr("Unfinished: %1").arg(fromEvidence(text)), "negative", page_));
    }
    const std::size_t left = info.not_read.size() > kMostRows ? info.not_read.size() - kMostRows : 0;
    for (std::size_t i = info.not_read.size(); i > left; --i) {  // newest first
        const LogLine& line = info.not_read[i - 1];
        box->addWidget(label(fromEvidence(line.what) + QStringLiteral(" · ") + day(workspace_, line.at), "muted", page_));
    }
    if (left > 0) {
        box->addWidget(label(tr("and %1 more files that were not read").arg(groupedNumber(left)), "muted", page_));
    }
    for (std::size_t i = 0; i < std::min(kMostRows, info.sources.size()); ++i) {
        const SourceInfo& source = info.sources[i];
        auto* name = label(fromEvidence(file_name(source.path)), "name", page_);
        name->setToolTip(fromEvidence(source.path));
        box->addSpacing(6);
        box->addWidget(name);
        box->addWidget(label(tr("%1 records, %2 to %3, read as %4%5")
                                 .arg(groupedNumber(source.events), day(workspace_, source.first_time),
                                      day(workspace_, source.last_time), fromEvidence(source.importer),
                                      source.complete ? QString() : tr(", in part: the import was cut short")),
                             nullptr, page_));
        auto* hash = label(tr("SHA-256 %1").arg(fromEvidence(source.sha256)), "muted", page_);
        hash->setFont(theme().small);
        box->addWidget(hash);
        for (const LossCount& loss : source.losses) {
            box->addWidget(label(QStringLiteral("%1 × %2: %3").arg(groupedNumber(loss.count), fromEvidence(loss.name), fromEvidence(loss.help)),
                                 loss.severity == LossSeverity::error ? "negative" : "muted", page_));
            if (loss.severity == LossSeverity::info) {
                continue;
            }
            QStringList places;
            for (std::size_t p = 0; p < std::min(kMostPlaces, loss.places.size()); ++p) {
                const LossPlace& place = loss.places[p];
                places += tr("record %1 at offset %2%3").arg(place.record).arg(place.offset)
                              .arg(place.what.empty() ? QString() : QStringLiteral(": ") + fromEvidence(place.what));
            }
            const auto listed = static_cast<std::uint64_t>(places.size());
            if (loss.count > listed && !places.isEmpty()) {
                places += tr("and %1 more").arg(groupedNumber(loss.count - listed));
            }
            if (!places.isEmpty()) {
                auto* where = label(places.join(QLatin1Char('\n')), "muted", page_);
                where->setFont(theme().small);
                where->setContentsMargins(16, 0, 0, 0);
                box->addWidget(where);
            }
        }
    }
    if (info.sources.size() > kMostRows) {
        box->addWidget(label(tr("and %1 more files").arg(groupedNumber(info.sources.size() - kMostRows)), "muted", page_));
    }
}

void CaseView::addRules(QVBoxLayout* box) {
    const auto& rules = workspace_.suppressions();
    const std::uint32_t hidden = workspace_.findings() == nullptr ? 0 : workspace_.findings()->counts().suppressed;
    heading(tr("Hidden by rules"),
            rules.empty() ? tr("Nothing is hidden. Chain > Hide chains like this… makes a rule for the current chain.")
                          : counted(hidden, tr("%1 row is hidden by these rules at the present parameters."),
                                    tr("%1 rows are hidden by these rules at the present parameters.")),
            box, page_);
    // Counts belong to the rules that the findings were made with; while they are made anew none is said.
    const auto each = workspace_.findings() == nullptr ? std::vector<std::uint32_t>{} : workspace_.findings()->hidden_by_rule();
    const bool counts = each.size() == static_cast<std::size_t>(std::count_if(
                                           rules.begin(), rules.end(), [](const Suppression& s) { return !s.revoked; }));
    std::size_t active = 0;
    for (std::size_t i = 0; i < std::min(kMostRows, rules.size()); ++i) {
        const Suppression& rule = rules[i];
        const QString hides = rule.revoked || !counts ? QString()
                                                      : tr(" · hides %1 now").arg(groupedNumber(each[active]));
        active += rule.revoked ? 0U : 1U;
        const QString pair = tr("%1 → %2").arg(fromEvidence(rule.source_glob), fromEvidence(rule.target_glob));
        auto* row = new QHBoxLayout;
        row->setSpacing(12);
        auto* words = new QVBoxLayout;
        words->setSpacing(1);
        words->addWidget(label(pair, rule.revoked ? "faint" : "name", page_));
        const QString reason = rule.reason.empty() ? tr("no reason given") : fromEvidence(rule.reason);
        words->addWidget(label(tr("%1 · since %2%3").arg(reason, day(workspace_, rule.at), rule.revoked ? tr(" · revoked") : hides),
                               "muted", page_));
        row->addLayout(words, 1);
        auto* change = new QPushButton(rule.revoked ? tr("Restore") : tr("Revoke"), page_);
        change->setAccessibleName(tr("%1 the rule %2").arg(change->text(), pair));
        change->setToolTip(rule.revoked ? tr("Hide these chains again") : tr("Show these chains again; the rule stays listed"));
        const std::int64_t id = rule.id;
        const bool revoke = !rule.revoked;
        connect(change, &QPushButton::clicked, this, [this, id, revoke] { workspace_.revokeSuppression(id, revoke); });
        row->addWidget(change, 0, Qt::AlignVCenter);
        box->addLayout(row);
        box->addSpacing(4);
    }
}

void CaseView::addBookmarks(QVBoxLayout* box) {
    const auto& marks = workspace_.bookmarks();
    heading(tr("Bookmarks"), marks.empty() ? tr("No event is bookmarked. B sets a bookmark on the current event.") : QString(), box, page_);
    if (marks.empty()) {
        return;
    }
    auto* list = new QVBoxLayout;
    list->setSpacing(3);
    box->addLayout(list);
    std::vector<EventId> ids(marks.begin(), marks.begin() + static_cast<std::ptrdiff_t>(std::min(kMostRows, marks.size())));
    workspace_.fetchEvents(std::move(ids), page_, [this, list, page = page_](const std::vector<EventRow>& rows) {
        for (const EventRow& event : rows) {
            QString words = workspace_.timeText(event.time) + QStringLiteral("   ") + fromOurs(name(event.operation));
            if (!event.actor.none()) {
                words += QStringLiteral("   ") + workspace_.processLabel(event.actor);
            }
            if (!event.target.none()) {
                words += QStringLiteral(" → ") + workspace_.processLabel(event.target);
            }
            auto* open = new QPushButton(words, page);
            open->setProperty("link", true);
            open->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
            open->setAccessibleName(tr("Go to %1").arg(words));
            open->setToolTip(tr("Make this event current"));
            connect(open, &QPushButton::clicked, this, [this, id = event.id] { workspace_.selection().setCurrent(id); });
            list->addWidget(open);
        }
    });
}

void CaseView::addLog(QVBoxLayout* box) {
    heading(tr("What was done"), tr("The case keeps this list; nothing in it can be changed or taken out."), box, page_);
    auto* list = label(QString(), "muted", page_);
    box->addWidget(list);
    workspace_.fetchLog(list, [this, list](const std::vector<LogLine>& lines) {
        QStringList words;
        const std::size_t from = lines.size() > kMostRows ? lines.size() - kMostRows : 0;
        for (std::size_t i = lines.size(); i > from; --i) {  // newest first
            words += day(workspace_, lines[i - 1].at) + QStringLiteral("   ") + fromEvidence(lines[i - 1].what);
        }
        if (from > 0) {
            words += tr("and %1 earlier lines").arg(groupedNumber(from));
        }
        list->setText(words.join(QLatin1Char('\n')));
    });
}

QWidget* makeCaseView(Workspace& workspace, QWidget* parent) {
    return new CaseView(workspace, parent);
}

}  // namespace trocar::ui
