#include "gateway/storage/provisioning_key_table.h"

#include <span>
#include <string>

namespace carport {

namespace {
#define CARPORT_KEY_SELECT                                                                                     \
  "SELECT k.number, k.label, k.organisation, k.id_prefix, g.id, k.quota, k.used, k.created_at, k.created_by, " \
  "k.expires_at FROM provisioning_key k LEFT JOIN principal g ON g.number = k.in_group "

api::ProvisioningKey readProvisioningKey(const Query& row) {
  api::ProvisioningKey key;
  key.number = row.integer(0);
  key.label = row.text(1);
  if (!row.isNull(2)) key.organisation = row.text(2);
  key.idPrefix = row.text(3);
  if (!row.isNull(4)) key.group = row.text(4);
  key.quota = static_cast<std::uint32_t>(row.integer(5));
  key.used = static_cast<std::uint32_t>(row.integer(6));
  key.createdAt = row.time(7);
  key.createdBy = row.text(8);
  if (!row.isNull(9)) key.expiresAt = row.time(9);
  return key;
}
}  // namespace

std::vector<api::ProvisioningKey> ProvisioningKeyTable::all() {
  auto rows = m_database.query(CARPORT_KEY_SELECT "ORDER BY k.number");
  std::vector<api::ProvisioningKey> keys;
  while (rows.next()) keys.push_back(readProvisioningKey(rows));
  return keys;
}

std::optional<api::ProvisioningKey> ProvisioningKeyTable::find(std::int64_t number) {
  auto rows = m_database.query(CARPORT_KEY_SELECT "WHERE k.number = ?");
  if (!rows.bind(number).next()) return std::nullopt;
  return readProvisioningKey(rows);
}

std::optional<api::ProvisioningKey> ProvisioningKeyTable::find(const KeyHash& hash) {
  auto rows = m_database.query(CARPORT_KEY_SELECT "WHERE k.hash = ?");
  if (!rows.bind(std::as_bytes(std::span(hash))).next()) return std::nullopt;
  return readProvisioningKey(rows);
}

std::int64_t ProvisioningKeyTable::insert(const api::ProvisioningKey& key, std::optional<PrincipalNumber> group,
                                          const KeyHash& hash) {
  const auto organisation = key.organisation.empty() ? std::nullopt : std::optional(key.organisation);
  const auto groupNumber = group ? std::optional(std::int64_t{group->value}) : std::nullopt;
  m_database
      .query(
          "INSERT INTO provisioning_key(label, organisation, id_prefix, in_group, quota, used, created_at, created_by, "
          "expires_at, hash) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)")
      .bind(key.label, organisation, key.idPrefix, groupNumber, key.quota, key.createdAt, key.createdBy, key.expiresAt,
            std::as_bytes(std::span(hash)))
      .run();
  return m_database.lastInsertedRow();
}

void ProvisioningKeyTable::countOne(std::int64_t number) {
  m_database.query("UPDATE provisioning_key SET used = used + 1 WHERE number = ?").bind(number).run();
}

bool ProvisioningKeyTable::remove(std::int64_t number) {
  m_database.query("DELETE FROM provisioning_key WHERE number = ?").bind(number).run();
  return m_database.changedRows() > 0;
}

std::int64_t ProvisioningKeyTable::count() {
  return m_database.integer("SELECT count(*) FROM provisioning_key");
}

}  // namespace carport
