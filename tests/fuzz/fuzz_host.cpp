#include "gateway/server/http/root_paths.h"
#include "tests/fuzz/fuzz_input.h"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <string>

using namespace carport;

namespace {

bool isPort(std::string_view text) {
  if (text.empty()) return true;
  text.remove_prefix(1);
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether the text is a name or address of this machine, with a port or without, and nothing else.
bool namesThisMachine(std::string_view text) {
  const bool hasBrackets = text.starts_with('[');
  const std::size_t end = hasBrackets ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return false;
  const std::string host(hasBrackets ? text.substr(1, end - 1) : text.substr(0, end));
  const std::string_view port = text.substr(end + (hasBrackets ? 1 : 0));
  if (!port.starts_with(':') && !port.empty()) return false;
  if (!isPort(port)) return false;
  if (boost::beast::iequals(host, "localhost")) return true;
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(host, failed);
  if (failed) return false;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).is_loopback();
  }
  return address.is_loopback();
}

}  // namespace

/// A header Host: only one that names this machine opens what is this machine's alone, and none does from elsewhere or
/// through a proxy.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::asText(data, size);
  // The front lets no other bytes into a header.
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; })) return 0;
  HttpHeader header;
  header.set(http::field::host, boost::beast::string_view(text.data(), text.size()));
  const auto field = header[http::field::host];  // without blanks around it
  text = {field.data(), field.size()};
  const bool isHere = isFromThisMachine(header, "127.0.0.1");
  fuzz::require(!isHere || namesThisMachine(text), "who is let in names this machine");
  fuzz::require(isHere == isFromThisMachine(header, "::1"), "both loopback addresses are alike");
  fuzz::require(!isFromThisMachine(header, "192.0.2.7"), "nobody comes from here who comes from elsewhere");
  header.set("Forwarded", "for=127.0.0.1");
  fuzz::require(!isFromThisMachine(header, "127.0.0.1"), "a proxy is not this machine");
  return 0;
}
