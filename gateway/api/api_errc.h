#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport::api {

/// What can be wrong with something that the contract carries.
enum class ApiErrc : std::uint8_t { badJson = 1, missingField, badField, badSelector, badFrame, badFilter };

const ErrorDomain& errorDomain(ApiErrc);

}  // namespace carport::api
