#include "gateway/storage/token_table.h"

#include "gateway/storage/blob_columns.h"

namespace carport {

namespace {
TokenRecord read(const Query& row) {
  TokenRecord token;
  token.info.number = row.integer(0);
  token.info.owner = PrincipalNumber{static_cast<std::uint32_t>(row.integer(1))};
  token.info.label = row.text(2);
  token.info.createdAt = row.time(3);
  if (!row.isNull(4)) token.info.expiresAt = row.time(4);
  token.hash = fixedBlob<32>(row, 5);
  return token;
}
}  // namespace

std::vector<TokenRecord> TokenTable::all() {
  auto rows = m_database.query("SELECT number, owner, label, created_at, expires_at, hash FROM token ORDER BY number");
  std::vector<TokenRecord> tokens;
  while (rows.next()) tokens.push_back(read(rows));
  return tokens;
}

std::optional<TokenRecord> TokenTable::find(std::int64_t number) {
  auto rows = m_database.query("SELECT number, owner, label, created_at, expires_at, hash FROM token WHERE number = ?");
  if (!rows.bind(number).next()) return std::nullopt;
  return read(rows);
}

std::int64_t TokenTable::insert(const TokenRecord& token) {
  m_database.query("INSERT INTO token(owner, label, created_at, expires_at, hash) VALUES (?, ?, ?, ?, ?)")
      .bind(token.info.owner.value, token.info.label, token.info.createdAt, token.info.expiresAt,
            std::as_bytes(std::span(token.hash)))
      .run();
  return m_database.lastInsertedRow();
}

bool TokenTable::remove(std::int64_t number) {
  m_database.query("DELETE FROM token WHERE number = ?").bind(number).run();
  return m_database.changedRows() > 0;
}

}  // namespace carport
