#include "gateway/api/live_frame.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;

/// A frame that decodes has as many cars as its length says, and encodes to the same length.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto positions = api::decodeLiveFrame(std::as_bytes(std::span(data, size)));
  if (!positions) {
    fuzz::require(!positions.error().message().empty(), "every error has a sentence");
    return 0;
  }
  const std::string encoded = api::encodeLiveFrame(*positions);
  fuzz::require(encoded.size() == api::kLiveFrameHeaderBytes + positions->size() * api::kLiveFrameBytesPerCar,
                "the length follows from the number of cars");
  fuzz::require(encoded.size() == size, "a frame has nothing behind its last array");
  return 0;
}
