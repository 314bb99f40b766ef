#include "gateway/protocol/payload/event_batch.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;

/// Of a list of events each is taken or told of.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<api::Event> events;
  payload::RefusalReport report;
  const auto decoded =
      payload::decodeEvents(PrincipalNumber{1}, fuzz::asText(data, size), fromMs(1'700'000'000'000), events, report);
  if (!decoded) fuzz::require(!decoded.error().message().empty(), "every error has a sentence");
  fuzz::require(decoded.has_value() == !events.empty(), "what is decoded has events");
  fuzz::require(events.size() + report.entries.size() <= payload::kMaxEventsPerPayload, "the list has its limit");
  for (const auto& event : events) fuzz::require(event.data.size() <= api::kMaxEventBytes, "each has its limit");
  return 0;
}
