#include "gateway/storage/retained_table.h"

namespace carport {

void RetainedTable::put(const RetainedMessage& message) {
  if (message.payload.empty()) {
    m_database.query("DELETE FROM retained WHERE topic = ?").bind(message.topic).run();
    return;
  }
  m_database.query("INSERT OR REPLACE INTO retained(topic, payload, qos, at) VALUES (?, ?, ?, ?)")
      .bind(message.topic, std::as_bytes(std::span(message.payload)), message.qos, message.at)
      .run();
}

std::vector<RetainedMessage> RetainedTable::all() {
  std::vector<RetainedMessage> messages;
  auto rows = m_database.query("SELECT topic, payload, qos, at FROM retained ORDER BY topic");
  while (rows.next()) {
    const auto payload = rows.blob(1);
    messages.push_back({rows.text(0), std::string(reinterpret_cast<const char*>(payload.data()), payload.size()),
                        static_cast<std::uint8_t>(rows.integer(2)), rows.time(3)});
  }
  return messages;
}

}  // namespace carport
