#pragma once

#include "ui/models/car_columns.h"
#include "ui/models/car_store.h"

#include <QString>
#include <QStringView>

#include <vector>

/// What stands in the cells of the table of cars, and what they sort by. Pure functions of the store.
namespace carport::ui {

/// The text in a cell; “–” where nothing is known.
QString carCellText(const CarStore& store, CarStore::Row row, const CarColumnSpec& column);
/// More than fits into the cell: how old a value is; empty where there is nothing to add.
QString carCellTip(const CarStore& store, CarStore::Row row, const CarColumnSpec& column);
/// A number for every car that orders them as the column does; NaN: unknown. Texts are ordered as people order names.
std::vector<double> carSortKeys(const CarStore& store, const CarColumnSpec& column);
/// Whether carSortKeys() of this column is the same until the list of cars changes.
bool areSortKeysSteady(const CarColumnSpec& column);

/// Names as people order them: "Van 9" before "Van 10", whatever the case. Less than 0, 0, more than 0.
int compareNames(QStringView left, QStringView right);

}  // namespace carport::ui
