#include "ui/viewmodel/chain_table.h"

#include <QStringList>
#include <algorithm>
#include <array>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/event_text.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

/// Rows whose words are kept; beyond it all are forgotten and made again as they are painted.
constexpr std::size_t kMostWords = 4096;

constexpr std::array kStepOrder{Role::create, Role::access, Role::alloc,  Role::protect, Role::write, Role::map,
                                Role::suspend, Role::execute, Role::resume, Role::tamper, Role::load};

void addStep(std::vector<StepMark>& steps, OperationClass operation, bool observed) {
    const bool there = std::any_of(steps.begin(), steps.end(),
                                   [&](const StepMark& s) { return s.operation == operation; });
    if (!there) {
        steps.push_back({operation, observed});
    }
}

std::vector<StepMark> stepsOf(const Finding& finding, const Explanation& why) {
    std::vector<StepMark> steps;
    for (const Role role : kStepOrder) {
        if ((finding.steps >> static_cast<unsigned>(role) & 1U) != 0) {
            addStep(steps, classOfRole(role), true);
        }
    }
    for (const std::string& missing : why.missing) {
        for (const Role role : kStepOrder) {
            if (name(role) == missing) {
                addStep(steps, classOfRole(role), false);
            }
        }
    }
    return steps;
}

}  // namespace

ChainTable::ChainTable(Workspace& workspace, Which which, QObject* parent)
    : QAbstractTableModel(parent), workspace_(workspace), which_(which) {
    connect(&workspace_, &Workspace::caseChanged, this, &ChainTable::replaceAll);
    connect(&workspace_, &Workspace::captureChanged, this, &ChainTable::replaceAll);
    connect(&workspace_, &Workspace::findingsChanged, this, &ChainTable::replaceAll);
    connect(&workspace_, &Workspace::windowMoved, this, &ChainTable::windowMoved);
    connect(&workspace_, &Workspace::verdictsChanged, this, [this] {
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, verdict), index(rowCount() - 1, verdict));
        }
    });
    rows_ = rowsNow();
}

int ChainTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size() + unknown_.size());
}

int ChainTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnCount_;
}

std::vector<std::uint32_t> ChainTable::rowsNow() const {
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return {};
    }
    if (which_ == Which::visible) {
        return view->visible(0, view->rows().size());
    }
    std::vector<std::uint32_t> rows;
    for (const ChainId id : workspace_.lost()) {
        if (const auto row = view->find(id)) {
            rows.push_back(*row);
        }
    }
    return rows;
}

void ChainTable::replaceAll() {
    beginResetModel();
    words_.clear();
    rows_ = rowsNow();
    unknown_.clear();
    if (const FindingView* view = workspace_.findings(); view != nullptr && which_ == Which::lost) {
        for (const ChainId id : workspace_.lost()) {
            if (!view->find(id)) {
                unknown_.push_back(id);
            }
        }
    }
    endResetModel();
}

void ChainTable::windowMoved() {
    if (which_ == Which::lost || workspace_.findings() == nullptr) {
        replaceAll();
        return;
    }
    std::vector<std::uint32_t> next = rowsNow();
    words_.clear();
    if (next == rows_) {
        if (!rows_.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount_ - 1));
        }
        return;
    }
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    const auto rows = workspace_.findings()->rows();
    for (const QModelIndex& old : before) {
        // The same finding, or the other state of its group (a chain becomes a lone execution and back).
        QModelIndex now;
        const std::uint32_t was = rows_[static_cast<std::size_t>(old.row())];
        const auto visible = workspace_.findings()->find(rows[was].id);
        const auto place = std::lower_bound(next.begin(), next.end(), visible.value_or(was));
        if (place != next.end() && *place == visible.value_or(was)) {
            now = createIndex(static_cast<int>(place - next.begin()), old.column());
        }
        after.append(now);
    }
    rows_ = std::move(next);
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

ChainId ChainTable::idAt(int at) const {
    const auto place = static_cast<std::size_t>(at);
    return place < rows_.size() ? workspace_.findings()->rows()[rows_[place]].id : unknown_[place - rows_.size()];
}

Finding ChainTable::finding(int at) const {
    const auto place = static_cast<std::size_t>(at);
    return place < rows_.size() && workspace_.findings() != nullptr ? workspace_.findings()->rows()[rows_[place]] : Finding{};
}

const ChainRow& ChainTable::row(int at) const {
    const auto place = static_cast<std::size_t>(at);
    const FindingView* view = workspace_.findings();
    if (view == nullptr || place >= rows_.size()) {
        scratch_ = {};
        scratch_.known = false;
        scratch_.id = place - rows_.size() < unknown_.size() ? unknown_[place - rows_.size()] : ChainId{};
        scratch_.source = tr("chain %1\u2026").arg(fromOurs(format_chain_id(scratch_.id)).left(8));
        scratch_.vanishes = tr("its steps no longer pass the parameters");
        return scratch_;
    }
    const std::uint32_t which = rows_[place];
    const auto known = words_.find(which);
    if (known != words_.end()) {
        return known->second;
    }
    if (words_.size() >= kMostWords) {
        words_.clear();
    }
    const Finding& f = view->rows()[which];
    const Explanation why = view->explain(f);
    ChainRow out;
    out.finding = which;
    out.id = f.id;
    out.kind = f.kind;
    out.damped = f.damped;
    out.confidence = f.confidence;
    out.folded = f.folded;
    out.gained = std::find(workspace_.gained().begin(), workspace_.gained().end(), f.id) != workspace_.gained().end();
    out.source = workspace_.processLabel(f.source);
    out.target = workspace_.processLabel(f.target);
    out.technique = f.technique.empty() ? QStringLiteral("\u2014") : fromOurs(f.technique);
    const Nanos critical = view->critical(f);
    out.span = f.kind == FindingKind::lone || critical == kInfiniteNanos ? QStringLiteral("\u2014")
                                                                        : fromOurs(describe_duration(critical));
    out.vanishes = fromEvidence(why.vanishes);
    out.steps = stepsOf(f, why);
    return words_.emplace(which, std::move(out)).first->second;
}

Verdict ChainTable::verdictOf(int at) const {
    return workspace_.verdict(idAt(at));
}

int ChainTable::rowOf(ChainId id) const {
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return -1;
    }
    const auto found = view->find(id);
    if (!found) {
        return -1;
    }
    const auto place = which_ == Which::visible ? std::lower_bound(rows_.begin(), rows_.end(), *found)
                                                : std::find(rows_.begin(), rows_.end(), *found);
    return place != rows_.end() && *place == *found ? static_cast<int>(place - rows_.begin()) : -1;
}

QString ChainTable::text(const ChainRow& r, int column) const {
    switch (column) {
        case change: return r.gained ? QStringLiteral("+") : QString();
        case confidence: return QString::number(r.confidence);
        case pair: return r.target.isEmpty() ? r.source : r.source + QStringLiteral(" \u2192 ") + r.target;
        case technique: return r.technique;
        case folded: return r.folded > 1 ? QString::number(r.folded) : QString();
        case span: return r.span;
        case vanishes: return r.vanishes;
        case steps: {
            QStringList words;
            for (const StepMark& step : r.steps) {
                const QString word = className(step.operation);
                words += step.observed ? word : tr("no %1").arg(word);
            }
            return words.join(QStringLiteral(", "));
        }
        default: return {};
    }
}

QVariant ChainTable::data(const QModelIndex& at, int role) const {
    if (!checkIndex(at, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            if (at.column() == verdict) {
                const std::string_view word = name(verdictOf(at.row()));
                return word.empty() ? tr("no verdict") : fromOurs(word);
            }
            return text(row(at.row()), at.column());
        case Qt::ToolTipRole: {
            const ChainRow& r = row(at.row());
            if (at.column() == pair && r.known) {
                const Finding f = finding(at.row());
                return QString(workspace_.imagePath(f.source) + QStringLiteral("\n\u2192 ") + workspace_.imagePath(f.target));
            }
            if (at.column() == change) {
                if (!r.gained) {
                    return QString();
                }
                return workspace_.baselineName().isEmpty() ? tr("Gained against the starting values")
                                                           : tr("Gained against %1").arg(workspace_.baselineName());
            }
            return at.column() == steps || at.column() == vanishes ? text(r, at.column()) : QString();
        }
        case Qt::TextAlignmentRole:
            return static_cast<int>(at.column() == span || at.column() == folded ? Qt::AlignRight | Qt::AlignVCenter
                                                                                 : Qt::AlignLeft | Qt::AlignVCenter);
        default: return {};
    }
}

QVariant ChainTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return static_cast<int>(section == span || section == folded ? Qt::AlignRight | Qt::AlignVCenter
                                                                     : Qt::AlignLeft | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole) {
        switch (section) {
            case confidence: return tr("0 to 100: the sum of the addends that the card lists");
            case steps: return tr("Steps observed; hollow: missing, though this capture could have shown it");
            case folded: return tr("How many executions with the same start page or function this row stands for");
            case span: return tr("From the first step to the execution, by the present measure");
            case vanishes: return tr("The parameter value at which this row disappears");
            default: return {};
        }
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
        case verdict: return tr("Verdict");
        case confidence: return tr("Confidence");
        case pair: return tr("Source \u2192 target");
        case technique: return tr("Technique");
        case steps: return tr("Steps");
        case folded: return QStringLiteral("\u00d7");
        case span: return tr("Span");
        case vanishes: return tr("Vanishes at");
        default: return QString();
    }
}

QString ChainTable::rowText(int at) const {
    QStringList cells;
    for (int column = verdict; column < columnCount_; ++column) {
        cells += data(index(at, column), Qt::DisplayRole).toString();
    }
    return cells.join(QLatin1Char('\t'));
}

int ChainTable::unreviewed() const {
    int count = 0;
    for (int i = 0; i < rowCount(); ++i) {
        count += verdictOf(i) == Verdict::unset ? 1 : 0;
    }
    return count;
}

QString ChainTable::emptyText() const {
    if (rowCount() > 0) {
        return {};
    }
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return workspace_.capture() ? tr("Correlating\u2026") : tr("No capture is open.");
    }
    const FindingCounts counts = view->counts();
    if (counts.suppressed > 0) {
        return tr("Nothing to show: %n finding(s) are hidden by your rules.", nullptr, static_cast<int>(counts.suppressed));
    }
    const Capture& capture = view->analysis().capture();
    std::uint64_t executions = 0;
    for (const Operation op : {Operation::remote_thread, Operation::process_tamper, Operation::apc_queue,
                               Operation::thread_context}) {
        executions += capture.total_by_operation[static_cast<std::size_t>(op)];
    }
    if (executions == 0) {
        return tr("No chains: this capture records no execution in another process\n"
                  "(no CreateRemoteThread, no ProcessTampering). The Coverage tab says what that hides.");
    }
    return tr("No chains at these parameters, and no lone executions:\n"
              "the %n execution(s) recorded are all left out by the parameters.", nullptr, static_cast<int>(executions));
}

}  // namespace trocar::ui
