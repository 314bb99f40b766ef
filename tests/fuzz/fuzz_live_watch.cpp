#include "gateway/server/control/live_feed.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;

/// What a client of the live feed asks for stays within its limits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto watch = LiveWatch::parse(fuzz::asText(data, size));
  if (!watch) {
    fuzz::require(!watch.error().message().empty(), "every error has a sentence");
    return 0;
  }
  fuzz::require(watch->interval >= LiveWatch::kShortestInterval && watch->interval <= LiveWatch::kLongestInterval,
                "how often it is told has its limits");
  fuzz::require(!watch->cars || watch->cars->size() <= LiveWatch::kMaxCars, "cars are limited");
  fuzz::require(watch->states.size() <= LiveWatch::kMaxStates, "states are limited");
  fuzz::require(watch->messages.size() <= LiveWatch::kMaxMessageCars, "watched messages are limited");
  return 0;
}
