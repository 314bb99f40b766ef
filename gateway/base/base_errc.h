#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport {

/// Errors that any module may report, for what has no module of its own.
enum class BaseErrc : std::uint8_t { invalidArgument = 1, queueFull, alreadyRunning, ioFailed, internal, cancelled };

const ErrorDomain& errorDomain(BaseErrc);

}  // namespace carport
