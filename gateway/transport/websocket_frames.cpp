#include "gateway/transport/websocket_frames.h"

#include <algorithm>
#include <cstring>

namespace carport {

namespace {

constexpr std::uint8_t kContinuation = 0x0;
constexpr std::uint8_t kText = 0x1;
constexpr std::uint8_t kBinary = 0x2;
constexpr std::uint8_t kClose = 0x8;
constexpr std::uint8_t kPing = 0x9;
constexpr std::uint8_t kPong = 0xA;

constexpr unsigned kFinalBit = 0x80;
constexpr unsigned kReservedBits = 0x70;
constexpr unsigned kOpcodeBits = 0x0F;
constexpr unsigned kMaskBit = 0x80;
constexpr unsigned kLengthBits = 0x7F;
constexpr unsigned kLength16 = 126;
constexpr unsigned kLength64 = 127;
constexpr std::size_t kMaskBytes = 4;

/// How many bytes follow the second one to say the length.
std::size_t lengthBytes(unsigned length7) {
  if (length7 == kLength64) return 8;
  return length7 == kLength16 ? 2 : 0;
}

/// Codes that may stand in a close frame (§7.4).
bool isCloseCode(unsigned code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

void appendBigEndian(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned shift = bytes * 8; shift > 0; shift -= 8) out.push_back(static_cast<char>(value >> (shift - 8)));
}

}  // namespace

std::size_t WebSocketFrameDecoder::headerBytes() const {
  if (m_headerTaken < 2) return 2;
  return 2 + lengthBytes(m_header[1] & kLengthBits) + kMaskBytes;
}

std::size_t WebSocketFrameDecoder::decode(std::span<char> bytes, WebSocketControls& controls) {
  std::size_t out = 0;
  std::size_t in = 0;
  while (in < bytes.size() && !m_closed && m_mistake == WebSocketClose::none) {
    if (!m_inFrame) {
      m_header[m_headerTaken++] = static_cast<unsigned char>(bytes[in++]);
      if (m_headerTaken < headerBytes()) {
        // What is wrong already is not waited for any longer.
        if (m_headerTaken == 2 && !checkFirstBytes()) break;
        continue;
      }
      if (!beginFrame()) break;
      if (m_left == 0) endFrame(controls);
      continue;
    }
    const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(m_left, bytes.size() - in));
    unmask(bytes.subspan(in, take));
    if (isControl()) {
      std::memcpy(m_control.data() + m_controlTaken, bytes.data() + in, take);
      m_controlTaken += take;
    } else {
      std::memmove(bytes.data() + out, bytes.data() + in, take);
      out += take;
    }
    in += take;
    m_left -= take;
    if (m_left == 0) endFrame(controls);
  }
  return out;
}

bool WebSocketFrameDecoder::checkFirstBytes() {
  const unsigned first = m_header[0];
  const auto opcode = static_cast<std::uint8_t>(first & kOpcodeBits);
  const unsigned length = m_header[1] & kLengthBits;
  const bool isFinal = (first & kFinalBit) != 0;
  using enum WebSocketClose;
  if ((first & kReservedBits) != 0) return refuse(protocolError, "it set reserved bits in a WebSocket frame");
  if ((m_header[1] & kMaskBit) == 0) return refuse(protocolError, "it sent a WebSocket frame without a mask");
  switch (opcode) {
    case kText:
      return refuse(unsupportedData, "it sent a text message where there are binary ones only");
    case kContinuation:
      return m_inMessage || refuse(protocolError, "it continued a WebSocket message that it had not begun");
    case kBinary:
      return !m_inMessage || refuse(protocolError, "it began a WebSocket message within another");
    case kClose:
    case kPing:
    case kPong:
      return (isFinal && length <= kMaxControlBytes) ||
             refuse(protocolError, "it sent a WebSocket control frame that is too long or in pieces");
    default:
      return refuse(protocolError, "it sent a WebSocket frame of an unknown kind");
  }
}

bool WebSocketFrameDecoder::beginFrame() {
  const unsigned length7 = m_header[1] & kLengthBits;
  const auto bytes = lengthBytes(length7);
  std::uint64_t length = bytes == 0 ? length7 : 0;
  for (std::size_t i = 0; i < bytes; ++i) length = length << 8U | m_header[2 + i];
  const bool shorterWouldDo = (bytes == 2 && length < kLength16) || (bytes == 8 && length <= 0xFFFF);
  if (shorterWouldDo) return refuse(WebSocketClose::protocolError, "it wrote a WebSocket frame's length too long");
  if (length > kMaxFrameBytes) return refuse(WebSocketClose::tooLarge, "it sent too large a WebSocket frame");
  std::copy_n(m_header.begin() + 2 + static_cast<std::ptrdiff_t>(bytes), kMaskBytes, m_mask.begin());
  m_maskAt = 0;
  m_left = length;
  m_final = (m_header[0] & kFinalBit) != 0;
  m_opcode = static_cast<std::uint8_t>(m_header[0] & kOpcodeBits);
  m_controlTaken = 0;
  m_headerTaken = 0;
  m_inFrame = true;
  return true;
}

void WebSocketFrameDecoder::endFrame(WebSocketControls& controls) {
  m_inFrame = false;
  if (!isControl()) {
    m_inMessage = !m_final;
  } else if (m_opcode == kPing) {
    controls.onPing({m_control.data(), m_controlTaken});
  } else if (m_opcode == kClose) {
    closeFrame(controls);
  }
}

void WebSocketFrameDecoder::closeFrame(WebSocketControls& controls) {
  const auto high = static_cast<unsigned char>(m_control[0]);
  const auto low = static_cast<unsigned char>(m_control[1]);
  const unsigned code = static_cast<unsigned>(high) << 8U | low;
  if (m_controlTaken == 1 || (m_controlTaken >= 2 && !isCloseCode(code))) {
    refuse(WebSocketClose::protocolError, "it closed the WebSocket with a code that does not exist");
    return;
  }
  m_closed = true;
  controls.onClose(m_controlTaken == 0 ? WebSocketClose::normal : static_cast<WebSocketClose>(code));
}

void WebSocketFrameDecoder::unmask(std::span<char> bytes) {
  std::size_t at = 0;
  if (bytes.size() >= sizeof(std::uint64_t)) {
    std::array<unsigned char, sizeof(std::uint64_t)> turned{};
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = m_mask[(m_maskAt + i) % kMaskBytes];
    std::uint64_t mask = 0;
    std::memcpy(&mask, turned.data(), sizeof mask);
    for (; at + sizeof mask <= bytes.size(); at += sizeof mask) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at, sizeof word);
      word ^= mask;
      std::memcpy(bytes.data() + at, &word, sizeof word);
    }
  }
  for (; at < bytes.size(); ++at) {
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ m_mask[(m_maskAt + at) % kMaskBytes]);
  }
  m_maskAt = (m_maskAt + bytes.size()) % kMaskBytes;
}

bool WebSocketFrameDecoder::refuse(WebSocketClose why, std::string_view explanation) {
  m_mistake = why;
  m_explanation = explanation;
  return false;
}

std::string webSocketBinaryHeader(std::uint64_t payloadBytes) {
  std::string header(1, static_cast<char>(kFinalBit | kBinary));
  if (payloadBytes < kLength16) {
    header.push_back(static_cast<char>(payloadBytes));
  } else if (payloadBytes <= 0xFFFF) {
    header.push_back(static_cast<char>(kLength16));
    appendBigEndian(header, payloadBytes, 2);
  } else {
    header.push_back(static_cast<char>(kLength64));
    appendBigEndian(header, payloadBytes, 8);
  }
  return header;
}

std::string webSocketPong(std::string_view payload) {
  std::string frame(1, static_cast<char>(kFinalBit | kPong));
  frame.push_back(static_cast<char>(payload.size()));
  frame += payload;
  return frame;
}

std::string webSocketClosing(WebSocketClose code) {
  std::string frame(1, static_cast<char>(kFinalBit | kClose));
  frame.push_back(2);
  appendBigEndian(frame, static_cast<std::uint16_t>(code), 2);
  return frame;
}

}  // namespace carport
