#include "gateway/protocol/payload/event_decoder.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;

/// An event has a name within its limit, and keeps its text as it came.
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
  return 0;
}
