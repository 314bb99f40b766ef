#pragma once

#include "gateway/server/control/described.h"
#include "gateway/server/control/view_filter.h"
#include "gateway/server/http/call.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace carport::handlers {

/// The cars of the caller's organisation: nobody in it is shown any other, so that theirs need not be looked at. Null
/// in the house.
inline CarSet carsOfOrganisation(const Call& call) {
  const auto own = call.who().organisation();
  if (own.empty()) return nullptr;
  const auto cars = call.registry().numbersOf(api::PrincipalType::device, own);
  return std::make_shared<const std::unordered_set<PrincipalNumber>>(cars.begin(), cars.end());
}

/// A page of rows that the caller may see.
template <class Row>
struct VisibleRows {
  nlohmann::json rows = nlohmann::json::array();
  std::optional<Row> last;  ///< the last row that was looked at, where the list goes on behind it
};

/// The newest `query.limit` rows about cars that the caller may view and that `accepts` takes. Where rules or filters
/// leave some out, more are read, up to the query's own limit, so that a page is not shorter than it has to be.
template <class Row, class Query>
boost::asio::awaitable<Result<VisibleRows<Row>>> readVisible(
    Call& call, Query query, std::function<Result<std::vector<Row>>(HistoryReader&, const Query&)> readRows,
    std::function<bool(const Row&)> accepts) {
  query.cars = carsOfOrganisation(call);
  ViewFilter filter(call.registry(), call.control.parts.clock, call.who());
  const std::size_t wanted = query.limit;
  query.limit = std::min(wanted + 1, Query::kMaxLimit);  // one more tells whether the list goes on
  while (true) {
    std::function<Result<std::vector<Row>>(HistoryReader&)> read = [readRows, query](HistoryReader& reader) {
      return readRows(reader, query);
    };
    auto reading = call.read<std::vector<Row>>(std::move(read));
    const Result<std::vector<Row>> rows = co_await std::move(reading);
    if (!rows) co_return failFrom(rows);
    VisibleRows<Row> page;
    std::size_t looked = 0;
    for (; looked < rows->size() && page.rows.size() < wanted; ++looked) {
      const Row& row = (*rows)[looked];
      if (accepts(row) && filter.mayView(row.car)) page.rows.push_back(described(row, call.registry(), call.numbers()));
    }
    const bool isWhole = page.rows.size() == wanted || rows->size() < query.limit || query.limit >= Query::kMaxLimit;
    if (isWhole) {
      const bool goesOn = looked < rows->size() || rows->size() >= query.limit;
      if (goesOn && looked > 0) page.last = (*rows)[looked - 1];
      co_return page;
    }
    query.limit = std::min(query.limit * 8, Query::kMaxLimit);
  }
}

}  // namespace carport::handlers
