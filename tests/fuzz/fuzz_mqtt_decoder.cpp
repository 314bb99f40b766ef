#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "tests/fuzz/fuzz_input.h"

#include <optional>
#include <string>

using namespace carport;
using namespace carport::mqtt;

namespace {

/// The packet in `bytes` as it is encoded again; none where it does not decode.
std::optional<std::string> again(const Frame& frame, ProtocolLevel level) {
  DecodeScratch scratch;
  const auto packet = decodePacket(frame, scratch, level);
  if (!packet) {
    fuzz::require(!packet.error().message().empty(), "every error has a sentence");
    return std::nullopt;
  }
  std::string encoded;
  encode(*packet, encoded, level);
  return encoded;
}

Frame only(FrameReader& reader, const std::string& bytes) {
  reader.feed(bytes);
  const auto frame = reader.next();
  fuzz::require(frame && *frame, "what was encoded is one whole packet");
  return **frame;
}

/// In 3.1.1 there is one way to write a packet, so it comes back byte for byte.
void checkOld(const Frame& frame) {
  const auto encoded = again(frame, ProtocolLevel::v311);
  if (!encoded) return;
  FrameReader reader;
  const auto back = only(reader, *encoded);
  fuzz::require(back.firstByte == frame.firstByte, "the first byte comes back");
  fuzz::require(back.body == frame.body, "the body comes back");
}

/// In 5.0 a success may be said or left out, so it is the shortest form that comes back.
void checkNew(const Frame& frame) {
  const auto encoded = again(frame, ProtocolLevel::v5);
  if (!encoded) return;
  FrameReader reader;
  reader.requireShortestLength();
  const auto back = only(reader, *encoded);
  fuzz::require(back.firstByte == frame.firstByte, "the first byte comes back");
  fuzz::require(back.body.size() <= frame.body.size(), "a packet does not grow");
  fuzz::require(again(back, ProtocolLevel::v5) == encoded, "the shortest form stays as it is");
}

}  // namespace

/// Whatever decodes encodes to something that decodes to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FrameReader reader;
  reader.feed(fuzz::asText(data, size));
  for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
    checkOld(**frame);
    checkNew(**frame);
  }
  return 0;
}
