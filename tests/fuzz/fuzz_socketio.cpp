#include "gateway/protocol/socketio/socketio_packet.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;
using namespace carport::socketio;

/// A packet that is read is written as one that is read the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  const auto packet = parsePacket(text);
  if (!packet) return 0;
  const std::string written = toText(*packet);
  const auto again = parsePacket(written);
  fuzz::require(again && *again == *packet, "a packet comes back");
  if (const auto event = parseEvent(packet->data)) {
    fuzz::require(event->name.size() <= kMaxEventNameBytes, "the limit of names holds");
  }
  return 0;
}
