#pragma once

#include "gateway/transport/byte_channel.h"
#include "gateway/transport/openssl_handles.h"
#include "gateway/transport/socket_steps.h"
#include "gateway/transport/tls_context.h"

#include <memory>
#include <optional>

namespace carport {

/// One side of a TLS connection, the server's unless it is told otherwise. OpenSSL reads and writes the socket itself,
/// through a BIO that never blocks, so a quiet connection holds no buffers in between. Owner and thread: see
/// ByteChannel.
class TlsChannel final : public ByteChannel {
 public:
  /// The most that goes into one record (RFC 8446 §5.1).
  static constexpr std::size_t kMaxRecordBytes = 16 * 1024;

  TlsChannel(boost::asio::ip::tcp::socket socket, const TlsContext& context);

  ErrorCode start() override;
  std::size_t read(std::span<char> room, ErrorCode& ec) override;
  std::size_t writeTwo(std::string_view head, std::string_view body, ErrorCode& ec) override;
  void waitReadable(std::shared_ptr<ByteChannelUser> user) override;
  void waitWritable(std::shared_ptr<ByteChannelUser> user) override;
  void callSoon(std::shared_ptr<ByteChannelUser> user) override { carport::callSoon(m_socket, std::move(user)); }
  bool endSending() override;
  void close() override;
  std::string peer() const override;
  std::string_view opening() const override;
  std::string failure() const override { return m_failure; }
  const PeerCertificate* certificate() const override { return m_certificate.get(); }

  /// Before the handshake: asks for no certificate, whatever the context says. Such sessions are resumed among
  /// themselves alone, so that they are no way around a certificate that is required elsewhere.
  void askForNoCertificate();
  /// Before start(): this is the client's side, and the server's certificate must be about `host`, a name or an
  /// address. `context` is one of TlsContext::forClients(). False where memory ran out, or the host cannot be one.
  bool connectTo(const std::string& host);
  /// For those who wait with operations of their own: the socket, and what to wait for once read() or write() has
  /// answered would_block.
  boost::asio::ip::tcp::socket& socket() { return m_socket; }
  boost::asio::socket_base::wait_type readWait() const;
  boost::asio::socket_base::wait_type writeWait() const;

 private:
  /// What `result` of an operation means; would_block where it has to be tried again.
  ErrorCode errorAfter(int result);
  std::string reasonOfFailure(unsigned long code) const;
  std::size_t readAfterEnd(std::span<char> room, ErrorCode& ec);
  void handshakeDone();
  std::size_t writeOnce(std::string_view bytes, ErrorCode& ec);

  boost::asio::ip::tcp::socket m_socket;
  SslPtr m_ssl;  // refers to the socket
  std::unique_ptr<PeerCertificate> m_certificate;
  std::string m_failure;
  bool m_isClient = false;
  bool m_open = false;            // the handshake is done
  bool m_ended = false;           // with an error, or by the other side
  bool m_toldEnd = false;         // and the user knows
  bool m_moreInside = false;      // what has been read from the socket was not handed out yet
  bool m_readNeedsWrite = false;  // the handshake has something to write first
  bool m_writeNeedsRead = false;
};

}  // namespace carport
