#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport::ui {

/// What can be wrong with an OpenStreetMap extract or with the index that was made of it.
enum class StreetErrc : std::uint8_t {
  cannotRead = 1,
  notAnExtract,
  damagedExtract,
  nothingInIt,
  tooLarge,
  cannotWrite,
  cancelled,
  tooManyMaps,
  notAnIndex,
  newerVersion,
  damagedIndex,
  olderVersion,
};

const ErrorDomain& errorDomain(StreetErrc);

}  // namespace carport::ui
