#include "gateway/api/json_codec.h"
#include "gateway/base/base_errc.h"
#include "gateway/storage/sqlite_registry_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace carport {

namespace {

tl::unexpected<Error> noLimit(api::LimitNumber number) {
  return fail(StorageErrc::notFound, fmt::format("There is no limit {}", number.value));
}

std::string nameOf(api::LimitNumber number) {
  return fmt::format("limit {}", number.value);
}

}  // namespace

Result<api::Limit> SqliteRegistryStore::addLimit(api::Limit limit) {
  return change("limit.add", [&]() -> Result<api::Limit> {
    if (const auto fits = api::checkLimit(limit); !fits) return failFrom(fits);
    if (!limit.organisation.empty() && !m_organisations.has(limit.organisation)) {
      return fail(StorageErrc::notFound, fmt::format("There is no organisation \"{}\"", limit.organisation));
    }
    const auto most = limit.organisation.empty() ? api::kMaxLimitsOfHouse : api::kMaxLimitsOfOrganisation;
    if (m_limits.countOf(limit.organisation) >= static_cast<std::int64_t>(most)) {
      return fail(StorageErrc::exists, fmt::format("There are {} limits already; remove some first", most));
    }
    limit.number = m_limits.insert(limit);
    m_audit.changed(act(), "limit.add", nameOf(limit.number), limit.organisation, nullptr, api::toJson(limit));
    return limit;
  });
}

Result<void> SqliteRegistryStore::updateLimit(const api::Limit& limit) {
  return change("limit.change", [&]() -> Result<void> {
    if (const auto fits = api::checkLimit(limit); !fits) return failFrom(fits);
    const auto before = m_limits.find(limit.organisation, limit.number);
    if (!before) return noLimit(limit.number);
    m_limits.update(limit);
    m_audit.changed(act(), "limit.change", nameOf(limit.number), limit.organisation, api::toJson(*before),
                    api::toJson(limit));
    return {};
  });
}

Result<void> SqliteRegistryStore::removeLimit(const std::string& organisation, api::LimitNumber number) {
  return change("limit.remove", [&]() -> Result<void> {
    const auto before = m_limits.find(organisation, number);
    if (!before) return noLimit(number);
    m_limits.remove(organisation, number);
    m_audit.changed(act(), "limit.remove", nameOf(number), organisation, api::toJson(*before), nullptr);
    return {};
  });
}

void SqliteRegistryStore::removeLimitsNaming(const api::LimitTarget& target) {
  for (const api::Limit& limit : m_limits.naming(target.toString())) {
    m_limits.remove(limit.organisation, limit.number);
    m_audit.changed(act(), "limit.remove", nameOf(limit.number), limit.organisation, api::toJson(limit), nullptr);
  }
}

}  // namespace carport
