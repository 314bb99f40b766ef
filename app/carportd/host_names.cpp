#include "app/carportd/host_names.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include <algorithm>

namespace carport {

namespace {

namespace ip = boost::asio::ip;
using ErrorCode = boost::system::error_code;

/// Addresses kept for documentation (RFC 5737, RFC 3849): anything far away will do, as nothing is sent.
constexpr const char* kFarAway[] = {"192.0.2.1", "2001:db8::1"};
constexpr unsigned short kAnyPort = 9;

/// The own address towards `far`; connecting a UDP socket only chooses a way. Unspecified where there is none.
ip::address ownAddressTowards(const char* far, boost::asio::io_context& context) {
  ErrorCode ec;
  const ip::udp::endpoint there(ip::make_address(far, ec), kAnyPort);
  ip::udp::socket socket(context);
  socket.open(there.protocol(), ec);
  if (!ec) socket.connect(there, ec);
  return ec ? ip::address() : socket.local_endpoint(ec).address();
}

}  // namespace

std::vector<std::string> namesOfThisHost() {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  const auto add = [&names](const std::string& name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  const auto addAddress = [&add](const ip::address& address) {
    const bool isLinkLocal = address.is_v6() && address.to_v6().is_link_local();
    if (!address.is_unspecified() && !address.is_loopback() && !isLinkLocal) add(address.to_string());
  };
  boost::asio::io_context context;
  ErrorCode ec;
  const std::string own = ip::host_name(ec);
  if (!ec) add(own);
  ip::tcp::resolver resolver(context);
  const auto found = resolver.resolve(own, "", ec);
  if (!ec) {
    for (const auto& entry : found) addAddress(entry.endpoint().address());
  }
  for (const char* far : kFarAway) addAddress(ownAddressTowards(far, context));
  return names;
}

}  // namespace carport
