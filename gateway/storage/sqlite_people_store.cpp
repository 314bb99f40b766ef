#include "gateway/storage/sqlite_people_store.h"

#include "gateway/domain/second_factor.h"
#include "gateway/storage/blob_columns.h"
#include "gateway/storage/sqlite_registry_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>

namespace carport {

namespace {

/// What the audit log may tell of it.
nlohmann::json toJsonOf(const std::optional<SecondFactor>& factor) {
  if (!factor) return nullptr;
  return {{"confirmed", factor->confirmed},
          {"recoveryCodes", factor->recoveryHashes.size()},
          {"since", toMs(factor->createdAt)}};
}

}  // namespace

std::optional<SecondFactor> SqlitePeopleStore::find(PrincipalNumber owner) {
  SecondFactor factor;
  factor.owner = owner;
  {
    auto row =
        m_database.query("SELECT sealed_key, confirmed, last_step, created_at FROM second_factor WHERE principal = ?");
    if (!row.bind(owner.value).next()) return std::nullopt;
    const auto sealed = row.blob(0);
    factor.sealedKey.resize(sealed.size());
    std::transform(sealed.begin(), sealed.end(), factor.sealedKey.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    factor.confirmed = row.boolean(1);
    factor.lastStep = row.integer(2);
    factor.createdAt = row.time(3);
  }
  auto codes = m_database.query("SELECT hash FROM recovery_code WHERE principal = ?");
  codes.bind(owner.value);
  while (codes.next()) factor.recoveryHashes.push_back(fixedBlob<32>(codes, 0));
  return factor;
}

void SqlitePeopleStore::write(const SecondFactor& factor) {
  m_database
      .query(
          "INSERT INTO second_factor(principal, sealed_key, confirmed, last_step, created_at) VALUES (?, ?, ?, ?, ?) "
          "ON CONFLICT(principal) DO UPDATE SET sealed_key = excluded.sealed_key, confirmed = excluded.confirmed, "
          "last_step = excluded.last_step, created_at = excluded.created_at")
      .bind(factor.owner.value, std::as_bytes(std::span(factor.sealedKey)), factor.confirmed, factor.lastStep,
            factor.createdAt)
      .run();
  m_database.query("DELETE FROM recovery_code WHERE principal = ?").bind(factor.owner.value).run();
  for (const auto& hash : factor.recoveryHashes) {
    m_database.query("INSERT INTO recovery_code(principal, hash) VALUES (?, ?)")
        .bind(factor.owner.value, std::as_bytes(std::span(hash)))
        .run();
  }
}

void SqlitePeopleStore::flag(PrincipalNumber owner, bool hasOne) {
  // Only where it is another: a change of a credential is read by everybody.
  m_database.query("UPDATE credential SET second_factor = ? WHERE principal = ? AND second_factor <> ?")
      .bind(hasOne, owner.value, hasOne)
      .run();
}

Result<std::optional<SecondFactor>> SqlitePeopleStore::secondFactor(PrincipalNumber owner) {
  return guarded(kRegistryName, [&]() -> Result<std::optional<SecondFactor>> {
    ReadTransaction snapshot(m_database);
    return find(owner);
  });
}

Result<void> SqlitePeopleStore::putSecondFactor(const SecondFactor& factor) {
  return m_registry.change("secondFactor.change", [&]() -> Result<void> {
    const auto who = m_registry.m_principals.find(factor.owner);
    if (!who) return fail(StorageErrc::notFound, "Whose second factor this is, is not in the registry any more");
    const auto before = find(factor.owner);
    write(factor);
    flag(factor.owner, factor.confirmed);
    m_registry.m_audit.changed(m_registry.act(), before ? "secondFactor.change" : "secondFactor.add", who->id,
                               who->organisation(), toJsonOf(before), toJsonOf(factor));
    return {};
  });
}

Result<void> SqlitePeopleStore::removeSecondFactor(PrincipalNumber owner) {
  return m_registry.change("secondFactor.remove", [&]() -> Result<void> {
    const auto who = m_registry.m_principals.find(owner);
    const auto before = find(owner);
    if (!who || !before) return fail(StorageErrc::notFound, "There is no second factor to be taken away");
    m_database.query("DELETE FROM second_factor WHERE principal = ?").bind(owner.value).run();
    flag(owner, false);
    m_registry.m_audit.changed(m_registry.act(), "secondFactor.remove", who->id, who->organisation(), toJsonOf(before),
                               nullptr);
    return {};
  });
}

Result<std::vector<TokenUse>> SqlitePeopleStore::tokenUses(PrincipalNumber owner) {
  return guarded(kRegistryName, [&]() -> Result<std::vector<TokenUse>> {
    auto rows = m_database.query(
        "SELECT token_use.token, token_use.used_at, token_use.address FROM token_use JOIN token "
        "ON token.number = token_use.token WHERE token.owner = ?");
    rows.bind(owner.value);
    std::vector<TokenUse> uses;
    while (rows.next()) uses.push_back({rows.integer(0), rows.time(1), rows.text(2)});
    return uses;
  });
}

Result<void> SqlitePeopleStore::noteTokenUses(std::span<const TokenUse> uses) {
  return guarded(kRegistryName, [&]() -> Result<void> {
    Transaction transaction(m_database);
    for (const TokenUse& use : uses) {
      m_database
          .query(
              "INSERT INTO token_use(token, used_at, address) SELECT number, ?, ? FROM token WHERE number = ? "
              "ON CONFLICT(token) DO UPDATE SET used_at = excluded.used_at, address = excluded.address")
          .bind(use.at, use.address, use.token)
          .run();
    }
    transaction.commit();
    return {};
  });
}

}  // namespace carport
