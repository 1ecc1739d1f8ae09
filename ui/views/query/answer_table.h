#pragma once

#include <QAbstractTableModel>

#include "core/store/case_file.h"

namespace trocar::ui {

/// What a query gave, as a table. Cells are evidence: escaped when shown. GUI thread only.
class AnswerTable : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setAnswer(QueryAnswer answer);
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// A row, or with -1 the whole answer with its head, cells separated by tabs.
    [[nodiscard]] QString text(int row) const;

private:
    QueryAnswer answer_;
};

}  // namespace trocar::ui
