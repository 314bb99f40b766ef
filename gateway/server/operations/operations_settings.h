#pragma once

#include <cstdint>
#include <functional>

namespace carport {

/// Who may scrape /metrics.
enum class MetricsAccess : std::uint8_t {
  off,       ///< nobody: there is no such path
  token,     ///< whose token's owner may view `$gateway/metrics`
  loopback,  ///< the same, and whoever asks from this machine itself
};

/// How the gateway is operated.
struct OperationsSettings {
  MetricsAccess metrics = MetricsAccess::token;
  /// Called on the control thread, once, when the program is to end because it is drained; none: it cannot be asked to.
  std::function<void()> end{};
};

}  // namespace carport
