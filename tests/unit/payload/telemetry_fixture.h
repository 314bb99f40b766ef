#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/protocol/payload/telemetry_decoder.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// One decoder with what it fills, and short ways to ask about the result.
namespace carport::payload {

struct TelemetryFixture {
  static constexpr PrincipalNumber kCar{7};
  static constexpr TimePoint kArrival = fromMs(1'700'000'000'000);  // 2023-11-14

  Result<void> decode(std::string_view json) { return decoder.decode(kCar, json, kArrival, batch, refusals); }

  /// The value of a metric of a row; NaN where it has none.
  double metric(std::string_view name, std::size_t row = 0) {
    for (const MetricValue& value : batch.metrics(batch.rows()[row])) {
      if (names.name(value.metric) == name) return value.value;
    }
    return std::numeric_limits<double>::quiet_NaN();
  }
  bool hasMetric(std::string_view name, std::size_t row = 0) { return metric(name, row) == metric(name, row); }
  const api::AttributeValue* attribute(std::string_view name, std::size_t row = 0) {
    for (const NamedAttribute& attribute : batch.attributes(batch.rows()[row])) {
      if (names.name(attribute.name) == name) return &attribute.value;
    }
    return nullptr;
  }
  /// The reason why a field was refused; empty where it was not.
  std::string reason(std::string_view field) const {
    for (const api::Refusal& refusal : refusals) {
      if (refusal.field == field) return refusal.reason;
    }
    return {};
  }

  MetricNames names;
  TelemetryDecoder decoder{names};
  SampleBatch batch;
  std::vector<api::Refusal> refusals;
};

}  // namespace carport::payload
