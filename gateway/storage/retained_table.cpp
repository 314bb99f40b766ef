#include "gateway/storage/retained_table.h"

namespace carport {

void RetainedTable::put(const RetainedMessage& message) {
  if (message.payload.empty()) {
    m_database.query("DELETE FROM retained WHERE topic = ?").bind(message.topic).run();
    return;
  }
  m_database
      .query(
          "INSERT INTO retained(topic, payload, qos, at, properties, expires_at) VALUES (?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (topic) DO UPDATE SET payload = excluded.payload, qos = excluded.qos, at = excluded.at, "
          "properties = excluded.properties, expires_at = excluded.expires_at")
      .bind(message.topic, std::as_bytes(std::span(message.payload)), message.qos, message.at,
            std::as_bytes(std::span(message.properties)), message.expiresAt)
      .run();
}

std::vector<RetainedMessage> RetainedTable::all() {
  std::vector<RetainedMessage> messages;
  messages.reserve(static_cast<std::size_t>(m_database.integer("SELECT count(*) FROM retained")));
  auto rows = m_database.query("SELECT topic, payload, qos, at, properties, expires_at FROM retained ORDER BY topic");
  const auto bytes = [&rows](int column) {
    const auto blob = rows.blob(column);
    return std::string(reinterpret_cast<const char*>(blob.data()), blob.size());
  };
  while (rows.next()) {
    messages.push_back({rows.text(0), bytes(1), static_cast<std::uint8_t>(rows.integer(2)), rows.time(3), bytes(4),
                        rows.isNull(5) ? std::nullopt : std::optional(rows.time(5))});
  }
  return messages;
}

}  // namespace carport
