#include "ui/views/query/answer_table.h"

#include <QStringList>

#include "ui/bridge/qt_convert.h"

namespace trocar::ui {
namespace {

/// Bytes of a value that a cell and its tip show; Copy takes all of it. Laying out megabytes would stop the window.
constexpr std::size_t kShownBytes = 2000;

QString beginning(std::string_view text) {
    return text.size() <= kShownBytes ? fromEvidence(text) : fromEvidence(text.substr(0, kShownBytes)) + QStringLiteral("…");
}

QString line(const std::vector<std::string>& cells) {
    QStringList words;
    for (const std::string& cell : cells) {
        words += fromEvidence(cell);
    }
    return words.join(QLatin1Char('\t'));
}

}  // namespace

void AnswerTable::setAnswer(QueryAnswer answer) {
    beginResetModel();
    answer_ = std::move(answer);
    endResetModel();
}

int AnswerTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(answer_.rows.size());
}

int AnswerTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(answer_.columns.size());
}

QVariant AnswerTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const std::vector<std::string>& row = answer_.rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    const bool shown = role == Qt::DisplayRole || role == Qt::ToolTipRole || role == Qt::AccessibleTextRole;
    return shown && column < row.size() ? beginning(row[column]) : QVariant();
}

QVariant AnswerTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    }
    return role == Qt::DisplayRole ? fromEvidence(answer_.columns[static_cast<std::size_t>(section)]) : QVariant();
}

QString AnswerTable::text(int row) const {
    if (row >= 0 && row < rowCount()) {
        return line(answer_.rows[static_cast<std::size_t>(row)]);
    }
    QStringList lines{line(answer_.columns)};
    for (const auto& cells : answer_.rows) {
        lines += line(cells);
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace trocar::ui
