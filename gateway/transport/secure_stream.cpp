#include "gateway/transport/secure_stream.h"

namespace carport {

SecureStream::SecureStream(boost::asio::ip::tcp::socket socket, const TlsContext& context)
    : m_channel(std::move(socket), context), m_timer(m_channel.socket().get_executor()) {
  m_channel.askForNoCertificate();
}

void SecureStream::expiresAfter(std::chrono::steady_clock::duration duration) {
  m_timer.expires_after(duration);
  m_timer.async_wait([stream = weak_from_this()](const ErrorCode& ec) {
    const auto self = ec ? nullptr : stream.lock();
    // It may have been given more time after this had been put in line.
    if (self && self->m_timer.expiry() <= std::chrono::steady_clock::now()) self->m_channel.close();
  });
}

}  // namespace carport
