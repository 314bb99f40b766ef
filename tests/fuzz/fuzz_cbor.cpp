#include "gateway/api/json_codec.h"
#include "gateway/protocol/payload/cbor_text.h"
#include "gateway/protocol/payload/telemetry_decoder.h"
#include "tests/fuzz/fuzz_input.h"

#include <nlohmann/json.hpp>

using namespace carport;

namespace {
constexpr std::size_t kMaxBytes = 64 * 1024;
}

/// What CBOR becomes is JSON within its limit, and the decoder behind it takes it as any other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = payload::jsonFromCbor(fuzz::asText(data, size), kMaxBytes);
  if (!text) {
    fuzz::require(!text.error().message().empty(), "every error has a sentence");
    return 0;
  }
  fuzz::require(text->size() <= kMaxBytes, "the text has its limit");
  fuzz::require(nlohmann::json::accept(*text), "the text is JSON");
  static MetricNames names;
  static payload::TelemetryDecoder decoder(names);
  SampleBatch batch;
  std::vector<api::Refusal> refusals;
  payload::RefusalReport report;
  const auto decoded = decoder.decode(PrincipalNumber{1}, *text, fromMs(1'700'000'000'000), batch, refusals, &report);
  fuzz::require(decoded.has_value() == !batch.empty(), "what is decoded has rows");
  fuzz::require(report.entries.size() <= payload::RefusalReport::kMaxEntries, "the report has its limit");
  return 0;
}
