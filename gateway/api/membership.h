#pragma once

#include "gateway/api/principal.h"

#include <string_view>

namespace carport::api {

/// Whether rules about that group speak of the principal: it is the group or a direct member of it.
bool isInGroup(const Principal& principal, std::string_view group);

/// Whether rules about that attribute speak of the principal. `wanted` is NAME=VALUE, where VALUE may end in `*`, which
/// stands for any end.
bool hasAttribute(const Principal& principal, std::string_view wanted);

}  // namespace carport::api
