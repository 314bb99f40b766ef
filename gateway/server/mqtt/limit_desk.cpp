#include "gateway/server/mqtt/limit_desk.h"

#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace carport {

namespace {

const Closing kSentTooMuch{"it sent more than a limit allows, and could not be told otherwise",
                           mqtt::ReasonCode::quotaExceeded};

constexpr std::string_view kOverLimit = "this is more than a limit allows";

}  // namespace

LimitDesk::LimitDesk(ShardCore& core)
    : m_core(core), m_book(core.context.parts.registry.limitBook()), m_timer(core.io->context()) {}

bool LimitDesk::letIn(MqttConnection& connection, const api::Principal& who) {
  connection.limits.version = m_book.version();
  if (m_book.isEmpty()) return true;
  const auto address = connection.address();
  connection.limits.share = m_book.shareFor({&who, address}, m_core.steadyNow());
  if (!connection.limits.share) return true;
  const auto verdict = connection.limits.share->hold();
  if (verdict.kind == LimitVerdict::Kind::pass) return true;
  m_core.context.tally.refuse(ConnectionRefusal::limited);
  m_core.connections.count(who.number, api::AttemptKind::limited, address);
  m_core.warn(fmt::format("limit {} {}", verdict.limit, who.id),
              fmt::format("Refused a connection of {} from {}: limit {} allows no more", who.id, connection.peer(),
                          verdict.limit));
  connection.protocol().refuseConnect(mqtt::ReasonCode::quotaExceeded);
  connection.close({"there are more connections than a limit allows", mqtt::ReasonCode::success, true, true});
  return false;
}

void LimitDesk::renew(MqttConnection& connection, const api::Principal& who, bool hasChanged) {
  if (connection.limits.version == m_book.version() && (!hasChanged || m_book.isEmpty())) return;
  connection.limits.version = m_book.version();
  const auto address = connection.address();
  auto fresh = m_book.shareFor({&who, address}, m_core.steadyNow());
  if (fresh) fresh->holdAnyway();
  connection.limits.share = std::move(fresh);
}

std::optional<Routed> LimitDesk::admit(MqttConnection& connection, const mqtt::Publish& publish) {
  if (connection.limits.message == LimitStanding::Message::paid) return std::nullopt;
  const bool isV5 = connection.protocol().level() == mqtt::ProtocolLevel::v5;
  const bool canBeRefused = isV5 || publish.qos == mqtt::Qos::atMostOnce;
  const auto bytes = publish.topic.size() + publish.payload.size();
  const auto verdict = connection.limits.share->message(bytes, connection.limits.readAt, m_core.index, canBeRefused,
                                                        m_core.context.limits.longestLimitWait);
  switch (verdict.kind) {
    case LimitVerdict::Kind::pass:
      connection.limits.message = LimitStanding::Message::paid;
      return std::nullopt;
    case LimitVerdict::Kind::wait:
      connection.limits.message = LimitStanding::Message::paid;
      connection.limits.wait = verdict.wait;
      warn(connection, verdict);
      return Routed::later;
    case LimitVerdict::Kind::refused:
      break;
  }
  warn(connection, verdict);
  return refuse(connection, publish, verdict);
}

Routed LimitDesk::refuse(MqttConnection& connection, const mqtt::Publish& publish, const LimitVerdict& verdict) {
  if (publish.qos == mqtt::Qos::atMostOnce) return Routed::limited;
  if (connection.protocol().level() == mqtt::ProtocolLevel::v5) {
    connection.addAcknowledgement(publish.packetId, publish.qos, 0,
                                  {mqtt::ReasonCode::quotaExceeded, std::string(kOverLimit)}, false);
    return Routed::limited;
  }
  // Closed only after the longest wait: a client that comes back at once would gain by it.
  connection.limits.message = LimitStanding::Message::closes;
  connection.limits.wait = std::min<LimitBudget::Wait>(verdict.wait, m_core.context.limits.longestLimitWait);
  return Routed::later;
}

void LimitDesk::warn(MqttConnection& connection, const LimitVerdict& verdict) {
  const auto now = m_core.steadyNow();
  if (connection.limits.warnedAt && now - *connection.limits.warnedAt < kWarnPause) return;
  connection.limits.warnedAt = now;
  const auto& who = connection.session->principal.id;
  const bool isSlowed = verdict.kind == LimitVerdict::Kind::wait;
  m_core.warn(fmt::format("limit {} {}", verdict.limit, who),
              fmt::format("{} sends more than limit {} allows; it is {}", who, verdict.limit,
                          isSlowed ? "slowed" : "refused what is over"),
              kWarnPause);
}

bool LimitDesk::park(MqttConnection& connection) {
  const auto wait = std::exchange(connection.limits.wait, std::nullopt);
  if (!wait) return false;
  m_waiting.emplace(Due::clock::now() + *wait, connection.weak_from_this());
  armTimer();
  return true;
}

void LimitDesk::wakeWhereChanged() {
  if (std::exchange(m_wokenFor, m_book.version()) == m_book.version()) return;
  for (auto& [due, weak] : std::exchange(m_waiting, {})) {
    const auto connection = weak.lock();
    if (!connection) continue;
    if (connection->limits.message == LimitStanding::Message::closes)
      connection->limits.message = LimitStanding::Message::unpaid;
    wake(*connection);
  }
}

void LimitDesk::wake(MqttConnection& connection) {
  if (!connection.isOpen()) return;
  if (connection.limits.message == LimitStanding::Message::closes) return connection.close(kSentTooMuch);
  if (!connection.retryParked() && !park(connection)) onStillParked(connection);
}

void LimitDesk::wakeDue() {
  const auto now = Due::clock::now();
  while (!m_waiting.empty() && m_waiting.begin()->first <= now) {
    const auto connection = m_waiting.begin()->second.lock();
    m_waiting.erase(m_waiting.begin());
    if (connection) wake(*connection);
  }
  if (!m_waiting.empty()) armTimer();
}

void LimitDesk::armTimer() {
  if (m_timer.expiry() == m_waiting.begin()->first) return;
  m_timer.expires_at(m_waiting.begin()->first);
  m_timer.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) wakeDue();
  });
}

}  // namespace carport
