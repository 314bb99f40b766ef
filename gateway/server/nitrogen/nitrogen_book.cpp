#include "gateway/server/nitrogen/nitrogen_book.h"

#include "gateway/api/json_codec.h"

#include <algorithm>

namespace carport {

void NitrogenBook::restore(const std::vector<NitrogenProfile>& profiles, std::vector<NitrogenApiKey> keys) {
  for (const NitrogenProfile& profile : profiles) {
    auto document = api::parseJson(profile.document);
    if (document && document->is_object()) m_profiles[profile.principal] = std::move(*document);
  }
  for (NitrogenApiKey& key : keys) m_keys[key.number] = std::move(key);
}

const nlohmann::json* NitrogenBook::profile(PrincipalNumber principal) const {
  const auto found = m_profiles.find(principal);
  return found == m_profiles.end() ? nullptr : &found->second;
}

std::size_t NitrogenBook::countWith(const char* field, std::string_view text) const {
  const auto has = [&](const nlohmann::json& profile) {
    const auto found = profile.find(field);
    return found != profile.end() && found->is_string() && found->get_ref<const std::string&>() == text;
  };
  return static_cast<std::size_t>(
      std::count_if(m_profiles.begin(), m_profiles.end(), [&](const auto& entry) { return has(entry.second); }));
}

const NitrogenApiKey* NitrogenBook::key(std::int64_t number) const {
  const auto found = m_keys.find(number);
  return found == m_keys.end() ? nullptr : &found->second;
}

std::vector<NitrogenApiKey> NitrogenBook::keysOf(PrincipalNumber owner) const {
  std::vector<NitrogenApiKey> keys;
  for (const auto& [number, key] : m_keys) {
    if (key.owner == owner) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return keys;
}

void NitrogenBook::forget(PrincipalNumber principal) {
  m_profiles.erase(principal);
  std::erase_if(m_keys, [principal](const auto& entry) { return entry.second.owner == principal; });
}

std::vector<PrincipalNumber> NitrogenBook::forgetMissing(const Registry& registry) {
  std::vector<PrincipalNumber> missing;
  for (const auto& [principal, profile] : m_profiles) {
    if (!registry.find(principal)) missing.push_back(principal);
  }
  for (const auto& [number, key] : m_keys) {
    if (!registry.find(key.owner)) missing.push_back(key.owner);
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  for (const PrincipalNumber principal : missing) forget(principal);
  return missing;
}

}  // namespace carport
