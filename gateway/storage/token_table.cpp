#include "gateway/storage/token_table.h"

#include "gateway/storage/blob_columns.h"
#include "gateway/storage/enum_columns.h"

#include <algorithm>

namespace carport {

namespace {
#define CARPORT_TOKEN_SELECT \
  "SELECT number, owner, label, created_at, expires_at, hash, actions, cars, address, client FROM token "

api::TokenScope scopeFrom(const Query& row) {
  api::TokenScope scope;
  const std::string words = row.isNull(6) ? std::string() : row.text(6);
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    scope.actions.push_back(enumColumn<api::Action>(words.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (row.isNull(7)) return scope;
  auto cars = api::Selector::parse(row.text(7));
  // Not to be taken for a token that may do more.
  if (!cars) throw DamagedEntry(cars.error().message());
  scope.cars = std::move(*cars);
  return scope;
}

std::optional<std::string> actionsOf(const api::TokenInfo& token) {
  if (!token.scope || token.scope->actions.empty()) return std::nullopt;
  std::string words;
  for (const api::Action action : token.scope->actions) {
    if (!words.empty()) words += ',';
    words += api::nameOf(action);
  }
  return words;
}

std::optional<std::string> carsOf(const api::TokenInfo& token) {
  if (!token.scope || !token.scope->cars) return std::nullopt;
  return token.scope->cars->toString();
}

TokenRecord readToken(const Query& row) {
  TokenRecord token;
  token.info.number = row.integer(0);
  token.info.owner = PrincipalNumber{static_cast<std::uint32_t>(row.integer(1))};
  token.info.label = row.text(2);
  token.info.createdAt = row.time(3);
  if (!row.isNull(4)) token.info.expiresAt = row.time(4);
  token.hash = fixedBlob<32>(row, 5);
  if (!row.isNull(6) || !row.isNull(7)) token.info.scope = scopeFrom(row);
  token.info.address = row.text(8);
  token.info.client = row.text(9);
  return token;
}
}  // namespace

std::vector<TokenRecord> TokenTable::all() {
  auto rows = m_database.query(CARPORT_TOKEN_SELECT "ORDER BY number");
  std::vector<TokenRecord> tokens;
  while (rows.next()) tokens.push_back(readToken(rows));
  return tokens;
}

std::optional<TokenRecord> TokenTable::find(std::int64_t number) {
  auto rows = m_database.query(CARPORT_TOKEN_SELECT "WHERE number = ?");
  if (!rows.bind(number).next()) return std::nullopt;
  return readToken(rows);
}

std::int64_t TokenTable::insert(const TokenRecord& token) {
  m_database
      .query(
          "INSERT INTO token(owner, label, created_at, expires_at, hash, actions, cars, address, client) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(token.info.owner.value, token.info.label, token.info.createdAt, token.info.expiresAt,
            std::as_bytes(std::span(token.hash)), actionsOf(token.info), carsOf(token.info), token.info.address,
            token.info.client)
      .run();
  return m_database.lastInsertedRow();
}

bool TokenTable::remove(std::int64_t number) {
  m_database.query("DELETE FROM token WHERE number = ?").bind(number).run();
  return m_database.changedRows() > 0;
}

}  // namespace carport
