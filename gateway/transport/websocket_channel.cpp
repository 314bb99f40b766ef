#include "gateway/transport/websocket_channel.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace carport {

WebSocketChannel::WebSocketChannel(std::unique_ptr<ByteChannel> lower, const WebSocketOffer& offer)
    : m_lower(std::move(lower)), m_handshake(std::make_unique<WebSocketHandshake>(offer)) {}

std::size_t WebSocketChannel::read(std::span<char> room, ErrorCode& ec) {
  if (m_ended && !std::exchange(m_toldEnd, true)) {
    ec = boost::asio::error::eof;
    return 0;
  }
  if (m_ended) {
    // Read on all the same, so that the other side gets to read what was written last.
    m_lower->read(room, ec);
    if (!ec) ec = boost::asio::error::would_block;
    return 0;
  }
  const auto bytes = m_lower->read(room, ec);
  if (bytes == 0) return 0;
  auto taken = room.first(bytes);
  if (m_handshake) {
    const auto rest = shakeHands(taken, ec);
    if (ec || rest == 0) return 0;
    taken = room.first(rest);
  }
  return decode(taken, ec);
}

std::size_t WebSocketChannel::shakeHands(std::span<char> bytes, ErrorCode& ec) {
  const auto used = m_handshake->feed({bytes.data(), bytes.size()});
  ec = boost::asio::error::would_block;
  if (m_handshake->answer().empty()) return 0;
  m_before = m_handshake->answer();
  m_fromForeignPage = m_handshake->isFromForeignPage();
  const auto rest = bytes.size() - used;
  if (!m_handshake->isAccepted()) {
    m_failure = m_handshake->explanation();
    m_ended = m_toldEnd = m_closing = true;
  } else {
    std::memmove(bytes.data(), bytes.data() + used, rest);
  }
  const bool accepted = m_handshake->isAccepted();
  if (accepted) m_handshake.reset();
  ErrorCode written;
  flush(written);
  if (!accepted) {
    ec = boost::asio::error::connection_refused;
  } else if (rest > 0) {
    ec = {};
  }
  return accepted ? rest : 0;
}

std::size_t WebSocketChannel::decode(std::span<char> bytes, ErrorCode& ec) {
  const auto payload = m_decoder.decode(bytes, *this);
  if (m_decoder.mistake() != WebSocketClose::none) {
    m_failure = m_decoder.explanation();
    m_ended = m_toldEnd = true;
    sendClosing(m_decoder.mistake());
    // What came before the mistake is not worth being told of: the connection ends here.
    ec = boost::asio::error::connection_aborted;
    return 0;
  }
  ec = {};
  if (payload == 0) {
    m_toldEnd = m_ended;
    ec = m_ended ? ErrorCode(boost::asio::error::eof) : ErrorCode(boost::asio::error::would_block);
  }
  return payload;
}

void WebSocketChannel::waitReadable(std::shared_ptr<ByteChannelUser> user) {
  if (m_ended && !m_toldEnd) return m_lower->callSoon(std::move(user));
  m_lower->waitReadable(std::move(user));
}

void WebSocketChannel::onPing(std::string_view payload) {
  if (m_closing || m_before.size() + m_after.size() > kMaxWaitingControls) return;
  sendControl(webSocketPong(payload));
}

void WebSocketChannel::onClose(WebSocketClose code) {
  m_ended = true;
  sendClosing(code);
}

void WebSocketChannel::sendClosing(WebSocketClose code) {
  if (std::exchange(m_closing, true)) return;
  sendControl(webSocketClosing(code));
}

void WebSocketChannel::sendControl(std::string frame) {
  // Within a message's frame there is no place for another.
  (m_left == 0 ? m_before : m_after) += frame;
  ErrorCode ignored;
  flush(ignored);
}

bool WebSocketChannel::flush(ErrorCode& ec) {
  if (m_left > 0) return m_before.empty();  // goes out with the rest of that frame
  while (!m_before.empty()) {
    const auto taken = m_lower->write(m_before, ec);
    m_before.erase(0, taken);
    if (ec) return false;
  }
  std::string().swap(m_before);
  return true;
}

std::size_t WebSocketChannel::writeTwo(std::string_view head, std::string_view body, ErrorCode& ec) {
  ec = {};
  if (!head.empty()) {
    const auto taken = writeTwo({}, head, ec);
    if (ec || taken < head.size()) return taken;
    return taken + writeTwo({}, body, ec);
  }
  if (m_handshake || (m_closing && m_left == 0)) {
    // Nothing can be said before the handshake and after the goodbye.
    ec = boost::asio::error::not_connected;
    return 0;
  }
  std::size_t taken = 0;
  while (taken < body.size() && !ec) {
    if (m_left == 0) {
      m_left = body.size() - taken;
      m_before += webSocketBinaryHeader(m_left);
    }
    const auto payload = body.substr(taken, m_left);
    auto written = m_lower->writeTwo(m_before, payload, ec);
    const auto ofBefore = std::min(written, m_before.size());
    m_before.erase(0, ofBefore);
    written -= ofBefore;
    m_left -= written;
    taken += written;
    if (m_left == 0) m_before = std::exchange(m_after, {});
  }
  return taken;
}

void WebSocketChannel::onTime() {
  if (m_before.empty() || m_left > 0) return;
  ErrorCode ignored;
  flush(ignored);
}

bool WebSocketChannel::endSending() {
  if (!m_handshake) sendClosing(WebSocketClose::normal);
  ErrorCode ignored;
  flush(ignored);
  return m_lower->endSending();
}

std::string_view WebSocketChannel::opening() const {
  const auto below = m_lower->opening();
  return below.empty() && m_handshake ? "its WebSocket handshake" : below;
}

std::string WebSocketChannel::failure() const {
  return m_failure.empty() ? m_lower->failure() : m_failure;
}

}  // namespace carport
