#include "gateway/storage/credential_table.h"

#include "gateway/storage/blob_columns.h"

namespace carport {

namespace {
void read(const Query& row, PrincipalRecord& record) {
  record.passwordHash = row.text(1);
  if (!row.isNull(2)) record.secret = DeviceSecret{fixedBlob<16>(row, 2), fixedBlob<32>(row, 3)};
  record.mustChangePassword = row.boolean(4);
}
}  // namespace

void CredentialTable::fillAll(std::vector<PrincipalRecord>& records) {
  std::unordered_map<std::int64_t, PrincipalRecord*> byNumber;
  for (PrincipalRecord& record : records) byNumber.emplace(record.principal.number.value, &record);
  auto rows =
      m_database.query("SELECT principal, password_hash, secret_salt, secret_hash, must_change FROM credential");
  while (rows.next()) {
    if (const auto found = byNumber.find(rows.integer(0)); found != byNumber.end()) read(rows, *found->second);
  }
}

void CredentialTable::fill(PrincipalRecord& record) {
  auto rows = m_database.query(
      "SELECT principal, password_hash, secret_salt, secret_hash, must_change FROM credential "
      "WHERE principal = ?");
  if (rows.bind(record.principal.number.value).next()) read(rows, record);
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
      .bind(principal.value, record.passwordHash, salt, hash, record.mustChangePassword)
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
}

}  // namespace carport
