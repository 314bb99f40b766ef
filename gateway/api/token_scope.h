#pragma once

#include "gateway/api/permission.h"

#include <optional>
#include <vector>

namespace carport::api {

/// What a token is for, where that is less than what its owner may: the rules still have to allow it. A value.
struct TokenScope {
  std::vector<Action> actions;   ///< these alone; empty: all
  std::optional<Selector> cars;  ///< only about cars that this speaks of: nothing about people, topics or the gateway

  bool operator==(const TokenScope&) const = default;
};

}  // namespace carport::api
