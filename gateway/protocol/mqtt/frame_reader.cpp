#include "gateway/protocol/mqtt/frame_reader.h"

#include "gateway/protocol/mqtt/mqtt_errc.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport::mqtt {

namespace {
/// Most bytes of the Remaining Length field (MQTT 3.1.1 §2.2.3).
constexpr std::size_t kMaxLengthBytes = 4;
}  // namespace

void FrameReader::feed(std::string_view bytes) {
  if (!m_input.empty()) keepRest();
  m_input = bytes;
}

Result<std::optional<FrameReader::Header>> FrameReader::readHeader(std::string_view bytes) const {
  if (bytes.empty()) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < kMaxLengthBytes; ++i) {
    if (i + 1 >= bytes.size()) return std::nullopt;
    const auto byte = static_cast<std::uint8_t>(bytes[i + 1]);
    length |= static_cast<std::size_t>(byte & 0x7F) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (m_shortestLength && i > 0 && byte == 0) {
      return fail(MqttErrc::malformedPacket, "The Remaining Length of the packet has more bytes than it needs");
    }
    const Header header{static_cast<std::uint8_t>(bytes[0]), i + 2, i + 2 + length};
    if (header.packetBytes > m_maxPacketBytes) {
      return fail(MqttErrc::packetTooLarge, fmt::format("The packet declares {} bytes; at most {} are accepted",
                                                        header.packetBytes, m_maxPacketBytes));
    }
    return header;
  }
  return fail(MqttErrc::malformedPacket, "The Remaining Length of the packet has more than four bytes");
}

Result<std::optional<Frame>> FrameReader::next() {
  if (m_heldRead < m_held.size()) return nextHeld();
  giveHeldBack();
  const auto header = readHeader(m_input);
  if (!header) return failFrom(header);
  if (!*header || m_input.size() < (*header)->packetBytes) {
    m_held.assign(m_input);
    m_input = {};
    return std::nullopt;
  }
  const Frame frame{(*header)->firstByte,
                    m_input.substr((*header)->headerBytes, (*header)->packetBytes - (*header)->headerBytes)};
  m_input.remove_prefix((*header)->packetBytes);
  return frame;
}

Result<std::optional<Frame>> FrameReader::nextHeld() {
  for (;;) {
    const auto held = std::string_view(m_held).substr(m_heldRead);
    const auto header = readHeader(held);
    if (!header) return failFrom(header);
    if (!*header) {
      if (!fillHeld(held.size() + 1)) return std::nullopt;
      continue;
    }
    const auto [firstByte, headerBytes, packetBytes] = **header;
    if (held.size() < packetBytes && !fillHeld(packetBytes)) return std::nullopt;
    const Frame frame{firstByte, std::string_view(m_held).substr(m_heldRead + headerBytes, packetBytes - headerBytes)};
    m_heldRead += packetBytes;
    return frame;
  }
}

bool FrameReader::fillHeld(std::size_t wantedBytes) {
  m_held.erase(0, m_heldRead);
  m_heldRead = 0;
  const std::size_t taken = std::min(wantedBytes - m_held.size(), m_input.size());
  m_held.append(m_input.substr(0, taken));
  m_input.remove_prefix(taken);
  return m_held.size() == wantedBytes;
}

void FrameReader::giveHeldBack() {
  m_heldRead = 0;
  if (m_held.capacity() > kKeptBufferBytes) {
    m_held = std::string();
  } else {
    m_held.clear();
  }
}

void FrameReader::keepRest() {
  m_held.erase(0, m_heldRead);
  m_heldRead = 0;
  m_held.append(m_input);
  m_input = {};
}

}  // namespace carport::mqtt
