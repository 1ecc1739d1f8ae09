#include "ui/viewmodel/chain_table.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <iterator>

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

bool isIn(const std::vector<ChainId>& ids, ChainId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
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
            Q_EMIT dataChanged(index(0, verdict), index(rowCount() - 1, pair));  // verdicts, and tags beside the names
        }
    });
    rows_ = rowsNow().known;
}

int ChainTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size() + unknown_.size());
}

int ChainTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnCount_;
}

/// Places of these among the findings, ascending for a list of the visible ones.
std::vector<std::uint32_t> ChainTable::rowsOf(const std::vector<ChainId>& ids, std::vector<ChainId>* unknown) const {
    const FindingView& view = *workspace_.findings();
    std::vector<std::uint32_t> rows;
    for (const ChainId id : ids) {
        if (const auto row = view.find(id)) {
            rows.push_back(*row);
        } else if (unknown != nullptr) {
            unknown->push_back(id);
        }
    }
    if (which_ == Which::visible) {
        std::sort(rows.begin(), rows.end());
    }
    return rows;
}

ChainTable::Rows ChainTable::rowsNow() const {
    Rows out;
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return out;
    }
    if (which_ == Which::lost || part_ == Part::lost) {
        out.known = rowsOf(workspace_.lost(), &out.unknown);
        return out;
    }
    if (part_ == Part::gained) {
        out.known = rowsOf(workspace_.gained(), nullptr);
        return out;
    }
    out.known = view->visible(0, view->rows().size());
    if (part_ == Part::kept) {
        const std::vector<std::uint32_t> gained = rowsOf(workspace_.gained(), nullptr);
        std::erase_if(out.known, [&](std::uint32_t row) {
            return view->rows()[row].kind != FindingKind::chain || std::binary_search(gained.begin(), gained.end(), row);
        });
    } else if (part_ == Part::all && !workspace_.lost().empty()) {
        // A chain that became a lone execution is listed once.
        const std::vector<std::uint32_t> lost = rowsOf(workspace_.lost(), &out.unknown);
        std::vector<std::uint32_t> both;
        both.reserve(out.known.size() + lost.size());
        std::set_union(out.known.begin(), out.known.end(), lost.begin(), lost.end(), std::back_inserter(both));
        out.known = std::move(both);
    }
    return out;
}

std::uint32_t ChainTable::count(Part part) const {
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return 0;
    }
    const auto gained = static_cast<std::uint32_t>(workspace_.gained().size());
    const auto lost = static_cast<std::uint32_t>(workspace_.lost().size());
    const FindingCounts counts = view->counts();
    switch (part) {
        case Part::shown: return counts.chains + counts.lone + counts.partial;
        case Part::all: {
            if (part_ == Part::all) {
                return static_cast<std::uint32_t>(rowCount());
            }
            // A lost chain that shows as a lone execution is among the visible ones.
            const auto elsewhere = std::count_if(workspace_.lost().begin(), workspace_.lost().end(), [view](ChainId id) {
                const auto row = view->find(id);
                return !row || !view->is_visible(view->rows()[*row]);
            });
            return counts.chains + counts.lone + counts.partial + static_cast<std::uint32_t>(elsewhere);
        }
        case Part::gained: return gained;
        case Part::lost: return lost;
        case Part::kept: return counts.chains - std::min(counts.chains, gained);
    }
    return 0;
}

void ChainTable::setPart(Part part) {
    if (part != part_) {
        part_ = part;
        replaceAll();
    }
}

void ChainTable::replaceAll() {
    beginResetModel();
    words_.clear();
    Rows now = rowsNow();
    rows_ = std::move(now.known);
    unknown_ = std::move(now.unknown);
    endResetModel();
}

void ChainTable::windowMoved() {
    if (which_ == Which::lost || workspace_.findings() == nullptr) {
        replaceAll();
        return;
    }
    Rows next = rowsNow();
    words_.clear();
    if (next.known == rows_ && next.unknown == unknown_) {
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount_ - 1));
        }
        return;
    }
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    const auto rows = workspace_.findings()->rows();
    for (const QModelIndex& old : before) {
        const auto at = static_cast<std::size_t>(old.row());
        QModelIndex now;
        if (at < rows_.size()) {
            // The same finding, or the other state of its group (a chain becomes a lone execution and back).
            const std::uint32_t was = rows_[at];
            const std::uint32_t wanted = workspace_.findings()->find(rows[was].id).value_or(was);
            const auto place = std::lower_bound(next.known.begin(), next.known.end(), wanted);
            if (place != next.known.end() && *place == wanted) {
                now = createIndex(static_cast<int>(place - next.known.begin()), old.column());
            }
        } else {
            const auto place = std::find(next.unknown.begin(), next.unknown.end(), unknown_[at - rows_.size()]);
            if (place != next.unknown.end()) {
                const auto beyond = static_cast<std::ptrdiff_t>(next.known.size());
                now = createIndex(static_cast<int>(beyond + (place - next.unknown.begin())), old.column());
            }
        }
        after.append(now);
    }
    rows_ = std::move(next.known);
    unknown_ = std::move(next.unknown);
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
        scratch_.lost = true;
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
    out.gained = isIn(workspace_.gained(), f.id);
    out.lost = part_ != Part::shown && !out.gained && isIn(workspace_.lost(), f.id);
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

QStringList ChainTable::tags(int at) const {
    return tagsOf(workspace_.note(idAt(at)));
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
        case change: return r.gained ? QStringLiteral("+") : r.lost ? QStringLiteral("\u2212") : QString();
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
            if (at.column() == pair) {
                return QStringList(QStringList{text(row(at.row()), pair)} + tags(at.row())).join(QLatin1Char(' '));
            }
            return text(row(at.row()), at.column());
        case Qt::ToolTipRole: {
            const ChainRow& r = row(at.row());
            if (at.column() == pair && r.known) {
                const Finding f = finding(at.row());
                return QString(workspace_.imagePath(f.source) + QStringLiteral("\n\u2192 ") + workspace_.imagePath(f.target));
            }
            if (at.column() == change) {
                if (!r.gained && !r.lost) {
                    return QString();
                }
                return (r.gained ? tr("Gained against %1") : tr("Lost against %1")).arg(baselineWords(workspace_));
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
    const FindingView* view = workspace_.findings();
    int count = 0;
    for (const std::uint32_t row : view == nullptr ? std::vector<std::uint32_t>{} : view->visible(0, view->rows().size())) {
        count += workspace_.verdict(view->rows()[row].id) == Verdict::unset ? 1 : 0;
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
    switch (part_) {
        case Part::gained: return tr("Nothing is gained against %1.").arg(baselineWords(workspace_));
        case Part::lost: return tr("Nothing is lost against %1.").arg(baselineWords(workspace_));
        case Part::kept: return tr("No chain of %1 is kept.").arg(baselineWords(workspace_));
        case Part::shown:
        case Part::all: break;
    }
    const FindingCounts counts = view->counts();
    if (counts.left_out > 0) {
        return tr("Nothing to show: a parameter leaves %n finding(s) out (a list of targets that shows only these).", nullptr,
                  static_cast<int>(counts.left_out));
    }
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
