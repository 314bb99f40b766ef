#pragma once

#include "gateway/api/car_state.h"
#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// One metric of one sample.
struct MetricValue {
  MetricId metric;
  double value = 0;
};
struct NamedAttribute {
  MetricId name;
  api::AttributeValue value;
};

/// Decoded telemetry of many messages, as flat arrays: appending a message allocates nothing once the arrays have
/// grown. Position, speed and heading are metrics like any other (api::metric). A value: owned by one thread at a time.
class SampleBatch {
 public:
  struct Row {
    PrincipalNumber car;
    TimePoint time;
    TimePoint arrival;
    std::uint32_t firstMetric = 0;
    std::uint32_t metricCount = 0;
    std::uint32_t firstAttribute = 0;
    std::uint32_t attributeCount = 0;
  };

  /// Starts a row; what is added follows into it.
  void beginRow(PrincipalNumber car, TimePoint time, TimePoint arrival);
  void addMetric(MetricId metric, double value);
  void addAttribute(MetricId name, api::AttributeValue value);
  /// Sets the time of the newest row, for decoders that meet it late.
  void setRowTime(TimePoint time) { m_rows.back().time = time; }
  /// Takes the newest row back.
  void dropRow();

  void append(const SampleBatch& other);
  /// Makes room for as much as `other` has, so that filling it again allocates three times and not dozens.
  void reserveAs(const SampleBatch& other);
  void clear();

  bool empty() const { return m_rows.empty(); }
  std::size_t size() const { return m_rows.size(); }
  std::span<const Row> rows() const { return m_rows; }
  std::span<const MetricValue> metrics(const Row& row) const;
  std::span<const NamedAttribute> attributes(const Row& row) const;

 private:
  std::vector<Row> m_rows;
  std::vector<MetricValue> m_metrics;
  std::vector<NamedAttribute> m_attributes;
};

}  // namespace carport
