#pragma once

#include "gateway/domain/nitrogen_store.h"
#include "gateway/server/nitrogen/nitrogen_context.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace carport {

/// What the rules say of whoever calls Nitrogen's API. They are Carport's, asked in Carport's order; where none decides
/// about somebody and himself, Nitrogen's custom does: one may view, follow and speak for oneself, and who came in by
/// this API may administer himself. Any thread, where `hasProfile` is known.
class NitrogenRights {
 public:
  NitrogenRights(const Registry& registry, TimePoint now) : m_registry(registry), m_now(now) {}

  bool may(const api::Principal& who, api::Action action, const api::Principal& about) const;
  /// Sending a message to somebody, or as a command to him; `document` is the whole message.
  bool maySend(const api::Principal& who, const api::Principal& about, std::string_view type,
               const nlohmann::json& document) const;
  /// Administering somebody else, or oneself: that is not the gateway, as it is for Carport's own API.
  bool mayAdminister(const api::Principal& who, const api::Principal& about, bool hasProfile) const;
  bool mayAdministerGateway(const api::Principal& who) const;
  /// A message is for its sender, its receiver, the members of a group that receives it, and whoever may subscribe to
  /// its sender. As far as it is the same for every message between the two.
  RuleVerdict sight(const api::Principal& who, PrincipalNumber from, PrincipalNumber to) const;
  /// The same of this message.
  bool maySee(const api::Principal& who, PrincipalNumber from, PrincipalNumber to,
              const nlohmann::json& document) const;

 private:
  const Registry& m_registry;
  const TimePoint m_now;
};

}  // namespace carport
