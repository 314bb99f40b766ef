#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport {

/// Why a network port cannot be had.
enum class TransportErrc : std::uint8_t { addressInUse = 1, notPermitted, badHost, cannotListen };

const ErrorDomain& errorDomain(TransportErrc);

}  // namespace carport
