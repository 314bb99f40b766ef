#include "gateway/server/mqtt/connection_journal.h"

#include "gateway/base/utf8_prefix.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace carport {

namespace {

api::ConnectionEnding endingOf(const Closing& closing) {
  using api::ConnectionEnding;
  if (closing.ending) return *closing.ending;
  switch (closing.reason) {
    case mqtt::ReasonCode::sessionTakenOver:
      return ConnectionEnding::takenOver;
    case mqtt::ReasonCode::administrativeAction:
      return ConnectionEnding::blocked;
    case mqtt::ReasonCode::notAuthorised:
      return ConnectionEnding::notAllowed;
    case mqtt::ReasonCode::quotaExceeded:
      return ConnectionEnding::limit;
    case mqtt::ReasonCode::maximumConnectTime:
      return ConnectionEnding::signInOver;
    case mqtt::ReasonCode::serverShuttingDown:
      return ConnectionEnding::stopped;
    case mqtt::ReasonCode::implementationError:
      return ConnectionEnding::trouble;
    default:
      return ConnectionEnding::protocol;
  }
}

/// What the ending does not say already, and everybody who sees the connection may know.
std::string reasonOf(const Closing& closing, api::ConnectionEnding ending) {
  using api::ConnectionEnding;
  if (!closing.detail.empty()) return std::string(utf8Prefix(closing.detail, api::Connection::kMaxReasonBytes));
  const bool isPlain = ending == ConnectionEnding::goodbye || ending == ConnectionEnding::takenOver ||
                       ending == ConnectionEnding::stopped || ending == ConnectionEnding::drained ||
                       ending == ConnectionEnding::trouble || closing.text == MqttConnection::kLost;
  return isPlain ? std::string() : std::string(utf8Prefix(closing.text, api::Connection::kMaxReasonBytes));
}

}  // namespace

api::Connection ConnectionJournal::recordOf(const MqttConnection& connection) const {
  const auto& session = *connection.session;
  api::Connection record;
  record.number = connection.figures.number;
  record.principal = session.principal.number;
  record.doorway = doorwayOf(connection.transport());
  record.level = connection.level();
  record.address = utf8Prefix(connection.address(), api::Connection::kMaxAddressBytes);
  record.clientId = utf8Prefix(session.key().clientId, api::Connection::kMaxClientIdBytes);
  record.openedAt = connection.figures.openedAt;
  return record;
}

void ConnectionJournal::opened(MqttConnection& connection) {
  connection.figures.openedAt = m_core.now();
  connection.figures.number = m_core.context.nextConnection(connection.figures.openedAt);
  add(connection, recordOf(connection));
}

void ConnectionJournal::closed(MqttConnection& connection, const Closing& closing) {
  const auto& figures = connection.figures;
  if (figures.number == 0 || connection.session == nullptr) return;
  auto record = recordOf(connection);
  record.closedAt = std::max(figures.openedAt, m_core.now());
  record.ending = endingOf(closing);
  record.reason = reasonOf(closing, record.ending);
  record.messagesIn = figures.messagesIn;
  record.messagesOut = figures.messagesOut;
  record.bytesIn = figures.bytesIn;
  record.bytesOut = figures.bytesOut;
  connection.figures.number = 0;
  add(connection, std::move(record));
}

void ConnectionJournal::add(const MqttConnection& connection, api::Connection record) {
  if (m_waiting.add(connection.session->principal.organisation(), std::move(record))) return;
  MqttTally::count(m_core.context.tally.forgottenConnections);
  m_core.warn("connections", "The storage does not keep up: how clients connect is not recorded");
}

void ConnectionJournal::count(PrincipalNumber principal, api::AttemptKind kind, std::string address) {
  const auto now = m_core.now();
  const auto key = std::pair(principal, kind);
  auto known = m_counts.find(key);
  if (known == m_counts.end()) {
    if (m_counts.size() >= kMaxCounts) return MqttTally::count(m_core.context.tally.forgottenConnections);
    known = m_counts.emplace(key, api::AttemptCount{principal, kind, 0, now, now, {}}).first;
  }
  ++known->second.count;
  known->second.lastAt = now;
  known->second.lastAddress = utf8Prefix(address, api::Connection::kMaxAddressBytes);
}

void ConnectionJournal::onTime(SteadyPoint now) {
  if (m_inFlight > 0 || now - m_sentAt < kPause) return;
  const bool isDue = m_waiting.size() >= kMaxPerCommit || (!m_waiting.empty() && now - m_sentAt >= kLongestWait);
  // That the gateway is alive is said by one for all.
  const bool hasCounts = m_refused == nullptr && (m_core.index == 0 || !m_counts.empty());
  const bool countsAreDue = hasCounts && now - m_countedAt >= kCountsEvery;
  if (!isDue && !countsAreDue && m_leftOpenUpTo == 0 && m_refused == nullptr) return;
  m_sentAt = now;
  if (countsAreDue) m_countedAt = now;
  send(take(kMaxPerCommit, countsAreDue), {});
}

std::shared_ptr<ConnectionNews> ConnectionJournal::take(std::size_t most, bool withCounts) {
  auto news = m_refused != nullptr ? std::move(m_refused) : std::make_shared<ConnectionNews>();
  news->leftOpenUpTo = std::max(news->leftOpenUpTo, std::exchange(m_leftOpenUpTo, 0));
  news->at = m_core.now();
  m_waiting.take(most, news->connections);
  if (!withCounts) return news;
  for (auto& [key, counted] : m_counts) news->attempts.push_back(std::move(counted));
  m_counts.clear();
  return news;
}

void ConnectionJournal::send(std::shared_ptr<ConnectionNews> news, std::function<void()> then) {
  const auto connections = news->connections.size() + news->attempts.size();
  auto done = m_core.answerHere([this, connections, then](const Result<void>& result) {
    finished(connections, result.has_value());
    if (then) then();
  });
  ++m_inFlight;
  if (m_core.context.parts.durableLog.appendConnections(news, std::move(done))) return;
  --m_inFlight;
  m_refused = std::move(news);
  if (then) then();
}

void ConnectionJournal::finished(std::size_t connections, bool isStored) {
  --m_inFlight;
  if (!isStored) MqttTally::count(m_core.context.tally.forgottenConnections, connections);
}

void ConnectionJournal::writeAll(std::function<void()> written) {
  send(take(std::numeric_limits<std::size_t>::max(), true), std::move(written));
}

}  // namespace carport
