#include "gateway/storage/answer_table.h"

#include "gateway/storage/blob_columns.h"

#include <span>

namespace carport {

std::optional<KeptAnswer> AnswerTable::find(const KeptAnswer::Hash& key) {
  auto rows = m_database.query("SELECT key, request, caller, status, sealed, made_at FROM answer WHERE key = ?");
  if (!rows.bind(blobOf(key)).next()) return std::nullopt;
  KeptAnswer answer;
  answer.key = fixedBlob<32>(rows, 0);
  answer.request = fixedBlob<32>(rows, 1);
  answer.caller = PrincipalNumber{static_cast<std::uint32_t>(rows.integer(2))};
  answer.status = static_cast<int>(rows.integer(3));
  const auto sealed = rows.blob(4);
  answer.sealed.assign(reinterpret_cast<const char*>(sealed.data()), sealed.size());
  answer.madeAt = rows.time(5);
  return answer;
}

void AnswerTable::insert(const KeptAnswer& answer) {
  m_database.query("INSERT INTO answer(key, request, caller, made_at, status, sealed) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(blobOf(answer.key), blobOf(answer.request), answer.caller.value, answer.madeAt, answer.status,
            blobOf(answer.sealed))
      .run();
}

void AnswerTable::finish(const KeptAnswer::Hash& key, int status, const std::string& sealed) {
  m_database.query("UPDATE answer SET status = ?, sealed = ? WHERE key = ?")
      .bind(status, blobOf(sealed), blobOf(key))
      .run();
}

void AnswerTable::remove(const KeptAnswer::Hash& key) {
  m_database.query("DELETE FROM answer WHERE key = ?").bind(blobOf(key)).run();
}

void AnswerTable::removeBefore(TimePoint time) {
  m_database.query("DELETE FROM answer WHERE made_at < ?").bind(time).run();
}

std::size_t AnswerTable::count() {
  return static_cast<std::size_t>(m_database.integer("SELECT count(*) FROM answer"));
}

std::size_t AnswerTable::countOf(PrincipalNumber caller) {
  auto rows = m_database.query("SELECT count(*) FROM answer WHERE caller = ?");
  return rows.bind(caller.value).next() ? static_cast<std::size_t>(rows.integer(0)) : 0;
}

std::size_t AnswerTable::countOfOrganisation(PrincipalNumber caller) {
  auto rows = m_database.query(
      "SELECT count(*) FROM answer JOIN principal ON principal.number = answer.caller "
      "WHERE principal.organisation = (SELECT organisation FROM principal WHERE number = ?)");
  return rows.bind(caller.value).next() ? static_cast<std::size_t>(rows.integer(0)) : 0;
}

}  // namespace carport
