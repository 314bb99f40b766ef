#include "gateway/transport/socket_steps.h"

#include "gateway/base/endpoint.h"

namespace carport {

boost::system::error_code prepareSocket(boost::asio::ip::tcp::socket& socket) {
  boost::system::error_code ec;
  socket.non_blocking(true, ec);
  if (!ec) socket.set_option(boost::asio::ip::tcp::no_delay(true), ec);  // packets leave in whole writes already
  // A client that asked for no keep-alive of its protocol may be gone for ever without a word; the system finds out.
  if (!ec) socket.set_option(boost::asio::socket_base::keep_alive(true), ec);
  return ec;
}

std::string peerOf(const boost::asio::ip::tcp::socket& socket) {
  boost::system::error_code ec;
  const auto remote = socket.remote_endpoint(ec);
  if (ec) return "unknown";
  return Endpoint{remote.address().to_string(), remote.port()}.toString();
}

}  // namespace carport
