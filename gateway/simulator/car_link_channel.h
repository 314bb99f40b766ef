#pragma once

#include "gateway/simulator/car_link.h"
#include "gateway/transport/tls_channel.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace carport::sim {

/// One connection, over TCP or TLS. What the socket calls back holds it, so that it lives until the last call even
/// where the link has given it up; `link` is null from then on. Owner: CarLink; its thread.
struct CarLink::Channel final : ByteChannelUser, std::enable_shared_from_this<CarLink::Channel> {
  /// Some acknowledgements; what is longer is read in a second step.
  static constexpr std::size_t kFirstBytes = 64;

  Channel(LinkContext& context, CarLink& owner) : socket(context.io), connection(context.mqtt, owner), link(&owner) {}

  void onReadable(const boost::system::error_code& failure) override {
    if (link) link->onTlsReadable(failure);
  }
  void onWritable(const boost::system::error_code& failure) override {
    if (!link) return;
    failure ? link->drop("The gateway closed the connection: " + failure.message()) : link->writeTls();
  }
  void close() {
    if (tls) return tls->close();
    boost::system::error_code ignored;
    socket.close(ignored);
  }
  void endSending() {
    if (tls) return static_cast<void>(tls->endSending());
    boost::system::error_code ignored;
    socket.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  }

  boost::asio::ip::tcp::socket socket;  ///< moves into `tls` where there is one
  std::unique_ptr<TlsChannel> tls;
  mqtt::ClientConnection connection;
  CarLink* link;
  std::array<char, kFirstBytes> first;
  std::string writing;
  std::size_t sent = 0;  ///< of `writing`, through TLS
  bool isWriting = false;
};

}  // namespace carport::sim
