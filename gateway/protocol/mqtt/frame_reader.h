#pragma once

#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport::mqtt {

/// One packet, cut out of the stream but not yet looked into.
struct Frame {
  std::uint8_t firstByte = 0;
  std::string_view body;  ///< what follows the Remaining Length

  PacketType type() const { return static_cast<PacketType>(firstByte >> 4); }
  std::uint8_t flags() const { return firstByte & 0x0F; }
};

/// Cuts a stream of bytes into packets, without copying those that came whole: feed() what was read, then call next()
/// until it has none. A packet's declared length is checked before a byte of it is kept, and memory grows with what has
/// come, never with what was declared. Owner: a connection. One thread.
class FrameReader {
 public:
  explicit FrameReader(std::size_t maxPacketBytes = kDefaultMaxPacketBytes) : m_maxPacketBytes(maxPacketBytes) {}

  /// Largest packet from now on, its fixed header included.
  void setMaxPacketBytes(std::size_t bytes) { m_maxPacketBytes = bytes; }
  /// From now on a Remaining Length with more bytes than it needs is an error: 5.0 says so [MQTT-1.5.5-1], 3.1.1 not.
  void requireShortestLength() { m_shortestLength = true; }
  /// Takes `bytes`, which must stay where they are until next() has none or keepRest() was called.
  void feed(std::string_view bytes);
  /// The next whole packet, valid until the next call of any function; none where more bytes are needed.
  /// After an Error the stream cannot be read on.
  Result<std::optional<Frame>> next();
  /// Copies what was fed and not yet cut, so that the fed bytes may go away. For pauses.
  void keepRest();
  /// Bytes that are held here, waiting for the rest of their packet or for the end of a pause.
  std::size_t heldBytes() const { return m_held.size() - m_heldRead; }

 private:
  struct Header {
    std::uint8_t firstByte = 0;
    std::size_t headerBytes = 0;
    std::size_t packetBytes = 0;  // with the header
  };
  Result<std::optional<Header>> readHeader(std::string_view bytes) const;
  Result<std::optional<Frame>> nextHeld();
  bool fillHeld(std::size_t wantedBytes);
  void giveHeldBack();

  std::size_t m_maxPacketBytes;
  bool m_shortestLength = false;
  std::string_view m_input;    // fed, not yet cut
  std::string m_held;          // the beginning of what comes before m_input
  std::size_t m_heldRead = 0;  // of m_held, already handed out
};

}  // namespace carport::mqtt
