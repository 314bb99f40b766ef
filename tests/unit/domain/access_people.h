#pragma once

#include "gateway/domain/access.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport::test {

/// When the tests of access rules take place.
inline constexpr TimePoint kNow = fromMs(1'700'000'000'000);
inline const api::Selector kAnyone{api::Selector::Kind::anyone, ""};

inline api::Principal principal(std::uint32_t number, std::string id, api::PrincipalType type,
                                std::string_view role = {}, std::vector<std::string> groups = {}) {
  api::Principal result;
  result.number = {number};
  result.id = std::move(id);
  result.type = type;
  result.role = role;
  result.groups = std::move(groups);
  return result;
}

/// The rules that a gateway begins with, numbered from 1 on.
inline std::vector<api::Rule> numberedDefaultRules() {
  std::vector<api::Rule> rules = defaultRules();
  for (std::size_t i = 0; i < rules.size(); ++i) rules[i].number = {static_cast<std::int64_t>(i) + 1};
  return rules;
}

}  // namespace carport::test
