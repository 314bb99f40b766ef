#pragma once

#include "gateway/domain/nitrogen_store.h"
#include "gateway/domain/registry.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport {

/// What Nitrogen's API knows beyond the registry, in memory as it is on disk: profiles and API keys. Whoever changes
/// the one changes the other. Owner: NitrogenService; the control thread.
class NitrogenBook {
 public:
  /// Most API keys of one principal, and most principals that are made with one.
  static constexpr std::size_t kMaxKeysOfOwner = 20;
  static constexpr std::int64_t kMaxUsesOfKey = 1000;

  void restore(const std::vector<NitrogenProfile>& profiles, std::vector<NitrogenApiKey> keys);

  /// Null where the principal did not come in by this API.
  const nlohmann::json* profile(PrincipalNumber principal) const;
  void put(PrincipalNumber principal, nlohmann::json profile) { m_profiles[principal] = std::move(profile); }

  /// How many profiles have this text in that field.
  std::size_t countWith(const char* field, std::string_view text) const;

  const NitrogenApiKey* key(std::int64_t number) const;
  /// By number.
  std::vector<NitrogenApiKey> keysOf(PrincipalNumber owner) const;
  void put(const NitrogenApiKey& key) { m_keys[key.number] = key; }

  void forget(PrincipalNumber principal);
  /// Forgets whoever is not in the registry any more, and says who that was.
  std::vector<PrincipalNumber> forgetMissing(const Registry& registry);

 private:
  std::unordered_map<PrincipalNumber, nlohmann::json> m_profiles;
  std::unordered_map<std::int64_t, NitrogenApiKey> m_keys;
};

}  // namespace carport
