#pragma once

#include "gateway/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace carport {

/// HOST:PORT as command lines and configuration write it; IPv6 hosts in square brackets.
struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0 takes a free port

  /// Understands "127.0.0.1:1883", "localhost:0", "[::1]:8080".
  static Result<Endpoint> parse(std::string_view text);
  std::string toString() const;
  /// True where only this machine can reach it.
  bool isLoopback() const;

  bool operator==(const Endpoint&) const = default;
};

}  // namespace carport
