#include "gateway/storage/verify_block.h"

#include "gateway/storage/car_index.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {

/// The spans of the samples themselves, by car.
std::vector<CarSpan> spansOf(const SampleBatch& samples) {
  std::vector<CarSpan> spans;
  std::uint32_t row = 0;
  for (const auto& sample : samples.rows()) {
    if (spans.empty() || spans.back().car != sample.car) {
      spans.push_back({sample.car, {row, 0}, sample.time, sample.time});
    }
    CarSpan& span = spans.back();
    ++span.rows.count;
    span.from = std::min(span.from, sample.time);
    span.to = std::max(span.to, sample.time);
    ++row;
  }
  return spans;
}

bool isSame(const CarSpan& a, const CarSpan& b) {
  return a.car == b.car && a.rows.first == b.rows.first && a.rows.count == b.rows.count && a.from == b.from &&
         a.to == b.to;
}

std::string compare(const StoredBlock& block, const std::vector<CarSpan>& present,
                    const Result<std::vector<CarSpan>>& index) {
  TimePoint from = TimePoint::max(), to = TimePoint::min();
  std::size_t rows = 0;
  for (const CarSpan& span : present) {
    from = std::min(from, span.from);
    to = std::max(to, span.to);
    rows += span.rows.count;
  }
  if (rows != block.rowCount) return fmt::format("has {} samples, not {}", rows, block.rowCount);
  if (rows > 0 && (from != block.from || to != block.to)) return "has samples of other times than its row says";
  if (!index) return "has a damaged list of cars";
  if (!std::equal(present.begin(), present.end(), index->begin(), index->end(), isSame)) {
    return "has samples of other cars than its list says";
  }
  return {};
}

}  // namespace

BlockVerdict checkBlock(const StoredBlock& block, MetricNames& names) {
  BlockVerdict verdict;
  const auto index = decodeCarIndex(block.cars, block.from);
  const auto decoder = BlockDecoder::open(block.data);
  if (decoder) {
    const auto done = decoder->appendRows({0, decoder->rowCount()}, names, verdict.samples, true);
    verdict.readable = done.has_value();
    if (!done) verdict.damage = done.error().message();
  } else {
    verdict.damage = decoder.error().message();
  }
  if (verdict.readable) {
    verdict.cars = spansOf(verdict.samples);
    verdict.damage = compare(block, verdict.cars, index);
    return verdict;
  }
  verdict.samples.clear();
  if (index) {
    verdict.cars = *index;
  } else if (decoder) {
    if (auto cars = decoder->cars()) verdict.cars = *std::move(cars);
    for (CarSpan& span : verdict.cars) {
      span.from = block.from;
      span.to = block.to;
    }
  }
  return verdict;
}

}  // namespace carport
