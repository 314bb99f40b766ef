#pragma once

#include "gateway/api/history.h"
#include "ui/models/time_range.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace carport::ui {

/// One line of a plot, to be written.
struct PlotCsvSeries {
  QString carId;
  QString carName;
  QString metric;
  QString unit;
  std::vector<api::HistoryPoint> points;
  Milliseconds offset{0};  ///< so much earlier than the period that they are compared with; zero: of the period itself
};

/// The points within `range` as CSV (RFC 4180, UTF-8, a header, CRLF): one row a point with its time in ISO 8601, UTC,
/// to the millisecond; car, metric and unit; mean, lowest, highest, last and count of what the point puts together (a
/// single sample has four equal values and count 1). Figures have a decimal point in every locale and as many digits as
/// it takes to read the same number back. A text that a spreadsheet would take for a formula is preceded by an
/// apostrophe. Where a line is of an earlier period, a last column has for every row the moment of `range` that it is
/// laid over.
QByteArray plotCsv(const std::vector<PlotCsvSeries>& series, const TimeRange& range);

}  // namespace carport::ui
