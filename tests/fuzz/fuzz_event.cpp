#include "gateway/api/json_codec.h"
#include "gateway/protocol/payload/event_decoder.h"
#include "tests/fuzz/fuzz_input.h"

#include <nlohmann/json.hpp>

using namespace carport;

/// An event has a name within its limit, keeps its text as it came, and can be read by whoever reads a list of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  const auto event = payload::decodeEvent(PrincipalNumber{1}, text, fromMs(1'700'000'000'000));
  if (!event) {
    fuzz::require(!event.error().message().empty(), "every error has a sentence");
    return 0;
  }
  fuzz::require(!event->name.empty() && event->name.size() <= payload::kMaxEventNameBytes, "the name has its limit");
  fuzz::require(event->message.size() <= payload::kMaxEventMessageBytes, "the message has its limit");
  fuzz::require(event->data == text, "the text is kept");
  nlohmann::json car;
  car["alarms"].push_back(api::toJson(*event));
  const auto list = api::parseJson(api::toText({{"cars", {{{"state", car}}}}}));
  fuzz::require(list.has_value(), "whoever reads a list of cars can read this one's alarm");
  return 0;
}
