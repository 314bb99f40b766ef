#include "ui/widgets/car/fitted_table.h"

#include "ui/widgets/common/tables.h"
#include "ui/widgets/style/metrics.h"

#include <QEvent>
#include <QHeaderView>

#include <algorithm>

namespace carport::ui {

FittedTable::FittedTable(QAbstractItemModel& model, int maxRows, QWidget* parent)
    : QTableView(parent), m_maxRows(maxRows) {
  setModel(&model);
  prepareTable(*this);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  connect(&model, &QAbstractItemModel::modelReset, this, &FittedTable::fit);
  connect(&model, &QAbstractItemModel::rowsInserted, this, &FittedTable::fit);
  connect(&model, &QAbstractItemModel::rowsRemoved, this, &FittedTable::fit);
  fit();
}

void FittedTable::setMaxRows(int maxRows) {
  m_maxRows = maxRows;
  fit();
}

void FittedTable::changeEvent(QEvent* event) {
  QTableView::changeEvent(event);
  if (event->type() == QEvent::FontChange) fit();
}

void FittedTable::fit() {
  const int rows = std::clamp(model()->rowCount(), 1, m_maxRows);
  const int header = horizontalHeader()->isHidden() ? 0 : std::max(size::kRow, horizontalHeader()->sizeHint().height());
  setFixedHeight(header + rows * verticalHeader()->defaultSectionSize() + 2);
}

}  // namespace carport::ui
