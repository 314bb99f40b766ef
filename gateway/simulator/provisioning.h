#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/endpoint.h"
#include "gateway/base/result.h"
#include "gateway/simulator/car_login.h"

#include <span>
#include <string>
#include <string_view>

namespace carport::sim {

/// The gateway's HTTP side and who asks there.
struct ProvisioningTarget {
  Endpoint http;
  std::string token;  ///< of somebody who may administer; never logged

  /// Understands "http://HOST:PORT".
  static Result<Endpoint> parseUrl(std::string_view url);
};

/// Cars in one request to the gateway.
inline constexpr std::size_t kMaxCarsPerRequest = 1000;
inline constexpr Milliseconds kProvisioningTimeout{30'000};

/// Makes the gateway know these cars, with these secrets (`POST /api/v2/cars/import`, docs/api.md); cars that it knows
/// already get the new secret. Waits on the calling thread, at most kProvisioningTimeout a request.
Result<void> provisionCars(const ProvisioningTarget& target, std::span<const CarLogin> cars);

}  // namespace carport::sim
