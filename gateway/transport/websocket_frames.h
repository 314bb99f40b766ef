#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace carport {

/// Why a WebSocket ends (RFC 6455 §7.4.1); those that are used here.
enum class WebSocketClose : std::uint16_t {
  none = 0,
  normal = 1000,
  protocolError = 1002,
  unsupportedData = 1003,
  tooLarge = 1009,
};

/// Whom a decoder tells about control frames. The views hold during the call.
class WebSocketControls {
 public:
  virtual ~WebSocketControls() = default;
  virtual void onPing(std::string_view payload) = 0;
  /// The other side ends; `code` is what to answer with.
  virtual void onClose(WebSocketClose code) = 0;
};

/// Takes the payload of binary messages out of a client's WebSocket frames (RFC 6455 §5). Messages are a stream here:
/// where one ends means nothing, and nothing is kept, however long a frame says it is. Text is refused. One thread.
class WebSocketFrameDecoder {
 public:
  /// Longest frame that is accepted, by what its header says.
  static constexpr std::uint64_t kMaxFrameBytes = 64ULL * 1024 * 1024;
  /// A control frame's payload (§5.5).
  static constexpr std::size_t kMaxControlBytes = 125;

  /// Decodes in place: moves the payload to the front of `bytes` and returns its length. After a mistake() or onClose()
  /// what follows is left out, and must not be brought here any more.
  std::size_t decode(std::span<char> bytes, WebSocketControls& controls);

  /// What the client did wrong; none: nothing.
  WebSocketClose mistake() const { return m_mistake; }
  /// The same as a sentence without a subject.
  std::string_view explanation() const { return m_explanation; }

 private:
  static constexpr std::size_t kMaxHeaderBytes = 14;

  std::size_t headerBytes() const;
  bool beginFrame();
  bool checkFirstBytes();
  void endFrame(WebSocketControls& controls);
  void closeFrame(WebSocketControls& controls);
  void unmask(std::span<char> bytes);
  bool refuse(WebSocketClose why, std::string_view explanation);
  bool isControl() const { return (m_opcode & 0x8U) != 0; }

  std::array<unsigned char, kMaxHeaderBytes> m_header{};
  std::array<unsigned char, 4> m_mask{};
  std::array<char, kMaxControlBytes> m_control{};
  std::uint64_t m_left = 0;  // of the frame's payload
  std::size_t m_headerTaken = 0;
  std::size_t m_controlTaken = 0;
  std::size_t m_maskAt = 0;
  std::uint8_t m_opcode = 0;
  bool m_final = true;
  bool m_inFrame = false;
  bool m_inMessage = false;  // between the first frame of a message and the last
  bool m_closed = false;
  WebSocketClose m_mistake = WebSocketClose::none;
  std::string_view m_explanation;
};

/// The header of a binary message in one frame, as a server sends it: without a mask (§5.1).
std::string webSocketBinaryHeader(std::uint64_t payloadBytes);
/// A whole pong frame; its payload is at most kMaxControlBytes long.
std::string webSocketPong(std::string_view payload);
/// A whole close frame.
std::string webSocketClosing(WebSocketClose code);

}  // namespace carport
