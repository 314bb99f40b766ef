#include "gateway/transport/tls_channel.h"

#include "gateway/transport/peer_certificate.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <utility>

namespace carport {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using ErrorCode = ByteChannel::ErrorCode;

int answer(BIO* bio, const ErrorCode& ec, int retryFlag) {
  BIO_clear_retry_flags(bio);
  if (!ec) return 1;
  if (ByteChannel::wouldBlock(ec)) BIO_set_flags(bio, retryFlag | BIO_FLAGS_SHOULD_RETRY);
  return 0;
}

int readSocket(BIO* bio, char* room, std::size_t size, std::size_t* taken) {
  ErrorCode ec;
  *taken = static_cast<tcp::socket*>(BIO_get_data(bio))->read_some(asio::buffer(room, size), ec);
  return answer(bio, ec, BIO_FLAGS_READ);
}

int writeSocket(BIO* bio, const char* bytes, std::size_t size, std::size_t* taken) {
  ErrorCode ec;
  *taken = static_cast<tcp::socket*>(BIO_get_data(bio))->write_some(asio::buffer(bytes, size), ec);
  return answer(bio, ec, BIO_FLAGS_WRITE);
}

long controlSocket(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/// A BIO over an Asio socket. OpenSSL's own would raise SIGPIPE where the other side has gone.
const BIO_METHOD* socketMethod() {
  static const BioMethodPtr kMethod = [] {
    BioMethodPtr method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "asio socket"));
    BIO_meth_set_read_ex(method.get(), readSocket);
    BIO_meth_set_write_ex(method.get(), writeSocket);
    BIO_meth_set_ctrl(method.get(), controlSocket);
    return method;
  }();
  return kMethod.get();
}

}  // namespace

TlsChannel::TlsChannel(tcp::socket socket, const TlsContext& context)
    : m_socket(std::move(socket)), m_ssl(SSL_new(context.native())) {}

void TlsChannel::askForNoCertificate() {
  if (!m_ssl) return;  // start() tells
  constexpr std::string_view kSessionContext = "carport, nobody asked";
  static_assert(kSessionContext.size() <= SSL_MAX_SID_CTX_LENGTH);
  SSL_set_verify(m_ssl.get(), SSL_VERIFY_NONE, nullptr);
  SSL_set_session_id_context(m_ssl.get(), reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                             static_cast<unsigned>(kSessionContext.size()));
}

bool TlsChannel::connectTo(const std::string& host) {
  m_isClient = true;
  if (!m_ssl) return true;  // start() tells
  ErrorCode notAnAddress;
  asio::ip::make_address(host, notAnAddress);
  X509_VERIFY_PARAM* wanted = SSL_get0_param(m_ssl.get());
  if (!notAnAddress) return X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1;
  // Names alone are told (RFC 6066 §3), so that a server of several can choose its certificate.
  return SSL_set1_host(m_ssl.get(), host.c_str()) == 1 && SSL_set_tlsext_host_name(m_ssl.get(), host.c_str()) == 1;
}

ErrorCode TlsChannel::start() {
  if (const auto ec = prepareSocket(m_socket)) return ec;
  BIO* bio = m_ssl ? BIO_new(socketMethod()) : nullptr;
  if (bio == nullptr) return asio::error::no_memory;
  BIO_set_data(bio, &m_socket);
  BIO_set_init(bio, 1);
  SSL_set_bio(m_ssl.get(), bio, bio);
  m_isClient ? SSL_set_connect_state(m_ssl.get()) : SSL_set_accept_state(m_ssl.get());
  return {};
}

std::size_t TlsChannel::read(std::span<char> room, ErrorCode& ec) {
  ec = {};
  m_moreInside = false;
  m_readNeedsWrite = false;
  if (m_ended) return readAfterEnd(room, ec);
  std::size_t taken = 0;
  while (taken < room.size()) {
    std::size_t now = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(m_ssl.get(), room.data() + taken, room.size() - taken, &now);
    if (!m_open && SSL_is_init_finished(m_ssl.get()) == 1) handshakeDone();
    if (result != 1) {
      ec = errorAfter(result);
      break;
    }
    taken += now;
    if (SSL_has_pending(m_ssl.get()) == 0) break;
  }
  if (taken > 0) {
    m_moreInside = m_ended || (!ec && SSL_has_pending(m_ssl.get()) == 1);
    ec = {};
  } else {
    m_toldEnd = m_ended;
  }
  return taken;
}

std::size_t TlsChannel::readAfterEnd(std::span<char> room, ErrorCode& ec) {
  if (!std::exchange(m_toldEnd, true)) {
    ec = asio::error::eof;
    return 0;
  }
  // Closing with unread bytes would take back what was written last, such as the alert that says why.
  m_socket.read_some(asio::buffer(room.data(), room.size()), ec);
  if (!ec) ec = asio::error::would_block;
  return 0;
}

ErrorCode TlsChannel::errorAfter(int result) {
  switch (SSL_get_error(m_ssl.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return asio::error::would_block;
    case SSL_ERROR_WANT_WRITE:
      m_readNeedsWrite = true;
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      m_ended = true;
      return asio::error::eof;
    case SSL_ERROR_SSL:
      m_failure = reasonOfFailure(ERR_peek_last_error());
      break;
    default:  // the network's
      break;
  }
  ERR_clear_error();
  m_ended = true;
  return asio::error::connection_reset;
}

std::string TlsChannel::reasonOfFailure(unsigned long code) const {
  const auto verified = SSL_get_verify_result(m_ssl.get());
  if (!m_open && verified != X509_V_OK) {
    return fmt::format("its certificate does not hold: {}", X509_verify_cert_error_string(verified));
  }
  const char* reason = ERR_reason_error_string(code);
  return fmt::format("its TLS {} failed: {}", m_open ? "connection" : "handshake",
                     reason == nullptr ? "no reason given" : reason);
}

void TlsChannel::handshakeDone() {
  m_open = true;
  const X509Ptr shown(SSL_get_peer_certificate(m_ssl.get()));
  if (!shown || SSL_get_verify_result(m_ssl.get()) != X509_V_OK) return;
  m_certificate = std::make_unique<PeerCertificate>(describe(*shown));
}

std::size_t TlsChannel::writeTwo(std::string_view head, std::string_view body, ErrorCode& ec) {
  ec = {};
  m_writeNeedsRead = false;
  std::size_t taken = 0;
  if (!head.empty()) {
    // Into one record: two would be two writes of the socket.
    std::array<char, kMaxRecordBytes> record;
    const auto fromHead = head.copy(record.data(), record.size());
    const auto fromBody = body.copy(record.data() + fromHead, record.size() - fromHead);
    taken = writeOnce({record.data(), fromHead + fromBody}, ec);
    if (ec || taken < fromHead + fromBody || fromHead < head.size()) return taken;
    body.remove_prefix(fromBody);
  }
  while (!body.empty() && !ec) {
    const auto now = writeOnce(body, ec);
    taken += now;
    body.remove_prefix(now);
  }
  return taken;
}

std::size_t TlsChannel::writeOnce(std::string_view bytes, ErrorCode& ec) {
  if (bytes.empty()) return 0;
  if (m_ended && !m_failure.empty()) {
    ec = asio::error::connection_reset;
    return 0;
  }
  std::size_t taken = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(m_ssl.get(), bytes.data(), bytes.size(), &taken);
  if (result == 1) return taken;
  if (SSL_get_error(m_ssl.get(), result) == SSL_ERROR_WANT_WRITE) {
    ec = asio::error::would_block;
    return 0;
  }
  ec = errorAfter(result);
  m_writeNeedsRead = wouldBlock(ec);
  return 0;
}

void TlsChannel::waitReadable(std::shared_ptr<ByteChannelUser> user) {
  if (m_moreInside) return callSoon(std::move(user));
  waitFor(m_socket, readWait(), std::move(user), &ByteChannelUser::onReadable);
}

void TlsChannel::waitWritable(std::shared_ptr<ByteChannelUser> user) {
  waitFor(m_socket, writeWait(), std::move(user), &ByteChannelUser::onWritable);
}

asio::socket_base::wait_type TlsChannel::readWait() const {
  return m_readNeedsWrite ? asio::socket_base::wait_write : asio::socket_base::wait_read;
}

asio::socket_base::wait_type TlsChannel::writeWait() const {
  return m_writeNeedsRead ? asio::socket_base::wait_read : asio::socket_base::wait_write;
}

bool TlsChannel::endSending() {
  ErrorCode ec;
  if (m_open && m_failure.empty()) {
    ERR_clear_error();
    SSL_shutdown(m_ssl.get());  // close_notify; what the socket does not take now is lost
    ERR_clear_error();
  }
  m_socket.shutdown(asio::socket_base::shutdown_send, ec);
  return !ec;
}

void TlsChannel::close() {
  ErrorCode ignored;
  m_socket.close(ignored);
}

std::string TlsChannel::peer() const {
  return peerOf(m_socket);
}

std::string_view TlsChannel::opening() const {
  return m_open ? std::string_view() : "its TLS handshake";
}

}  // namespace carport
