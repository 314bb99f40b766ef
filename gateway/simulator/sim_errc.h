#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport::sim {

/// What can go wrong with simulated cars.
enum class SimErrc : std::uint8_t {
  badOptions = 1,
  badRecording,
  badCredentials,
  provisioningRefused,
  unreachable,
  fileFailed,
  badStreets
};

const ErrorDomain& errorDomain(SimErrc);

}  // namespace carport::sim
