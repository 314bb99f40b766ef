#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace carport {

/// The newest rows of some cars, each car asked for by itself: for few cars among many that is less to read than all
/// rows. `query` names the cars; `select(query)` is called with one `car` at a time; newest first by `isNewer`. Holds
/// never more than two cars' rows.
template <class Row, class Query, class Select, class IsNewer>
std::vector<Row> newestOfEach(Query query, Select&& select, IsNewer isNewer) {
  const auto cars = std::exchange(query.cars, nullptr);
  std::vector<Row> rows;
  for (const auto car : *cars) {
    query.car = car;
    auto found = select(query);
    rows.insert(rows.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    std::sort(rows.begin(), rows.end(), isNewer);
    rows.resize(std::min({rows.size(), query.limit, Query::kMaxLimit}));
  }
  return rows;
}

}  // namespace carport
