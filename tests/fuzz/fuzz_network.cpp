#include "gateway/api/limit.h"
#include "gateway/api/network.h"
#include "tests/fuzz/fuzz_input.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <optional>
#include <string>

using namespace carport;
using namespace carport::api;

namespace {

namespace ip = boost::asio::ip;

/// What the operating system takes the text for; IPv4 as IPv6 maps it.
std::optional<AddressBytes> asTheSystemReads(const std::string& text) {
  boost::system::error_code failed;
  const auto address = ip::make_address(text, failed);
  if (failed) return std::nullopt;
  return address.is_v6() ? address.to_v6().to_bytes() : ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

/// Addresses are what they are to everybody else.
void readAddress(std::string_view text) {
  const auto address = parseAddress(text);
  const bool isPlain = text.find_first_of(std::string_view("%[]\0", 4)) == std::string_view::npos;
  if (isPlain && text.size() <= kMaxNetworkBytes) {
    fuzz::require(address == asTheSystemReads(std::string(text)), "an address is the system's");
  }
  const std::string source = sourceText(text);
  fuzz::require(source.size() <= kMaxNetworkBytes, "what stands for an address has its limit");
  if (!address) return;
  const auto network = Network::parse(source);
  fuzz::require(network && network->contains(*address), "what stands for an address has it in it");
  if (network->bits == 128) fuzz::require(sourceText(source) == source, "it stands for itself");
}

void readNetwork(std::string_view text) {
  const auto network = Network::parse(text);
  if (!network) return fuzz::require(!network.error().message().empty(), "every error has a sentence");
  fuzz::require(network->bits <= 128 && network->contains(network->address), "a network has its first address");
  AddressBytes last = network->address;
  for (std::size_t bit = network->bits; bit < 128; ++bit) {
    fuzz::require((last[bit / 8] >> (7 - bit % 8) & 1) == 0, "nothing is set behind the prefix");
    last[bit / 8] = static_cast<std::uint8_t>(last[bit / 8] | 1 << (7 - bit % 8));
  }
  fuzz::require(network->contains(last), "a network has its last address");
  if (network->bits == 0) return;
  AddressBytes outside = network->address;
  const std::size_t bit = network->bits - 1U;
  outside[bit / 8] = static_cast<std::uint8_t>(outside[bit / 8] ^ 1 << (7 - bit % 8));
  fuzz::require(!network->contains(outside), "what begins otherwise is outside");
}

void readTarget(std::string_view text) {
  const auto target = LimitTarget::parse(text);
  if (!target) return fuzz::require(!target.error().message().empty(), "every error has a sentence");
  fuzz::require(target->toString() == text && LimitTarget::parse(target->toString()) == *target, "it comes back");
}

}  // namespace

/// Addresses and networks, and whom a limit is about, as operators write them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  readAddress(text);
  readNetwork(text);
  readTarget(text);
  readTarget("address:" + std::string(text));
  return 0;
}
