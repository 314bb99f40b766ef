#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport {

/// Why a network port cannot be had, or cannot be made safe, or a certificate cannot be made.
enum class TransportErrc : std::uint8_t {
  addressInUse = 1,
  notPermitted,
  badHost,
  cannotListen,
  badCertificate,
  badKey,
  exposedKey,
  badClientCa,
  tlsUnavailable,
  badAuthority,
  badName,
  badRequest,
};

const ErrorDomain& errorDomain(TransportErrc);

}  // namespace carport
