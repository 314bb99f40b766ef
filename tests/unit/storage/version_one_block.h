#pragma once

#include "gateway/storage/block_builder.h"
#include "gateway/storage/value_codec.h"
#include "gateway/storage/varint.h"

#include <zstd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace carport::test {

/// A block as Carport wrote it before there was compaction: version 1 of block_codec.h.
inline std::string versionOneBlock(const SampleBatch& batch, const MetricNames& names) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  BlockBuilder builder(context.get(), 1);
  std::vector<SampleBatch::Row> rows(batch.rows().begin(), batch.rows().end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return std::pair(a.car, a.time) < std::pair(b.car, b.time); });
  std::string cars, times, arrivals;
  std::map<std::uint32_t, std::uint64_t> counts;
  std::int64_t time = 0, delay = 0;
  for (const auto& row : rows) {
    ++counts[row.car.value];
    putVarint(times, zigzag(wrappingSubtract(toMs(row.time), time)));
    putVarint(arrivals, zigzag(wrappingSubtract(toMs(row.arrival) - toMs(row.time), delay)));
    time = toMs(row.time);
    delay = toMs(row.arrival) - time;
  }
  std::uint32_t previous = 0;
  for (const auto& [car, count] : counts) {
    putVarint(cars, car - previous);
    putVarint(cars, count);
    previous = car;
  }
  std::map<std::uint32_t, std::pair<std::vector<double>, std::string>> metrics;  // values, presence
  std::map<std::uint32_t, std::pair<std::string, std::string>> attributes;
  const auto mark = [&](std::string& presence, std::size_t row) {
    if (presence.empty()) presence.assign(1 + (rows.size() + 7) / 8, '\0'), presence[0] = 1;
    presence[1 + row / 8] = static_cast<char>(presence[1 + row / 8] | (1 << (row % 8)));
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& [metric, value] : batch.metrics(rows[i])) {
      metrics[metric.value].first.push_back(value);
      mark(metrics[metric.value].second, i);
    }
    for (const auto& [name, value] : batch.attributes(rows[i])) {
      auto& [bytes, presence] = attributes[name.value];
      mark(presence, i);
      if (const auto* text = std::get_if<std::string>(&value)) {
        bytes.push_back(2);
        putVarint(bytes, text->size());
        bytes += *text;
      } else {
        bytes.push_back(std::get<bool>(value) ? 1 : 0);
      }
    }
  }
  builder.addColumn(ColumnKind::car, {}, cars);
  builder.addColumn(ColumnKind::time, {}, times);
  builder.addColumn(ColumnKind::arrival, {}, arrivals);
  for (const auto& [id, column] : metrics) {
    std::string raw = column.second;
    encodeDoubleBits(column.first, raw);
    builder.addColumn(ColumnKind::metric, names.name(MetricId{id}), raw);
  }
  for (const auto& [id, column] : attributes)
    builder.addColumn(ColumnKind::attribute, names.name(MetricId{id}), column.second + column.first);
  return builder.finish(1, rows.size());
}

}  // namespace carport::test
