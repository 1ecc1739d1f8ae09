#include "ui/viewmodel/coverage_table.h"

#include <QStringList>
#include <algorithm>

#include "ui/bridge/job_runner.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

std::size_t placeOf(std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) {
        return static_cast<std::size_t>(found - names.begin());
    }
    names.push_back(name);
    return names.size() - 1;
}

}  // namespace

CoverageTable::CoverageTable(Workspace& workspace, QObject* parent)
    : QAbstractTableModel(parent), workspace_(workspace), jobs_(std::make_unique<JobRunner>(JobRunner::Mode::newest)) {
    connect(&workspace_, &Workspace::caseChanged, this, &CoverageTable::recount);
    connect(&workspace_, &Workspace::captureChanged, this, &CoverageTable::recount);
    connect(&workspace_, &Workspace::analyticChanged, this, &CoverageTable::recount);
    connect(&workspace_, &Workspace::timeFormatChanged, this, [this] {
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        }
    });
    recount();
}

CoverageTable::~CoverageTable() = default;

void CoverageTable::recount() {
    if (capture_ == workspace_.capture() && analytic_ == &workspace_.analytic()) {
        return;
    }
    capture_ = workspace_.capture();
    analytic_ = &workspace_.analytic();
    jobs_->cancel();
    if (!capture_) {
        take({});
        return;
    }
    auto work = [capture = capture_, analytic = &workspace_.analytic()](std::stop_token) -> Result<std::vector<CoverageRow>> {
        return coverage(*capture, *analytic);
    };
    auto done = [this](Result<std::vector<CoverageRow>>&& rows) {
        if (rows.ok()) {
            take(std::move(rows).value());
        }
    };
    if (capture_->signals.size() <= kCountHere) {
        done(work({}));
    } else {
        jobs_->run(std::move(work), std::move(done));
    }
}

void CoverageTable::take(std::vector<CoverageRow> rows) {
    beginResetModel();
    rows_ = std::move(rows);
    components_.clear();
    hosts_.clear();
    for (const CoverageRow& row : rows_) {
        (void)placeOf(components_, row.component);
        (void)placeOf(hosts_, row.host);
    }
    cells_.assign(components_.size() * hosts_.size(), -1);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        cells_[placeOf(components_, rows_[i].component) * hosts_.size() + placeOf(hosts_, rows_[i].host)] =
            static_cast<std::int32_t>(i);
    }
    endResetModel();
}

int CoverageTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(components_.size());
}

int CoverageTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 1 + static_cast<int>(hosts_.size());
}

const CoverageRow* CoverageTable::cell(int row, int column) const {
    if (column < 1 || row < 0 || row >= rowCount() || column >= columnCount()) {
        return nullptr;
    }
    const std::int32_t at = cells_[static_cast<std::size_t>(row) * hosts_.size() + static_cast<std::size_t>(column - 1)];
    return at < 0 ? nullptr : &rows_[static_cast<std::size_t>(at)];
}

CoverageTable::State CoverageTable::stateOf(const CoverageRow& cell) {
    return cell.count == 0 ? State::absent : (cell.gaps.empty() ? State::present : State::gaps);
}

QString CoverageTable::component(int row) const {
    return fromOurs(components_[static_cast<std::size_t>(row)]);
}

QString CoverageTable::telemetry(int row) const {
    for (int column = 1; column < columnCount(); ++column) {
        if (const CoverageRow* c = cell(row, column)) {
            return QStringLiteral("%1 \u00b7 %2").arg(fromOurs(c->data_source), fromOurs(c->telemetry));
        }
    }
    return {};
}

TimeRange CoverageTable::span() const {
    return capture_ ? TimeRange{capture_->first_time, capture_->last_time} : TimeRange{};
}

QVariant CoverageTable::data(const QModelIndex& at, int role) const {
    if (!checkIndex(at, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const CoverageRow* c = cell(at.row(), at.column());
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
        if (at.column() == 0) {
            return component(at.row());
        }
        if (c == nullptr || c->count == 0) {
            return tr("absent");
        }
        const QString events = counted(c->count, tr("%1 event"), tr("%1 events"));
        return c->gaps.empty() ? events : tr("%1, %2").arg(events, counted(c->gaps.size(), tr("%1 gap"), tr("%1 gaps")));
    }
    if (role == Qt::ToolTipRole && c != nullptr && c->count != 0) {
        QStringList lines{tr("%1 to %2").arg(workspace_.timeText(c->first), workspace_.timeText(c->last))};
        constexpr std::size_t kMostGaps = 8;
        for (std::size_t i = 0; i < std::min(kMostGaps, c->gaps.size()); ++i) {
            lines += tr("gap %1 to %2 (%3)")
                         .arg(workspace_.timeText(c->gaps[i].first, 0), workspace_.timeText(c->gaps[i].second, 0),
                              fromOurs(describe_duration(difference(c->gaps[i].second, c->gaps[i].first))));
        }
        if (c->gaps.size() > kMostGaps) {
            lines += counted(c->gaps.size() - kMostGaps, tr("and %1 more gap"), tr("and %1 more gaps"));
        }
        return lines.join(QLatin1Char('\n'));
    }
    return {};
}

QVariant CoverageTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    }
    if (role == Qt::DisplayRole) {
        return section == 0 ? tr("Data component") : fromEvidence(hosts_[static_cast<std::size_t>(section - 1)]);
    }
    return {};
}

std::vector<CoverageTable::Note> CoverageTable::notes() const {
    std::vector<Note> out;
    for (int row = 0; row < rowCount(); ++row) {
        QStringList absent, gaps, quality;
        std::string meaning, rules;
        for (int column = 1; column < columnCount(); ++column) {
            const CoverageRow* c = cell(row, column);
            if (c == nullptr) {
                continue;
            }
            const QString host = fromEvidence(c->host);
            if (c->count == 0) {
                absent += host;
                meaning = c->meaning;
                rules = rules_text(*c, "\n");
            } else if (!c->gaps.empty()) {
                gaps += host;
            }
            if (meaning.empty()) {
                meaning = c->meaning;
            }
            if (!c->quality.empty()) {
                quality += columnCount() > 2 ? QStringLiteral("%1: %2").arg(host, fromOurs(c->quality)) : fromOurs(c->quality);
            }
        }
        Note note;
        note.title = QStringLiteral("%1 (%2)").arg(component(row), telemetry(row));
        note.state = !absent.isEmpty() ? State::absent : (!gaps.isEmpty() ? State::gaps : State::present);
        QStringList where;
        if (!absent.isEmpty()) {
            where += tr("absent on %1").arg(absent.join(QStringLiteral(", ")));
        }
        if (!gaps.isEmpty()) {
            where += tr("silences on %1: nothing is said of those times").arg(gaps.join(QStringLiteral(", ")));
        }
        note.where = where.join(QStringLiteral("; "));
        note.words = fromOurs(meaning);
        for (const QString& q : quality) {
            note.words += (note.words.isEmpty() ? QString() : QStringLiteral(" ")) + q + QLatin1Char('.');
        }
        if (!rules.empty()) {
            note.words += QLatin1Char('\n') + fromOurs(rules);
        }
        if (!note.where.isEmpty() || !note.words.isEmpty()) {
            out.push_back(note);
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const Note& a, const Note& b) { return a.state < b.state; });
    return out;
}

}  // namespace trocar::ui
