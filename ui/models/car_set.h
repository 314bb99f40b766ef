#pragma once

#include "gateway/base/strong_id.h"

#include <QPointF>
#include <QSet>

#include <span>

namespace carport::ui {

/// Cars that were chosen, by number. A plain value that a worker may read a copy of.
using CarSet = QSet<quint32>;

/// The only car of a set; 0 where there are none or several.
inline PrincipalNumber onlyOf(const CarSet& cars) {
  return cars.size() == 1 ? PrincipalNumber{*cars.begin()} : PrincipalNumber{};
}

/// Whether `point` lies inside the polygon with these corners (even-odd rule; closed by itself). Fewer than three
/// corners have no inside. Pure.
bool insidePolygon(std::span<const QPointF> corners, QPointF point);

}  // namespace carport::ui
