#include "gateway/storage/block_builder.h"
#include "gateway/storage/block_codec.h"
#include "gateway/storage/integer_codec.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/value_codec.h"
#include "gateway/storage/varint.h"

#include <zstd.h>

#include <algorithm>
#include <bit>

namespace carport {

namespace {

/// Values of one name: which rows have one, and the values in the rows' order.
template <class Value>
struct NamedColumn {
  std::string_view name;
  std::vector<std::uint32_t> rows;
  std::vector<Value> values;

  void put(std::uint32_t row, Value value) {
    if (!rows.empty() && rows.back() == row) {
      values.back() = value;
      return;
    }
    rows.push_back(row);
    values.push_back(value);
  }
};

std::string presence(const std::vector<std::uint32_t>& rows, std::size_t rowCount) {
  if (rows.size() == rowCount) return std::string(1, '\0');
  std::string out(1 + (rowCount + 7) / 8, '\0');
  out[0] = 1;
  for (const auto row : rows) out[1 + row / 8] = static_cast<char>(out[1 + row / 8] | (1 << (row % 8)));
  return out;
}

std::string metricColumn(const NamedColumn<double>& column, std::size_t rowCount) {
  std::string out = presence(column.rows, rowCount);
  encodeValues(column.values, out);
  return out;
}

std::string attributeColumn(const NamedColumn<const api::AttributeValue*>& column, std::size_t rowCount) {
  std::string out = presence(column.rows, rowCount);
  for (const auto* value : column.values) {
    if (const auto* flag = std::get_if<bool>(value)) {
      out.push_back(*flag ? 1 : 0);
    } else {
      const auto& text = std::get<std::string>(*value);
      out.push_back(2);
      putVarint(out, text.size());
      out += text;
    }
  }
  return out;
}

}  // namespace

struct BlockEncoder::Work {
  ~Work() { ZSTD_freeCCtx(context); }

  void sort(std::span<const SampleBatch::Row> rows);
  void spanCars(EncodedBlock& block) const;
  bool addRowColumns(const EncodedBlock& block);
  bool addNamedColumns(const SampleBatch& batch, const MetricNames& names);

  ZSTD_CCtx* context = ZSTD_createCCtx();
  std::vector<SampleBatch::Row> sorted;
  std::vector<std::int64_t> times;
  std::vector<std::int64_t> delays;
  BlockBuilder builder{context, kZstdLevel};
};

BlockEncoder::BlockEncoder() : m_work(std::make_unique<Work>()) {}
BlockEncoder::~BlockEncoder() = default;

void BlockEncoder::Work::sort(std::span<const SampleBatch::Row> rows) {
  sorted.assign(rows.begin(), rows.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.car != b.car ? a.car < b.car : a.time < b.time; });
}

void BlockEncoder::Work::spanCars(EncodedBlock& block) const {
  block.rowCount = static_cast<std::uint32_t>(sorted.size());
  block.from = block.to = sorted.front().time;
  for (std::uint32_t i = 0; i < sorted.size(); ++i) {
    const auto& row = sorted[i];
    if (block.cars.empty() || block.cars.back().car != row.car)
      block.cars.push_back({row.car, {i, 0}, row.time, row.time});
    ++block.cars.back().rows.count;
    block.cars.back().to = row.time;
    block.from = std::min(block.from, row.time);
    block.to = std::max(block.to, row.time);
  }
}

bool BlockEncoder::Work::addRowColumns(const EncodedBlock& block) {
  std::string cars, encodedTimes, encodedDelays;
  std::uint32_t previousCar = 0;
  for (const CarSpan& span : block.cars) {
    putVarint(cars, span.car.value - previousCar);
    putVarint(cars, span.rows.count);
    previousCar = span.car.value;
  }
  times.clear();
  delays.clear();
  for (const auto& row : sorted) {
    times.push_back(toMs(row.time));
    delays.push_back(wrappingSubtract(toMs(row.arrival), toMs(row.time)));
  }
  encodeIntegers(times, encodedTimes);
  encodeIntegers(delays, encodedDelays);
  return builder.addColumn(ColumnKind::car, {}, cars) && builder.addColumn(ColumnKind::time, {}, encodedTimes) &&
         builder.addColumn(ColumnKind::arrival, {}, encodedDelays);
}

bool BlockEncoder::Work::addNamedColumns(const SampleBatch& batch, const MetricNames& names) {
  // By number of the name: there are at most kMaxNames of them.
  std::vector<NamedColumn<double>> metrics;
  std::vector<NamedColumn<const api::AttributeValue*>> attributes;
  const auto at = [&](auto& all, MetricId id) -> auto& {
    if (all.size() <= id.value) all.resize(id.value + 1);
    if (all[id.value].name.empty()) all[id.value].name = names.name(id);
    return all[id.value];
  };
  for (std::uint32_t i = 0; i < sorted.size(); ++i) {
    for (const auto& [metric, value] : batch.metrics(sorted[i])) at(metrics, metric).put(i, value);
    for (const auto& attribute : batch.attributes(sorted[i])) at(attributes, attribute.name).put(i, &attribute.value);
  }
  for (const auto& column : metrics) {
    if (column.name.empty() || column.rows.empty()) continue;
    if (!builder.addColumn(ColumnKind::metric, column.name, metricColumn(column, sorted.size()))) return false;
  }
  for (const auto& column : attributes) {
    if (column.name.empty() || column.rows.empty()) continue;
    if (!builder.addColumn(ColumnKind::attribute, column.name, attributeColumn(column, sorted.size()))) return false;
  }
  return true;
}

Result<EncodedBlock> BlockEncoder::encode(const SampleBatch& batch, std::span<const SampleBatch::Row> rows,
                                          const MetricNames& names) {
  Work& work = *m_work;
  work.builder = BlockBuilder(work.context, kZstdLevel);
  work.sort(rows);
  EncodedBlock block;
  work.spanCars(block);
  if (work.context == nullptr || !work.addRowColumns(block) || !work.addNamedColumns(batch, names)) {
    return fail(StorageErrc::ioFailed, "Samples could not be compressed: there is not enough memory");
  }
  block.data = work.builder.finish(kBlockVersion, block.rowCount);
  return block;
}

}  // namespace carport
