#pragma once

#include "gateway/server/control/described.h"
#include "gateway/server/control/view_filter.h"
#include "gateway/server/http/call.h"

#include <algorithm>
#include <vector>

namespace carport::handlers {

/// The newest `query.limit` rows about cars that the caller may view. Where rules hide some, more are read, up to the
/// query's own limit, so that a page is not shorter than it has to be.
template <class Row, class Query>
boost::asio::awaitable<Result<nlohmann::json>> readVisible(
    Call& call, Query query, std::function<Result<std::vector<Row>>(HistoryReader&, const Query&)> readRows) {
  ViewFilter filter(call.registry(), call.control.parts.clock, call.who().number);
  const std::size_t wanted = query.limit;
  while (true) {
    std::function<Result<std::vector<Row>>(HistoryReader&)> read = [readRows, query](HistoryReader& reader) {
      return readRows(reader, query);
    };
    auto reading = call.read<std::vector<Row>>(std::move(read));
    const Result<std::vector<Row>> rows = co_await std::move(reading);
    if (!rows) co_return failFrom(rows);
    nlohmann::json visible = nlohmann::json::array();
    for (const Row& row : *rows) {
      if (visible.size() < wanted && filter.mayView(row.car)) visible.push_back(described(row, call.registry()));
    }
    if (visible.size() >= wanted || rows->size() < query.limit || query.limit >= Query::kMaxLimit) co_return visible;
    query.limit = std::min(query.limit * 8, Query::kMaxLimit);
  }
}

}  // namespace carport::handlers
