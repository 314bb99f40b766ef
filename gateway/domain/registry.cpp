#include "gateway/domain/registry.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace carport {

namespace {

std::string_view textOf(const std::array<std::uint8_t, 32>& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::vector<api::Principal> byNumber(std::vector<api::Principal> principals) {
  std::sort(principals.begin(), principals.end(),
            [](const api::Principal& a, const api::Principal& b) { return a.number < b.number; });
  return principals;
}

api::Role builtInRole(std::string_view id) {
  api::Role role;
  role.id = id;
  role.name = id == api::kAdministratorRole ? "Administrator" : id == api::kOperatorRole ? "Operator" : "Viewer";
  role.builtIn = true;
  return role;
}

}  // namespace

void Registry::reset(RegistrySnapshot snapshot) {
  auto rules = std::make_shared<const RuleSet>(std::move(snapshot.rules));
  m_limitBook->replace(snapshot.limits);
  std::unique_lock lock(m_mutex);
  m_numbers.clear();
  m_principals.clear();
  m_counts = {};
  m_tokens.clear();
  m_tokenNumbers.clear();
  m_principals.reserve(snapshot.principals.size());
  m_numbers.reserve(snapshot.principals.size());
  for (PrincipalRecord& record : snapshot.principals) put(std::move(record));
  for (TokenRecord& token : snapshot.tokens) putToken(std::move(token));
  putOrganisations(std::move(snapshot.organisations));
  putRoles(std::move(snapshot.roles));
  m_fences.reset(std::move(snapshot.fences));
  m_rules = std::move(rules);
  m_sequence = snapshot.sequence;
  ++m_version;
}

void Registry::apply(const RegistryChanges& changes) {
  if (changes.reloadEverything) return;
  std::shared_ptr<const RuleSet> rules;
  if (changes.rules) rules = std::make_shared<const RuleSet>(*changes.rules);
  const bool any = rules || !changes.principals.empty() || !changes.removedPrincipals.empty() ||
                   !changes.tokens.empty() || !changes.removedTokens.empty() || changes.organisations ||
                   changes.roles || changes.limits;
  if (changes.limits) m_limitBook->replace(*changes.limits);
  std::unique_lock lock(m_mutex);
  // Removals first: an id may have been removed and given to somebody new within the same batch of changes.
  for (const PrincipalNumber number : changes.removedPrincipals) remove(number);
  for (const PrincipalRecord& record : changes.principals) put(record);
  for (const std::int64_t number : changes.removedTokens) removeToken(number);
  for (const TokenRecord& token : changes.tokens) putToken(token);
  if (changes.organisations) putOrganisations(*changes.organisations);
  if (changes.roles) putRoles(*changes.roles);
  for (const std::int64_t row : changes.removedFences) m_fences.remove(row);
  for (const FenceRecord& fence : changes.fences) m_fences.put(fence);
  if (rules) m_rules = std::move(rules);
  m_sequence = std::max(m_sequence, changes.sequence);
  if (any) ++m_version;
}

void Registry::put(PrincipalRecord record) {
  const PrincipalNumber number = record.principal.number;
  if (const auto known = m_principals.find(number); known != m_principals.end()) {
    forgetId(known->second);
    --countOf(known->second.principal.type);
  }
  ++countOf(record.principal.type);
  const api::Principal& kept = m_principals.insert_or_assign(number, std::move(record)).first->second.principal;
  m_numbers.erase(kept.id);  // of somebody else, where the id has passed on
  m_numbers.emplace(kept.id, number);
}

void Registry::forgetId(const PrincipalRecord& record) {
  const auto named = m_numbers.find(record.principal.id);
  if (named != m_numbers.end() && named->second == record.principal.number) m_numbers.erase(named);
}

void Registry::putOrganisations(std::vector<api::Organisation> organisations) {
  m_organisations.clear();
  for (api::Organisation& organisation : organisations) {
    std::string id = organisation.id;
    m_organisations.emplace(std::move(id), std::move(organisation));
  }
}

void Registry::putRoles(std::vector<api::Role> roles) {
  m_roles.clear();
  for (api::Role& role : roles) {
    std::string id = role.id;
    m_roles.emplace(std::move(id), std::move(role));
  }
}

void Registry::remove(PrincipalNumber number) {
  const auto known = m_principals.find(number);
  if (known == m_principals.end()) return;
  forgetId(known->second);
  --countOf(known->second.principal.type);
  m_principals.erase(known);
  std::vector<std::int64_t> orphans;
  for (const auto& [token, record] : m_tokens) {
    if (record.info.owner == number) orphans.push_back(token);
  }
  for (const std::int64_t token : orphans) removeToken(token);
}

void Registry::putToken(TokenRecord record) {
  const std::int64_t number = record.info.number;
  removeToken(number);
  m_tokenNumbers.insert_or_assign(std::string(textOf(record.hash)), number);
  m_tokens.insert_or_assign(number, std::move(record));
}

void Registry::removeToken(std::int64_t number) {
  const auto known = m_tokens.find(number);
  if (known == m_tokens.end()) return;
  if (const auto byHash = m_tokenNumbers.find(textOf(known->second.hash)); byHash != m_tokenNumbers.end()) {
    m_tokenNumbers.erase(byHash);
  }
  m_tokens.erase(known);
}

std::uint64_t Registry::version() const {
  std::shared_lock lock(m_mutex);
  return m_version;
}

std::int64_t Registry::sequence() const {
  std::shared_lock lock(m_mutex);
  return m_sequence;
}

const PrincipalRecord* Registry::findRecord(std::string_view id) const {
  const auto number = m_numbers.find(id);
  if (number == m_numbers.end()) return nullptr;
  return &m_principals.at(number->second);
}

std::optional<api::Principal> Registry::find(std::string_view id) const {
  std::shared_lock lock(m_mutex);
  const PrincipalRecord* found = findRecord(id);
  return found == nullptr ? std::nullopt : std::optional(found->principal);
}

std::optional<api::Principal> Registry::find(PrincipalNumber number) const {
  std::shared_lock lock(m_mutex);
  const auto found = m_principals.find(number);
  return found == m_principals.end() ? std::nullopt : std::optional(found->second.principal);
}

std::optional<PrincipalRecord> Registry::record(std::string_view id) const {
  std::shared_lock lock(m_mutex);
  const PrincipalRecord* found = findRecord(id);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<PrincipalRecord> Registry::record(PrincipalNumber number) const {
  std::shared_lock lock(m_mutex);
  const auto found = m_principals.find(number);
  return found == m_principals.end() ? std::nullopt : std::optional(found->second);
}

std::optional<TokenRecord> Registry::tokenByHash(const std::array<std::uint8_t, 32>& hash) const {
  std::shared_lock lock(m_mutex);
  const auto number = m_tokenNumbers.find(textOf(hash));
  return number == m_tokenNumbers.end() ? std::nullopt : std::optional(m_tokens.at(number->second));
}

std::optional<TokenRecord> Registry::token(std::int64_t number) const {
  std::shared_lock lock(m_mutex);
  const auto found = m_tokens.find(number);
  return found == m_tokens.end() ? std::nullopt : std::optional(found->second);
}

std::vector<api::Principal> Registry::all(api::PrincipalType type) const {
  std::vector<api::Principal> result;
  {
    std::shared_lock lock(m_mutex);
    result.reserve(m_counts[static_cast<std::size_t>(type)]);
    for (const auto& [number, record] : m_principals) {
      if (record.principal.type == type) result.push_back(record.principal);
    }
  }
  return byNumber(std::move(result));
}

std::vector<api::Principal> Registry::membersOf(std::string_view group) const {
  std::vector<api::Principal> result;
  {
    std::shared_lock lock(m_mutex);
    for (const auto& [number, record] : m_principals) {
      const auto& groups = record.principal.groups;
      if (std::find(groups.begin(), groups.end(), group) != groups.end()) result.push_back(record.principal);
    }
  }
  return byNumber(std::move(result));
}

std::vector<TokenRecord> Registry::tokensOf(PrincipalNumber owner) const {
  std::vector<TokenRecord> result;
  {
    std::shared_lock lock(m_mutex);
    for (const auto& [number, token] : m_tokens) {
      if (token.info.owner == owner) result.push_back(token);
    }
  }
  std::sort(result.begin(), result.end(),
            [](const TokenRecord& a, const TokenRecord& b) { return a.info.number < b.info.number; });
  return result;
}

std::size_t Registry::count(api::PrincipalType type) const {
  std::shared_lock lock(m_mutex);
  return m_counts[static_cast<std::size_t>(type)];
}

std::optional<api::Organisation> Registry::organisation(std::string_view id) const {
  std::shared_lock lock(m_mutex);
  const auto found = m_organisations.find(id);
  return found == m_organisations.end() ? std::nullopt : std::optional(found->second);
}

std::vector<api::Organisation> Registry::organisations() const {
  std::shared_lock lock(m_mutex);
  std::vector<api::Organisation> result;
  for (const auto& [id, organisation] : m_organisations) result.push_back(organisation);
  return result;
}

std::optional<api::Role> Registry::role(std::string_view id) const {
  if (api::isBuiltInRole(id)) return builtInRole(id);
  std::shared_lock lock(m_mutex);
  const auto found = m_roles.find(id);
  return found == m_roles.end() ? std::nullopt : std::optional(found->second);
}

std::vector<api::Role> Registry::roles() const {
  std::vector<api::Role> result;
  for (const auto id : {api::kAdministratorRole, api::kOperatorRole, api::kViewerRole}) {
    result.push_back(builtInRole(id));
  }
  std::shared_lock lock(m_mutex);
  for (const auto& [id, role] : m_roles) result.push_back(role);
  return result;
}

std::vector<PrincipalNumber> Registry::numbersOf(api::PrincipalType type, std::string_view organisation) const {
  std::vector<PrincipalNumber> result;
  std::shared_lock lock(m_mutex);
  for (const auto& [number, record] : m_principals) {
    const api::Principal& principal = record.principal;
    if (principal.type == type && principal.organisation() == organisation) result.push_back(number);
  }
  return result;
}

std::vector<FenceBook::Pointer> Registry::fences(std::string_view organisation) const {
  std::shared_lock lock(m_mutex);
  return m_fences.of(organisation);
}

FenceBook::Pointer Registry::fence(std::string_view organisation, api::FenceNumber number) const {
  std::shared_lock lock(m_mutex);
  return m_fences.find(organisation, number);
}

std::uint64_t Registry::fencesVersion(std::string_view organisation) const {
  std::shared_lock lock(m_mutex);
  return m_fences.version(organisation);
}

std::shared_ptr<const RuleSet> Registry::rules() const {
  std::shared_lock lock(m_mutex);
  return m_rules;
}

}  // namespace carport
