#pragma once

#include "gateway/base/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport::api {

/// Longest text of an address or network, in bytes.
inline constexpr std::size_t kMaxNetworkBytes = 64;

/// An IP address as 16 bytes; those of IPv4 as IPv6 maps them (RFC 4291 §2.5.5.2).
using AddressBytes = std::array<std::uint8_t, 16>;

/// Reads `10.0.0.1`, `fe80::1` or `[fe80::1]`; a zone (`%eth0`) is passed over. None where it is no address.
std::optional<AddressBytes> parseAddress(std::string_view text);

/// What stands for everybody who may use an address, as text: the address itself, of IPv6 its /64. Text that is no
/// address stays as it is.
std::string sourceText(std::string_view address);

/// An IP address, or all that begin alike: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. A value.
struct Network {
  AddressBytes address{};  ///< behind `bits` only zeros
  std::uint8_t bits = 128;

  static Result<Network> parse(std::string_view text);
  bool contains(const AddressBytes& other) const;
  bool operator==(const Network&) const = default;
};

}  // namespace carport::api
