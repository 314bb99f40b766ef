#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "tests/fuzz/fuzz_input.h"

#include <string>

using namespace carport;
using namespace carport::mqtt;

/// Whatever decodes encodes to something that decodes to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FrameReader reader;
  reader.feed(fuzz::asText(data, size));
  DecodeScratch scratch;
  for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
    const auto packet = decodePacket(**frame, scratch);
    if (!packet) {
      fuzz::require(!packet.error().message().empty(), "every error has a sentence");
      continue;
    }
    std::string encoded;
    encode(*packet, encoded);
    FrameReader again;
    again.feed(encoded);
    const auto secondFrame = again.next();
    fuzz::require(secondFrame && *secondFrame, "what was encoded is one whole packet");
    fuzz::require((*secondFrame)->firstByte == (*frame)->firstByte, "the first byte comes back");
    fuzz::require((*secondFrame)->body == (*frame)->body, "the body comes back");
  }
  return 0;
}
