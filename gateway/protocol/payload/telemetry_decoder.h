#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/metric_names.h"
#include "gateway/api/sample.h"
#include "gateway/base/result.h"
#include "gateway/protocol/payload/clock_check.h"
#include "gateway/protocol/payload/refusal_report.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace carport::payload {

/// Largest telemetry payload.
inline constexpr std::size_t kMaxTelemetryBytes = 256 * 1024;
/// Most objects in one payload's array.
inline constexpr std::size_t kMaxRowsPerPayload = 1000;
/// Most metrics and attributes in one object.
inline constexpr std::size_t kMaxFieldsPerRow = 256;
/// Longest text of an attribute, in bytes.
inline constexpr std::size_t kMaxAttributeBytes = 256;
/// Most refusals that one payload can cause; further ones are only counted in the last. Few, so that one bad message
/// does not push out what a car's state remembers of earlier ones.
inline constexpr std::size_t kMaxRefusalsPerPayload = 10;
/// Fastest believable speed, in km/h.
inline constexpr double kMaxSpeedKmh = 1000.0;
/// Telemetry payloads (docs/api.md, "MQTT") into samples: one JSON object or an array of them, with `ts`, `lat`, `lon`,
/// `alt` m, `speed` km/h, `heading` degrees; further numbers are metrics, strings and booleans attributes. Bad fields
/// are refused by name, the rest is kept. Allocates nothing per payload once it has seen the names and sizes, and asks
/// MetricNames only about names that are new to it. Owner: an I/O thread. One thread.
class TelemetryDecoder {
 public:
  /// `names` must live longer than this.
  explicit TelemetryDecoder(MetricNames& names);
  ~TelemetryDecoder();
  TelemetryDecoder(const TelemetryDecoder&) = delete;
  TelemetryDecoder& operator=(const TelemetryDecoder&) = delete;

  /// Appends a row to `out` for each object that has anything usable, and to `refusals` what was not. Fails, appending
  /// nothing, where the payload as a whole cannot be used: not JSON, not an object or array, too large or too long, or
  /// nothing in it could be kept (only then `refusals` says why). `ts` that was kept though the car's clock may be
  /// wrong is also among the refusals.
  /// `organisation`: whose the car is; empty: the house's. `report`, where it is given, is told the same by the
  /// object's place, and which objects were not kept at all.
  Result<void> decode(PrincipalNumber car, std::string_view payload, TimePoint arrival, SampleBatch& out,
                      std::vector<api::Refusal>& refusals, RefusalReport* report = nullptr,
                      std::string_view organisation = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace carport::payload
