#include "gateway/api/metric_names.h"
#include "gateway/protocol/payload/telemetry_decoder.h"
#include "tests/fuzz/fuzz_input.h"

#include <cmath>

using namespace carport;

/// What is kept is finite and within its limits; what fails leaves nothing behind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MetricNames names;
  static payload::TelemetryDecoder decoder(names);
  SampleBatch batch;
  std::vector<api::Refusal> refusals;
  const auto decoded =
      decoder.decode(PrincipalNumber{1}, fuzz::asText(data, size), fromMs(1'700'000'000'000), batch, refusals);
  fuzz::require(decoded.has_value() == !batch.empty(), "rows come with success only");
  fuzz::require(refusals.size() <= payload::kMaxRefusalsPerPayload, "refusals are limited");
  for (const auto& row : batch.rows()) {
    fuzz::require(row.metricCount + row.attributeCount > 0, "a row has something in it");
    fuzz::require(row.time >= payload::kOldestTime, "a row's time is believable");
    for (const MetricValue& metric : batch.metrics(row)) {
      fuzz::require(std::isfinite(metric.value), "metrics are finite");
      if (metric.metric == MetricNames::kLatitudeId) fuzz::require(std::abs(metric.value) <= 90, "latitude");
      if (metric.metric == MetricNames::kLongitudeId) fuzz::require(std::abs(metric.value) <= 180, "longitude");
    }
  }
  return 0;
}
