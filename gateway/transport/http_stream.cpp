#include "gateway/transport/http_stream.h"

#include "gateway/transport/peer_address.h"
#include "gateway/transport/socket_steps.h"

namespace carport {

using boost::beast::tcp_stream;

HttpStream::Socket& HttpStream::socket() {
  auto* plain = std::get_if<tcp_stream>(&m_stream);
  return plain ? plain->socket() : std::get<Secure>(m_stream)->channel().socket();
}

HttpStream::ErrorCode HttpStream::start() {
  if (isSecure()) return std::get<Secure>(m_stream)->channel().start();
  ErrorCode ec;
  socket().set_option(boost::asio::ip::tcp::no_delay(true), ec);
  return ec;
}

std::string HttpStream::remoteAddress() const {
  ErrorCode ec;
  socket().remote_endpoint(ec);
  return ec ? std::string() : peerAddress(peerOf(socket()));
}

std::function<std::string()> HttpStream::failure() const {
  if (!isSecure()) return [] { return std::string(); };
  return [secure = std::get<Secure>(m_stream)] { return secure->channel().failure(); };
}

void HttpStream::expires_after(std::chrono::steady_clock::duration duration) {
  auto* plain = std::get_if<tcp_stream>(&m_stream);
  plain ? plain->expires_after(duration) : std::get<Secure>(m_stream)->expiresAfter(duration);
}

void HttpStream::expires_never() {
  auto* plain = std::get_if<tcp_stream>(&m_stream);
  plain ? plain->expires_never() : std::get<Secure>(m_stream)->expiresNever();
}

void HttpStream::endSending() {
  ErrorCode ignored;
  if (auto* plain = std::get_if<tcp_stream>(&m_stream)) {
    plain->socket().shutdown(Socket::shutdown_send, ignored);
  } else if (const auto& secure = std::get<Secure>(m_stream)) {
    secure->channel().endSending();
  }
}

void HttpStream::cancel() {
  ErrorCode ignored;
  if (auto* plain = std::get_if<tcp_stream>(&m_stream)) {
    plain->cancel();
  } else if (const auto& secure = std::get<Secure>(m_stream)) {
    secure->channel().socket().cancel(ignored);
  }
}

void HttpStream::close() {
  auto* plain = std::get_if<tcp_stream>(&m_stream);
  plain ? plain->close() : std::get<Secure>(m_stream)->channel().close();
}

}  // namespace carport
