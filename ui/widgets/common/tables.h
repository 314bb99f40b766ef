#pragma once

#include <span>

class QTableView;

namespace carport::ui {

/// Gives a table the look of every table in Carport: rows of one height, no grid, whole rows selected, header aligned
/// with its cells, the last column stretched. `columnWidths` are those at 100 %, first column first. From then on rows
/// and columns, whoever has set their widths, grow with the text by themselves. Call after the model was set.
void prepareTable(QTableView& table, std::span<const int> columnWidths = {});

}  // namespace carport::ui
