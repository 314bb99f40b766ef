#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/api/sample.h"
#include "gateway/domain/durable_log.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace carport::test {

/// A sample in a form that can be compared: bits, names instead of numbers.
struct PlainSample {
  std::uint32_t car = 0;
  std::int64_t time = 0;
  std::int64_t arrival = 0;
  std::map<std::string, std::uint64_t> metrics;
  std::map<std::string, api::AttributeValue> attributes;
  bool operator==(const PlainSample&) const = default;
};

inline PlainSample plain(const SampleBatch& batch, const SampleBatch::Row& row, const MetricNames& names) {
  PlainSample sample{row.car.value, toMs(row.time), toMs(row.arrival), {}, {}};
  for (const auto& m : batch.metrics(row))
    sample.metrics[std::string(names.name(m.metric))] = std::bit_cast<std::uint64_t>(m.value);
  for (const auto& a : batch.attributes(row)) sample.attributes[std::string(names.name(a.name))] = a.value;
  return sample;
}

inline std::vector<PlainSample> plain(const SampleBatch& batch, const MetricNames& names) {
  std::vector<PlainSample> samples;
  for (const auto& row : batch.rows()) samples.push_back(plain(batch, row, names));
  return samples;
}

/// By car and time, keeping the order of arrival.
inline void sortAsStored(std::vector<PlainSample>& samples) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return std::tie(a.car, a.time) < std::tie(b.car, b.time); });
}

/// Hands a batch to the writer and waits for its answer.
inline Result<void> store(DurableLog& log, const SampleBatch& batch) {
  auto promise = std::make_shared<std::promise<Result<void>>>();
  auto future = promise->get_future();
  while (
      !log.appendSamples(std::make_shared<SampleBatch>(batch), [promise](const auto& r) { promise->set_value(r); })) {
    std::this_thread::yield();
  }
  return future.get();
}

inline SampleBatch oneSample(std::uint32_t car, std::int64_t ms, double speed) {
  SampleBatch batch;
  batch.beginRow(PrincipalNumber{car}, fromMs(ms), fromMs(ms));
  batch.addMetric(MetricNames::kSpeedId, speed);
  return batch;
}

}  // namespace carport::test
