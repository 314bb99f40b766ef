#include "gateway/api/metric_names.h"
#include "gateway/protocol/payload/plain_object_scanner.h"
#include "gateway/protocol/payload/telemetry_decoder.h"
#include "tests/fuzz/fuzz_input.h"

#include <bit>
#include <string>

using namespace carport;

namespace {

constexpr TimePoint kArrival = fromMs(1'700'000'000'000);

struct Decoded {
  bool ok = false;
  SampleBatch batch;
  std::vector<api::Refusal> refusals;
};

Decoded decode(MetricNames& names, std::string_view payload) {
  Decoded decoded;
  payload::TelemetryDecoder decoder(names);
  decoded.ok = decoder.decode(PrincipalNumber{1}, payload, kArrival, decoded.batch, decoded.refusals).has_value();
  return decoded;
}

void checkRows(const Decoded& a, const Decoded& b) {
  fuzz::require(a.batch.size() == b.batch.size(), "both ways give as many rows");
  for (std::size_t i = 0; i < a.batch.size(); ++i) {
    const auto& rowA = a.batch.rows()[i];
    const auto& rowB = b.batch.rows()[i];
    const auto metricsA = a.batch.metrics(rowA), metricsB = b.batch.metrics(rowB);
    const auto attributesA = a.batch.attributes(rowA), attributesB = b.batch.attributes(rowB);
    fuzz::require(rowA.time == rowB.time, "both ways give the same time");
    fuzz::require(metricsA.size() == metricsB.size(), "both ways give as many metrics");
    fuzz::require(attributesA.size() == attributesB.size(), "both ways give as many attributes");
    for (std::size_t m = 0; m < metricsA.size(); ++m) {
      fuzz::require(metricsA[m].metric == metricsB[m].metric, "both ways give the same names");
      fuzz::require(std::bit_cast<std::uint64_t>(metricsA[m].value) == std::bit_cast<std::uint64_t>(metricsB[m].value),
                    "both ways give the same number, bit for bit");
    }
    for (std::size_t m = 0; m < attributesA.size(); ++m) {
      fuzz::require(attributesA[m].name == attributesB[m].name && attributesA[m].value == attributesB[m].value,
                    "both ways give the same attribute");
    }
  }
}

}  // namespace

/// What the scanner takes means to the parser behind it exactly the same: the same rows and as many refusals. In an
/// array an object goes to the parser; alone to the scanner first.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  static payload::PlainObjectScanner scanner;
  if (size + 2 > payload::kMaxTelemetryBytes || !scanner.scan(text)) return 0;
  MetricNames names;
  const Decoded scanned = decode(names, text);
  const Decoded parsed = decode(names, "[" + std::string(text) + "]");
  fuzz::require(scanned.ok == parsed.ok, "both ways give the same verdict");
  fuzz::require(scanned.refusals.size() == parsed.refusals.size(), "both ways refuse as much");
  for (std::size_t i = 0; i < scanned.refusals.size(); ++i)
    fuzz::require(scanned.refusals[i].field == parsed.refusals[i].field, "both ways refuse the same fields");
  checkRows(scanned, parsed);
  return 0;
}
