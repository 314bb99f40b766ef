#include "gateway/storage/latest_table.h"

namespace carport {

void LatestTable::replace(std::span<const EncodedBlock> parts, std::int64_t upto) {
  m_database.query("DELETE FROM latest").run();
  for (const EncodedBlock& part : parts) {
    m_database.query("INSERT INTO latest(upto, data) VALUES (?, ?)")
        .bind(upto, std::as_bytes(std::span(part.data)))
        .run();
  }
}

std::optional<std::int64_t> LatestTable::upto() {
  auto rows = m_database.query("SELECT max(upto) FROM latest");
  if (!rows.next() || rows.isNull(0)) return std::nullopt;
  return rows.integer(0);
}

void LatestTable::forEach(const std::function<void(std::span<const std::byte>)>& use) {
  auto rows = m_database.query("SELECT data FROM latest ORDER BY part");
  while (rows.next()) use(rows.blob(0));
}

}  // namespace carport
