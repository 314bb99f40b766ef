#pragma once

class QTableView;

namespace carport::ui {

/// Gives a table the look of every table in Carport: rows of one height, no grid, whole rows selected, header aligned
/// with its cells, the last column stretched. Call after the model was set.
void prepareTable(QTableView& table);

}  // namespace carport::ui
