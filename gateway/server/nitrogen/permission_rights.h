#pragma once

#include "gateway/server/nitrogen/nitrogen_call.h"

#include <cstddef>

namespace carport::nitrogen {

/// What the caller may do with permissions. Lives as long as the call.
class PermissionRights {
 public:
  /// Most permissions about one principal or group that those make who do not administer the gateway.
  static constexpr std::size_t kMaxAboutOne = 100;

  explicit PermissionRights(const NitrogenCall& call);

  /// Whether the caller may lay down this rule, which takes the place of `before` (null: of none).
  NitrogenAsked<void> demand(const api::Rule& rule, const api::Rule* before) const;
  /// Whether the caller may take the rule away, or put another one in its place.
  bool mayChange(const api::Rule& rule) const;
  /// One also sees what was issued to oneself.
  bool maySee(const api::Rule& rule) const;

 private:
  NitrogenAsked<void> demandOwn(const api::Rule& rule) const;
  NitrogenAsked<void> demandRoom(const api::Rule& rule) const;

  const NitrogenCall& m_call;
  const bool m_administersGateway;
};

}  // namespace carport::nitrogen
