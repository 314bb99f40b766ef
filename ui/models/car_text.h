#pragma once

#include "ui/models/car_columns.h"
#include "ui/models/car_store.h"

#include <QString>

#include <cstddef>
#include <span>

/// Cars as text for other programs. Pure.
namespace carport::ui {

enum class CarTextForm {
  tabs,  ///< what people read, cells parted by tabs: for spreadsheets and messages
  csv    ///< RFC 4180: cells parted by commas, in quotation marks where needed
};

/// Most cars that are put into one text.
inline constexpr std::size_t kMaxCarsAsText = 50'000;

/// A line of titles, then one for each of these rows of the store. A cell that a spreadsheet would take for a formula
/// gets an apostrophe in front.
QString carsAsText(const CarStore& store, std::span<const CarStore::Row> rows, const CarColumns& columns,
                   CarTextForm form);

}  // namespace carport::ui
