#include "gateway/storage/sqlite_provisioning_store.h"

#include "gateway/api/json_codec.h"
#include "gateway/base/base_errc.h"
#include "gateway/storage/sqlite_registry_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace carport {

namespace {

tl::unexpected<Error> noKey() {
  return fail(StorageErrc::notFound, "This provisioning key is not known, was taken back, or has expired");
}

tl::unexpected<Error> noCode() {
  return fail(StorageErrc::notFound, "There is no such claim code, or it was used already, or it has expired");
}

}  // namespace

SqliteProvisioningStore::SqliteProvisioningStore(SqliteRegistryStore& registry, Database& database, const Clock& clock)
    : m_registry(registry), m_clock(clock), m_keys(database), m_codes(database) {}

Result<std::vector<api::ProvisioningKey>> SqliteProvisioningStore::provisioningKeys() {
  return guarded(kRegistryName, [&]() -> Result<std::vector<api::ProvisioningKey>> { return m_keys.all(); });
}

Result<std::optional<PrincipalNumber>> SqliteProvisioningStore::groupOf(const api::ProvisioningKey& key) {
  if (key.group.empty()) return std::optional<PrincipalNumber>();
  const auto group = m_registry.m_principals.find(key.group);
  if (!group || group->type != api::PrincipalType::group || group->organisation() != key.organisation) {
    return fail(StorageErrc::notFound, fmt::format("There is no group \"{}\" for the devices to come into", key.group));
  }
  return std::optional(group->number);
}

Result<api::ProvisioningKey> SqliteProvisioningStore::addProvisioningKey(api::ProvisioningKey key,
                                                                         const KeyHash& hash) {
  return m_registry.change("key.add", [&]() -> Result<api::ProvisioningKey> {
    if (!key.organisation.empty() && !m_registry.m_organisations.has(key.organisation)) {
      return fail(StorageErrc::notFound, fmt::format("There is no organisation \"{}\"", key.organisation));
    }
    if (!key.organisation.empty() && !key.idPrefix.starts_with(key.organisation + '.')) {
      return fail(BaseErrc::invalidArgument,
                  fmt::format("The ids of devices of \"{0}\" begin with \"{0}.\"", key.organisation));
    }
    const auto keys = key.organisation.empty() ? std::vector<api::ProvisioningKey>() : m_keys.all();
    const auto own = std::count_if(keys.begin(), keys.end(), [&](const api::ProvisioningKey& other) {
      return other.organisation == key.organisation;
    });
    if (own >= static_cast<std::ptrdiff_t>(kMaxKeysOfOrganisation)) {
      return fail(StorageErrc::exists, fmt::format("{} has {} provisioning keys already; remove some", key.organisation,
                                                   kMaxKeysOfOrganisation));
    }
    if (m_keys.count() >= static_cast<std::int64_t>(kMaxKeys)) {
      return fail(StorageErrc::exists, fmt::format("There are {} provisioning keys already; remove some", kMaxKeys));
    }
    const auto group = groupOf(key);
    if (!group) return failFrom(group);
    key.used = 0;
    key.createdAt = m_clock.now();
    key.number = m_keys.insert(key, *group, hash);
    m_registry.m_audit.changed(m_registry.act(), "key.add", key.label, key.organisation, nullptr, api::toJson(key));
    return key;
  });
}

Result<void> SqliteProvisioningStore::removeProvisioningKey(std::int64_t number) {
  return m_registry.change("key.remove", [&]() -> Result<void> {
    const auto key = m_keys.find(number);
    if (!key) return fail(StorageErrc::notFound, fmt::format("There is no provisioning key {}", number));
    m_keys.remove(number);
    m_registry.m_audit.changed(m_registry.act(), "key.remove", key->label, key->organisation, api::toJson(*key),
                               nullptr);
    return {};
  });
}

Result<api::ProvisioningKey> SqliteProvisioningStore::usable(const KeyHash& hash) {
  auto key = m_keys.find(hash);
  if (!key || (key->expiresAt && *key->expiresAt <= m_clock.now())) return noKey();
  if (key->used >= key->quota) {
    return fail(StorageErrc::exists, fmt::format("The provisioning key has registered the {} devices that it may; ask "
                                                 "for another",
                                                 key->quota));
  }
  return *std::move(key);
}

Result<api::ProvisioningKey> SqliteProvisioningStore::usableKey(const KeyHash& hash) {
  return guarded(kRegistryName, [&]() -> Result<api::ProvisioningKey> { return usable(hash); });
}

Result<PrincipalRecord> SqliteProvisioningStore::provision(const KeyHash& hash, PrincipalRecord device,
                                                           const SameDevice& isSame) {
  return m_registry.change("device.provision", [&]() -> Result<PrincipalRecord> {
    const auto key = m_keys.find(hash);
    if (!key || (key->expiresAt && *key->expiresAt <= m_clock.now())) return noKey();
    // Looked at first, so that nobody learns what is there in another organisation.
    if (m_registry.m_organisations.claiming(device.principal.id).value_or(std::string()) != key->organisation) {
      return fail(BaseErrc::invalidArgument, "This provisioning key makes no devices with such an id");
    }
    if (!device.principal.id.starts_with(key->idPrefix)) {
      return fail(BaseErrc::invalidArgument,
                  fmt::format("This provisioning key makes devices whose ids begin with \"{}\"", key->idPrefix));
    }
    if (const auto known = m_registry.m_principals.find(device.principal.id)) {
      auto record = m_registry.recordOf(known->number);
      if (record && record->principal.type == api::PrincipalType::device && isSame(*record)) return *std::move(record);
      return fail(StorageErrc::exists, fmt::format("\"{}\" exists already with another secret", device.principal.id));
    }
    if (const auto left = usable(hash); !left) return failFrom(left);
    if (!key->group.empty()) device.principal.groups = {key->group};
    auto added = m_registry.insert(std::move(device));
    if (!added) return added;
    m_keys.countOne(key->number);
    return added;
  });
}

Result<std::vector<api::ClaimCode>> SqliteProvisioningStore::claimCodes() {
  return guarded(kRegistryName, [&]() -> Result<std::vector<api::ClaimCode>> { return m_codes.all(m_clock.now()); });
}

Result<api::ClaimCode> SqliteProvisioningStore::addClaimCode(api::ClaimCode code, const KeyHash& hash) {
  return m_registry.change("claim.add", [&]() -> Result<api::ClaimCode> {
    const auto car = m_registry.m_principals.find(code.car);
    if (!car || car->type != api::PrincipalType::device) {
      return fail(StorageErrc::notFound, fmt::format("There is no car \"{}\" to be claimed", code.car));
    }
    m_codes.removeExpired(m_clock.now());
    const std::int64_t codes = m_codes.count();
    if (codes >= static_cast<std::int64_t>(kMaxClaimCodesOfOrganisation) && !car->organisation().empty() &&
        m_codes.countOf(car->organisation()) >= static_cast<std::int64_t>(kMaxClaimCodesOfOrganisation)) {
      return fail(StorageErrc::exists,
                  fmt::format("{} has {} open claim codes already", car->organisation(), kMaxClaimCodesOfOrganisation));
    }
    if (codes >= static_cast<std::int64_t>(kMaxClaimCodes)) {
      return fail(StorageErrc::exists, fmt::format("There are {} open claim codes already", kMaxClaimCodes));
    }
    code.createdAt = m_clock.now();
    if (!m_codes.put(code, car->number, hash)) return fail(StorageErrc::exists, "This code is taken; make another");
    m_registry.m_audit.changed(m_registry.act(), "claim.add", code.car, car->organisation(), nullptr,
                               api::toJson(code));
    return code;
  });
}

Result<void> SqliteProvisioningStore::removeClaimCodes(PrincipalNumber car) {
  return m_registry.change("claim.remove", [&]() -> Result<void> {
    const auto known = m_registry.m_principals.find(car);
    if (!known) return fail(StorageErrc::notFound, "There is no such car");
    const int removed = m_codes.removeOf(car);
    if (removed == 0) return fail(StorageErrc::notFound, "The car has no open claim code");
    m_registry.m_audit.changed(m_registry.act(), "claim.remove", known->id, known->organisation(), {{"codes", removed}},
                               nullptr);
    return {};
  });
}

Result<api::ClaimCode> SqliteProvisioningStore::openClaimCode(const KeyHash& hash) {
  return guarded(kRegistryName, [&]() -> Result<api::ClaimCode> {
    auto code = m_codes.find(hash, m_clock.now());
    if (!code) return noCode();
    return *std::move(code);
  });
}

Result<api::ClaimCode> SqliteProvisioningStore::takeClaimCode(const KeyHash& hash) {
  return m_registry.change("claim.take", [&]() -> Result<api::ClaimCode> {
    auto code = m_codes.find(hash, m_clock.now());
    if (!code) return noCode();
    m_codes.remove(hash);
    const auto car = m_registry.m_principals.find(code->car);
    m_registry.m_audit.changed(m_registry.act(), "claim.take", code->car,
                               car ? car->organisation() : std::string_view(), api::toJson(*code), nullptr);
    return *std::move(code);
  });
}

}  // namespace carport
