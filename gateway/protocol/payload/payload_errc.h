#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport::payload {

/// Why a whole payload cannot be used. Single bad fields are refusals, not errors.
enum class PayloadErrc : std::uint8_t {
  badJson = 1,
  wrongShape,
  tooLarge,
  tooManyRows,
  nothingUsable,
  badField,
  badCbor,
  badGzip
};

const ErrorDomain& errorDomain(PayloadErrc);

}  // namespace carport::payload
