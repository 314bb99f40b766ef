#pragma once

#include "gateway/api/history.h"

#include <QColor>
#include <QString>

#include <vector>

namespace carport::ui {

/// One line of a TimeChart: a metric over time. Series with the same unit share an axis.
struct ChartSeries {
  QString name;
  QString unit;
  std::vector<api::HistoryPoint> points;  ///< in ascending time; at most two a pixel
};

}  // namespace carport::ui
