#include "gateway/storage/session_head_table.h"

#include "gateway/storage/sqlite_errors.h"

#include <cstdint>

namespace carport {

namespace {

// As the options byte of SUBSCRIBE has them (MQTT 5.0 §3.8.3.1).
constexpr int kNoLocal = 4;
constexpr int kRetainAsPublished = 8;
constexpr int kHandlingShift = 4;
/// The largest that a variable byte integer holds (MQTT 5.0 §1.5.5).
constexpr std::int64_t kMaxIdentifier = 268'435'455;

int optionsOf(const StoredSubscription& subscription) {
  return subscription.qos | (subscription.noLocal ? kNoLocal : 0) |
         (subscription.retainAsPublished ? kRetainAsPublished : 0) | (subscription.retainHandling << kHandlingShift);
}

}  // namespace

void SessionHeadTable::put(const SessionOpened& opened) {
  m_database
      .query(
          "INSERT INTO session(number, principal, client_id, expiry_s) VALUES (?, ?, ?, ?) "
          "ON CONFLICT (number) DO UPDATE SET expiry_s = excluded.expiry_s, away_since = NULL")
      .bind(opened.number.value, opened.principal.value, opened.clientId, opened.expirySeconds)
      .run();
}

void SessionHeadTable::setAway(SessionNumber number, TimePoint at) {
  m_database.query("UPDATE session SET away_since = ? WHERE number = ?").bind(at, number.value).run();
}

void SessionHeadTable::remove(SessionNumber number) {
  m_database.query("DELETE FROM session WHERE number = ?").bind(number.value).run();
}

SessionNumber SessionHeadTable::otherLife(const SessionOpened& opened) {
  auto rows = m_database.query("SELECT number FROM session WHERE principal = ? AND client_id = ? AND number != ?");
  rows.bind(opened.principal.value, opened.clientId, opened.number.value);
  return rows.next() ? SessionNumber{rows.integer(0)} : SessionNumber{};
}

std::vector<SessionRecord> SessionHeadTable::all() {
  std::vector<SessionRecord> sessions;
  auto rows = m_database.query(
      "SELECT number, principal, client_id, expiry_s, away_since FROM session "
      "ORDER BY away_since IS NOT NULL, away_since DESC, number");
  while (rows.next()) {
    SessionRecord session;
    session.number.value = rows.integer(0);
    const auto principal = rows.integer(1), expiry = rows.integer(3);
    // Cut to fit, it would be the number of somebody else.
    if (session.number.value <= 0 || principal <= 0 || principal > UINT32_MAX) {
      throw DamagedEntry("a session has a number that does not exist");
    }
    if (expiry < 0 || expiry > UINT32_MAX) throw DamagedEntry("a session expires at no time that there is");
    session.principal.value = static_cast<std::uint32_t>(principal);
    session.clientId = rows.text(2);
    session.expirySeconds = static_cast<std::uint32_t>(expiry);
    if (!rows.isNull(4)) session.awaySince = rows.time(4);
    sessions.push_back(std::move(session));
  }
  return sessions;
}

void SessionSubscriptionTable::put(SessionNumber session, const StoredSubscription& subscription) {
  m_database.query("INSERT OR REPLACE INTO subscription(session, filter, options, identifier) VALUES (?, ?, ?, ?)")
      .bind(session.value, subscription.filter, optionsOf(subscription), subscription.identifier)
      .run();
}

void SessionSubscriptionTable::remove(SessionNumber session, const std::string& filter) {
  m_database.query("DELETE FROM subscription WHERE session = ? AND filter = ?").bind(session.value, filter).run();
}

void SessionSubscriptionTable::removeAll(SessionNumber session) {
  m_database.query("DELETE FROM subscription WHERE session = ?").bind(session.value).run();
}

std::vector<StoredSubscription> SessionSubscriptionTable::of(SessionNumber session) {
  std::vector<StoredSubscription> subscriptions;
  auto rows = m_database.query("SELECT filter, options, identifier FROM subscription WHERE session = ?");
  rows.bind(session.value);
  while (rows.next()) {
    const auto options = rows.integer(1), identifier = rows.integer(2);
    if (identifier < 0 || identifier > kMaxIdentifier) throw DamagedEntry("a subscription has no identifier");
    if (options < 0 || options > 63 || (options & 3) == 3 || (options >> kHandlingShift) == 3) {
      throw DamagedEntry("a subscription has options that do not exist");
    }
    subscriptions.push_back({rows.text(0), static_cast<std::uint8_t>(options & 3), (options & kNoLocal) != 0,
                             (options & kRetainAsPublished) != 0, static_cast<std::uint8_t>(options >> kHandlingShift),
                             static_cast<std::uint32_t>(identifier)});
  }
  return subscriptions;
}

}  // namespace carport
