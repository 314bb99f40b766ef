#include "gateway/storage/session_message_table.h"

#include "gateway/storage/sqlite_errors.h"

#include <span>
#include <string>

namespace carport {

namespace {

enum Flags : std::uint8_t { kQosMask = 3, kRetain = 4, kCommand = 8 };

struct MessageText {
  std::string topic;
  std::string payload;
};

std::string blobText(const Query& row, int column) {
  const auto blob = row.blob(column);
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

}  // namespace

void SessionMessageTable::countReferences() {
  m_references.clear();
  auto rows = m_database.query("SELECT message FROM outgoing UNION ALL SELECT message FROM will");
  while (rows.next()) ++m_references[rows.integer(0)];
  m_newest = m_database.integer("SELECT coalesce(max(number), 0) FROM message");
}

std::int64_t SessionMessageTable::addReference(const SessionMessage& message) {
  if (message.owner) {
    const auto known = m_ofThisCommit.find(message.owner.get());
    if (known != m_ofThisCommit.end()) {
      // Not there any more where its last reference has gone meanwhile.
      const auto entry = m_references.find(known->second);
      if (entry != m_references.end()) return ++entry->second, known->second;
    }
  }
  insert(++m_newest, message);
  m_references[m_newest] = 1;
  if (message.owner) m_ofThisCommit[message.owner.get()] = m_newest;
  return m_newest;
}

void SessionMessageTable::insert(std::int64_t number, const SessionMessage& message) {
  const int flags = (message.qos & kQosMask) | (message.retain ? kRetain : 0) | (message.isCommand ? kCommand : 0);
  m_database
      .query(
          "INSERT INTO message(number, topic, payload, properties, flags, car, expires_at) "
          "VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(number, message.topic, std::as_bytes(std::span(message.payload)),
            std::as_bytes(std::span(message.properties)), flags, message.car.value, message.expiresAt)
      .run();
}

void SessionMessageTable::release(std::int64_t number) {
  const auto entry = m_references.find(number);
  if (entry != m_references.end() && --entry->second > 0) return;
  if (entry != m_references.end()) m_references.erase(entry);
  m_database.query("DELETE FROM message WHERE number = ?").bind(number).run();
}

SessionMessagePtr SessionMessageTable::read(const Query& row) {
  auto text = std::make_shared<MessageText>(MessageText{row.text(1), blobText(row, 2)});
  auto message = std::make_shared<SessionMessage>();
  message->topic = text->topic;
  message->payload = text->payload;
  message->owner = std::move(text);
  message->properties = blobText(row, 3);
  const auto flags = row.integer(4);
  if (flags < 0 || flags > 15 || (flags & kQosMask) > 2) throw DamagedEntry("a message has flags that do not exist");
  message->qos = static_cast<std::uint8_t>(flags & kQosMask);
  message->retain = (flags & kRetain) != 0;
  message->isCommand = (flags & kCommand) != 0;
  message->car = PrincipalNumber{static_cast<std::uint32_t>(row.integer(5))};
  if (!row.isNull(6)) message->expiresAt = row.time(6);
  return message;
}

}  // namespace carport
