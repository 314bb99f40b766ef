#pragma once

#include "gateway/api/history.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QtTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace carport::test {

/// A value of one metric.
struct TimedValue {
  std::int64_t time;
  double value;
};

/// What a model that keeps everything in a list has of a car's metric in [from, to), in the order of time.
inline std::vector<TimedValue> valuesIn(const std::vector<PlainSample>& model, std::uint32_t car,
                                        const std::string& metric, std::int64_t from, std::int64_t to) {
  std::vector<TimedValue> values;
  for (const auto& sample : model) {
    if (sample.car != car || sample.time < from || sample.time >= to) continue;
    const auto found = sample.metrics.find(metric);
    if (found != sample.metrics.end()) values.push_back({sample.time, std::bit_cast<double>(found->second)});
  }
  std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return values;
}

/// Every bucket holds the values from its first time up to the next bucket's.
inline void compare(const api::HistorySeries& series, const std::vector<TimedValue>& values) {
  std::size_t at = 0;
  for (const auto& point : series.points) {
    QVERIFY(at + point.count <= values.size() && point.count > 0);
    QCOMPARE(toMs(point.time), values[at].time);
    double min = values[at].value, max = min, sum = 0;
    for (std::uint32_t n = 0; n < point.count; ++n) {
      min = std::min(min, values[at + n].value);
      max = std::max(max, values[at + n].value);
      sum += values[at + n].value;
    }
    at += point.count;
    QCOMPARE(point.min, min);
    QCOMPARE(point.max, max);
    QVERIFY(std::abs(point.mean - sum / point.count) < 1e-9);
    QCOMPARE(point.last, values[at - 1].value);
  }
  QCOMPARE(at, values.size());
}

}  // namespace carport::test
