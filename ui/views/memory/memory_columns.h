#pragma once

class QTableView;

namespace trocar::ui {

class MemoryTable;

/// Widths for the room there is: the backing takes what is left, the first appearance and the ends of
/// addresses show where they fit. `several`: two snapshots are compared; of one there is no change to show.
void layOutMemoryColumns(QTableView& table, const MemoryTable& model, bool several);

}  // namespace trocar::ui
