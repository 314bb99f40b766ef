#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport {

/// What can go wrong with the data folder.
enum class StorageErrc : std::uint8_t {
  notFound = 1,
  exists,
  readOnly,
  diskFull,
  corrupted,
  newerVersion,
  ioFailed,
  queueFull,
  closed
};

const ErrorDomain& errorDomain(StorageErrc);

}  // namespace carport
