#include "gateway/api/json_codec.h"
#include "gateway/base/base_errc.h"
#include "gateway/domain/access.h"
#include "gateway/storage/sqlite_registry_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace carport {

namespace {

tl::unexpected<Error> noOrganisation(std::string_view id) {
  return fail(StorageErrc::notFound, fmt::format("There is no organisation \"{}\"", id));
}

tl::unexpected<Error> noRole(std::string_view id) {
  return fail(StorageErrc::notFound, fmt::format("There is no role \"{}\"", id));
}

tl::unexpected<Error> idOf(std::string_view owner) {
  return fail(BaseErrc::invalidArgument, fmt::format("Ids that begin with \"{}.\" belong to that organisation", owner));
}

}  // namespace

Result<void> SqliteRegistryStore::checkPlace(const api::Principal& principal) {
  const std::string organisation(principal.organisation());
  const std::string owner = m_organisations.claiming(principal.id).value_or(std::string());
  if (organisation != owner) return organisation.empty() ? idOf(owner) : noOrganisation(organisation);
  if (principal.role.empty() || api::isBuiltInRole(principal.role)) return {};
  const auto role = m_roles.find(principal.role);
  if (!role || role->organisation != organisation) return noRole(principal.role);
  return {};
}

Result<api::Organisation> SqliteRegistryStore::addOrganisation(api::Organisation organisation) {
  return change("organisation.add", [&]() -> Result<api::Organisation> {
    if (!api::isValidOrganisationId(organisation.id)) {
      return fail(BaseErrc::invalidArgument, fmt::format("\"{}\" cannot be an organisation's id", organisation.id));
    }
    if (m_organisations.has(organisation.id)) {
      return fail(StorageErrc::exists,
                  fmt::format("The organisation \"{}\" exists already. Choose another id", organisation.id));
    }
    if (m_organisations.count() >= static_cast<std::int64_t>(kMaxOrganisations)) {
      return fail(StorageErrc::exists, fmt::format("There are {} organisations already", kMaxOrganisations));
    }
    const std::string prefix = organisation.id + '.';
    if (const auto id = m_principals.anyBeginningWith(prefix)) {
      return fail(StorageErrc::exists, fmt::format("The id of \"{}\" begins as those of the organisation would. Choose "
                                                   "another id",
                                                   *id));
    }
    for (const api::Role& role : m_roles.all()) {
      if (!role.id.starts_with(prefix)) continue;
      return fail(StorageErrc::exists, fmt::format("The role \"{}\" has the id of one of the organisation", role.id));
    }
    organisation.createdAt = m_clock.now();
    m_organisations.insert(organisation);
    for (api::Rule& rule : defaultRules()) {
      rule.organisation = organisation.id;
      m_rules.insert(rule);
    }
    m_audit.changed(act(), "organisation.add", organisation.id, {}, nullptr, api::toJson(organisation));
    return organisation;
  });
}

Result<void> SqliteRegistryStore::updateOrganisation(const api::Organisation& organisation) {
  return change("organisation.change", [&]() -> Result<void> {
    const auto before = m_organisations.find(organisation.id);
    if (!before) return noOrganisation(organisation.id);
    m_organisations.update(organisation);
    m_audit.changed(act(), "organisation.change", organisation.id, {}, api::toJson(*before), api::toJson(organisation));
    return {};
  });
}

Result<void> SqliteRegistryStore::removeOrganisation(const std::string& id) {
  return change("organisation.remove", [&]() -> Result<void> {
    const auto before = m_organisations.find(id);
    if (!before) return noOrganisation(id);
    if (m_principals.anyIn(id)) {
      return fail(StorageErrc::exists,
                  fmt::format("Somebody is in \"{}\" still. Remove its cars, people and groups first", id));
    }
    removeRulesNaming(api::Selector{api::Selector::Kind::organisation, id}.toString());
    m_rules.removeOf(id);
    m_limits.removeOf(id);
    m_fences.removeOf(id);
    removeLimitsNaming({api::LimitTarget::Kind::organisation, id});
    m_organisations.remove(id);
    m_audit.changed(act(), "organisation.remove", id, {}, api::toJson(*before), nullptr);
    return {};
  });
}

Result<api::Role> SqliteRegistryStore::addRole(api::Role role) {
  return change("role.add", [&]() -> Result<api::Role> {
    if (!api::isValidRoleId(role.id)) {
      return fail(BaseErrc::invalidArgument, fmt::format("\"{}\" cannot be a role's id", role.id));
    }
    if (!role.organisation.empty() && !m_organisations.has(role.organisation)) return noOrganisation(role.organisation);
    if (!api::idIsIn(role.id, role.organisation)) {
      return fail(BaseErrc::invalidArgument,
                  fmt::format("The id of a role of \"{0}\" begins with \"{0}.\"", role.organisation));
    }
    const auto owner = m_organisations.claiming(role.id);
    if (owner && *owner != role.organisation) return idOf(*owner);
    if (api::isBuiltInRole(role.id) || m_roles.find(role.id)) {
      return fail(StorageErrc::exists, fmt::format("The role \"{}\" exists already. Choose another id", role.id));
    }
    const auto roles = role.organisation.empty() ? std::vector<api::Role>() : m_roles.all();
    const auto own = std::count_if(roles.begin(), roles.end(),
                                   [&](const api::Role& other) { return other.organisation == role.organisation; });
    if (own >= static_cast<std::ptrdiff_t>(kMaxRolesOfOrganisation)) {
      return fail(StorageErrc::exists, fmt::format("{} has {} roles already, which is the most one organisation may",
                                                   role.organisation, kMaxRolesOfOrganisation));
    }
    if (m_roles.count() >= static_cast<std::int64_t>(kMaxRoles)) {
      return fail(StorageErrc::exists, fmt::format("There are {} roles already", kMaxRoles));
    }
    role.builtIn = false;
    role.createdAt = m_clock.now();
    m_roles.insert(role);
    m_audit.changed(act(), "role.add", role.id, role.organisation, nullptr, api::toJson(role));
    return role;
  });
}

Result<void> SqliteRegistryStore::updateRole(const api::Role& role) {
  return change("role.change", [&]() -> Result<void> {
    const auto before = m_roles.find(role.id);
    if (!before) return noRole(role.id);
    m_roles.update(role);
    m_audit.changed(act(), "role.change", role.id, before->organisation, api::toJson(*before), api::toJson(role));
    return {};
  });
}

Result<void> SqliteRegistryStore::removeRole(const std::string& id) {
  return change("role.remove", [&]() -> Result<void> {
    const auto before = m_roles.find(id);
    if (!before) return noRole(id);
    if (m_principals.anyWithRole(id)) {
      return fail(StorageErrc::exists, fmt::format("Somebody has the role \"{}\" still. Give them another first", id));
    }
    removeRulesNaming(api::Selector{api::Selector::Kind::role, id}.toString());
    m_roles.remove(id);
    m_audit.changed(act(), "role.remove", id, before->organisation, api::toJson(*before), nullptr);
    return {};
  });
}

}  // namespace carport
