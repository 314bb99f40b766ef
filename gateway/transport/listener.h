#pragma once

#include "gateway/base/endpoint.h"
#include "gateway/base/result.h"
#include "gateway/transport/transport_errc.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>

namespace carport {

/// What to do where the wanted port is taken.
enum class PortChoice : std::uint8_t {
  exact,         ///< fail with TransportErrc::addressInUse
  nextFreePort,  ///< take the next free one above it, at most Listener::kMaxFurtherPorts on
};

/// An open TCP port that can be accepted from. Owner and thread: whoever runs the io_context it was opened on.
class Listener {
 public:
  /// How many ports above a taken one are tried.
  static constexpr int kMaxFurtherPorts = 100;

  /// Binds and listens. The failure's sentence names the address, says why it cannot be had and what to do about it.
  static Result<Listener> open(boost::asio::io_context& context, const Endpoint& wanted,
                               PortChoice choice = PortChoice::exact);

  /// Where it really listens: the host as it was asked for, and the port that was taken.
  const Endpoint& endpoint() const { return m_endpoint; }
  /// True where the wanted port was taken and another one is used instead.
  bool moved() const { return m_moved; }

  /// For async_accept.
  boost::asio::ip::tcp::acceptor& acceptor() { return m_acceptor; }
  void close();

 private:
  Listener(boost::asio::ip::tcp::acceptor acceptor, Endpoint endpoint, bool moved);

  boost::asio::ip::tcp::acceptor m_acceptor;
  Endpoint m_endpoint;
  bool m_moved = false;
};

}  // namespace carport
