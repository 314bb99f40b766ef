#include "gateway/transport/listener.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace carport {

namespace {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

Result<tcp::endpoint> resolve(boost::asio::io_context& context, const Endpoint& wanted) {
  ErrorCode ec;
  const auto address = boost::asio::ip::make_address(wanted.host, ec);
  if (!ec) return tcp::endpoint(address, wanted.port);
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(wanted.host, std::to_string(wanted.port), ec);
  if (ec || found.empty()) {
    return fail(TransportErrc::badHost,
                fmt::format("\"{}\" is not an address or name of this machine; use 127.0.0.1 to be reached from this "
                            "machine only, or 0.0.0.0 to be reached from the network",
                            wanted.host));
  }
  // A name may stand for an IPv6 and an IPv4 address; cars and scripts that are told "localhost" mostly mean IPv4.
  for (const auto& entry : found) {
    if (entry.endpoint().address().is_v4()) return entry.endpoint();
  }
  return found.begin()->endpoint();
}

ErrorCode tryOpen(tcp::acceptor& acceptor, const tcp::endpoint& at) {
  ErrorCode ec;
  acceptor.open(at.protocol(), ec);
  if (ec) return ec;
#ifndef _WIN32
  // Elsewhere it lets a restarted gateway have its port back at once; on Windows it would let two programs share a
  // port.
  acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (ec) return ec;
#endif
  acceptor.bind(at, ec);
  if (ec) return ec;
  acceptor.listen(boost::asio::socket_base::max_listen_connections, ec);
  return ec;
}

tl::unexpected<Error> explain(const Endpoint& wanted, const ErrorCode& ec) {
  namespace error = boost::asio::error;
  const auto address = wanted.toString();
  if (ec == error::address_in_use) {
    return fail(
        TransportErrc::addressInUse,
        fmt::format("{} is in use by another program; end that program or choose another port (0 takes a free one)",
                    address));
  }
  if (ec == error::access_denied || ec == boost::system::errc::operation_not_permitted) {
    return fail(TransportErrc::notPermitted,
                fmt::format("This account may not listen on {}; choose a port above 1023", address));
  }
  if (ec == boost::system::errc::address_not_available) {
    return fail(TransportErrc::badHost, fmt::format("This machine has no address {}; use one of its own addresses, "
                                                    "127.0.0.1 for this machine only, or 0.0.0.0 for all of them",
                                                    wanted.host));
  }
  return fail(TransportErrc::cannotListen, fmt::format("Cannot listen on {}: {}", address, ec.message()));
}

}  // namespace

Listener::Listener(tcp::acceptor acceptor, Endpoint endpoint, bool moved)
    : m_acceptor(std::move(acceptor)), m_endpoint(std::move(endpoint)), m_moved(moved) {}

Result<Listener> Listener::open(boost::asio::io_context& context, const Endpoint& wanted, PortChoice choice) {
  auto at = resolve(context, wanted);
  if (!at) return failFrom(at);
  const int further = choice == PortChoice::nextFreePort && wanted.port != 0 ? kMaxFurtherPorts : 0;
  ErrorCode ec;
  for (int step = 0; step <= further && wanted.port + step <= 65'535; ++step) {
    at->port(static_cast<std::uint16_t>(wanted.port + step));
    tcp::acceptor acceptor(context);
    ec = tryOpen(acceptor, *at);
    if (!ec) {
      ErrorCode ignored;
      Endpoint actual{wanted.host, acceptor.local_endpoint(ignored).port()};
      return Listener(std::move(acceptor), std::move(actual), step > 0);
    }
    if (ec != boost::asio::error::address_in_use) break;
  }
  if (further > 0 && ec == boost::asio::error::address_in_use) {
    return fail(TransportErrc::addressInUse, fmt::format("{} and the {} ports above it are in use; choose another port",
                                                         wanted.toString(), further));
  }
  return explain(wanted, ec);
}

void Listener::close() {
  ErrorCode ignored;
  m_acceptor.close(ignored);
}

}  // namespace carport
