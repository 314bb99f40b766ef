#include "gateway/storage/credential_table.h"

#include "gateway/storage/blob_columns.h"

namespace carport {

namespace {
RetiringSecret readRetiring(const Query& row) {
  return {DeviceSecret{fixedBlob<16>(row, 1), fixedBlob<32>(row, 2)}, row.time(3)};
}

void readCredential(const Query& row, PrincipalRecord& record) {
  record.passwordHash = row.text(1);
  if (!row.isNull(2)) record.secret = DeviceSecret{fixedBlob<16>(row, 2), fixedBlob<32>(row, 3)};
  record.mustChangePassword = row.boolean(4);
  record.hasSecondFactor = row.boolean(5);
}
}  // namespace

void CredentialTable::fillAll(std::vector<PrincipalRecord>& records) {
  std::unordered_map<std::int64_t, PrincipalRecord*> byNumber;
  for (PrincipalRecord& record : records) byNumber.emplace(record.principal.number.value, &record);
  auto rows = m_database.query(
      "SELECT principal, password_hash, secret_salt, secret_hash, must_change, second_factor FROM credential");
  while (rows.next()) {
    if (const auto found = byNumber.find(rows.integer(0)); found != byNumber.end())
      readCredential(rows, *found->second);
  }
  auto retiring = m_database.query("SELECT principal, salt, hash, until FROM retiring_secret");
  while (retiring.next()) {
    const auto found = byNumber.find(retiring.integer(0));
    if (found != byNumber.end()) found->second->retiring = readRetiring(retiring);
  }
}

void CredentialTable::fill(PrincipalRecord& record) {
  auto rows = m_database.query(
      "SELECT principal, password_hash, secret_salt, secret_hash, must_change, second_factor FROM credential "
      "WHERE principal = ?");
  if (rows.bind(record.principal.number.value).next()) readCredential(rows, record);
  auto retiring = m_database.query("SELECT principal, salt, hash, until FROM retiring_secret WHERE principal = ?");
  if (retiring.bind(record.principal.number.value).next()) record.retiring = readRetiring(retiring);
}

void CredentialTable::put(PrincipalNumber principal, const PrincipalRecord& record) {
  std::optional<std::span<const std::byte>> salt, hash;
  if (record.secret) {
    salt = std::as_bytes(std::span(record.secret->salt));
    hash = std::as_bytes(std::span(record.secret->hash));
  }
  m_database
      .query(
          "INSERT INTO credential(principal, password_hash, secret_salt, secret_hash, must_change) "
          "VALUES (?, ?, ?, ?, ?) ON CONFLICT(principal) DO UPDATE SET password_hash = excluded.password_hash, "
          "secret_salt = excluded.secret_salt, secret_hash = excluded.secret_hash, must_change = excluded.must_change")
      .bind(principal.value, record.passwordHash.str(), salt, hash, record.mustChangePassword)
      .run();
  putRetiring(principal, record.retiring);
}

void CredentialTable::putRetiring(PrincipalNumber principal, const Rare<RetiringSecret>& retiring) {
  if (!retiring) {
    m_database.query("DELETE FROM retiring_secret WHERE principal = ?").bind(principal.value).run();
    return;
  }
  m_database
      .query(
          "INSERT INTO retiring_secret(principal, salt, hash, until) VALUES (?, ?, ?, ?) ON CONFLICT(principal) "
          "DO UPDATE SET salt = excluded.salt, hash = excluded.hash, until = excluded.until")
      .bind(principal.value, std::as_bytes(std::span(retiring->secret.salt)),
            std::as_bytes(std::span(retiring->secret.hash)), retiring->until)
      .run();
}

void CredentialTable::putSecret(PrincipalNumber principal, const DeviceSecret& secret) {
  m_database
      .query(
          "INSERT INTO credential(principal, password_hash, secret_salt, secret_hash, must_change) "
          "VALUES (?, '', ?, ?, 0) ON CONFLICT(principal) DO UPDATE SET secret_salt = excluded.secret_salt, "
          "secret_hash = excluded.secret_hash")
      .bind(principal.value, std::as_bytes(std::span(secret.salt)), std::as_bytes(std::span(secret.hash)))
      .run();
  putRetiring(principal, {});
}

}  // namespace carport
