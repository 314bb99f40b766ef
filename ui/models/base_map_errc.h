#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport::ui {

enum class BaseMapErrc : std::uint8_t { notABaseMap = 1, truncated, inconsistent };

const ErrorDomain& errorDomain(BaseMapErrc);

}  // namespace carport::ui
