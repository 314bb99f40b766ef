#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// What a WebSocket port offers.
struct WebSocketOffer {
  std::string subprotocol;         ///< clients must ask for it, e.g. "mqtt"
  std::vector<std::string> paths;  ///< that it is found at, e.g. "/mqtt"
};

/// The server's side of a WebSocket's opening (RFC 6455 §4.2): bytes of one HTTP request in, the answer out. One use.
class WebSocketHandshake {
 public:
  /// A longer request is refused.
  static constexpr std::size_t kMaxRequestBytes = 8 * 1024;

  explicit WebSocketHandshake(const WebSocketOffer& offer) : m_offer(offer) {}

  /// Takes what was read; how much of it belongs to the request. Not to be called any more once there is an answer().
  std::size_t feed(std::string_view bytes);

  /// What is to be written; empty while the request is not whole.
  const std::string& answer() const { return m_answer; }
  bool isAccepted() const { return m_accepted; }
  /// Why not: a sentence without a subject.
  const std::string& explanation() const { return m_explanation; }
  /// A page of another host asks: what comes with the browser by itself proves nothing.
  bool isFromForeignPage() const { return m_fromForeignPage; }

 private:
  void judge();

  const WebSocketOffer& m_offer;
  std::string m_request;
  std::string m_answer;
  std::string m_explanation;
  bool m_accepted = false;
  bool m_fromForeignPage = false;
};

/// The answer to a client's Sec-WebSocket-Key (§4.2.2).
std::string webSocketAcceptKey(std::string_view key);

}  // namespace carport
