#include "gateway/server/mqtt/shard_core.h"

#include "gateway/base/utf8_prefix.h"
#include "gateway/domain/command_book.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"

#include <algorithm>
#include <cstdint>

namespace carport {

namespace {

mqtt::ConnectionOptions connectionOptions(const MqttLimits& limits) {
  mqtt::ConnectionOptions options;
  options.maxPacketBytes = limits.maxPacketBytes;
  // Sessions hold themselves to their limit; the rest is room for commands, which must not wait behind messages.
  options.inFlightWindow = std::max(limits.maxInflight, limits.maxServiceInflight) + CommandBook::kMaxOpenPerCar;
  options.receiveMaximum = static_cast<std::uint16_t>(std::clamp<std::size_t>(limits.maxUnacknowledged, 1, UINT16_MAX));
  options.maxOutputBytes = limits.maxOutputBytes;
  options.connectTimeout = limits.connectTimeout;
  return options;
}

}  // namespace

MqttContext::MqttContext(MqttFrontParts theParts, MqttLimits theLimits)
    : parts(std::move(theParts)),
      limits(theLimits),
      connectionOptions(carport::connectionOptions(theLimits)),
      signIn(parts.registry, parts.secretKey, parts.passwords, parts.clock),
      retained(limits) {}

ShardCore::ShardCore(MqttContext& theContext, std::size_t theIndex)
    : context(theContext),
      index(theIndex),
      io(std::make_shared<IoThread>(
          theContext.limits.maxPosts,
          [log = theContext.parts.log](std::string_view what) {
            log.error("An internal error on an I/O thread; the thread goes on", {{"reason", what}});
          })),
      gate(theContext.parts.registry, theContext.parts.clock),
      journal({theContext.parts.durableLog, io, theContext.parts.log, theContext.fullJournals,
               [this] { scheduleTurnEnd(); }}) {}

void ShardCore::warn(const std::string& key, std::string_view message, Milliseconds quietTime) {
  const auto suppressed = m_throttle.admit(key, steadyNow(), quietTime);
  if (suppressed) writeWarning(message, *suppressed);
}

void ShardCore::writeWarning(std::string_view message, std::size_t suppressed) {
  if (suppressed == 0) {
    context.parts.log.warning(message);
  } else {
    context.parts.log.warning(message, {{"alike", suppressed}});
  }
}

void ShardCore::warnRefused(const std::string& key, const std::string& sentence, const MqttSession& session,
                            std::string action, std::string_view about) {
  const auto suppressed = m_throttle.admit(key, steadyNow());
  if (!suppressed) return;
  writeWarning(sentence, *suppressed);
  const auto& who = session.principal;
  std::string address = session.connection() ? session.connection()->address() : std::string();
  auto entry = refusalOf({who.id, std::string(who.organisation()), api::Door::mqtt, std::move(address)},
                         std::move(action), std::string(utf8Prefix(about, api::kMaxAuditTextBytes)), sentence);
  entry.count += static_cast<std::int64_t>(*suppressed);
  context.parts.control.attemptRefused(std::move(entry));
}

void ShardCore::writeLater(std::shared_ptr<MqttConnection> connection) {
  m_toWrite.push_back(std::move(connection));
  scheduleTurnEnd();
}

void ShardCore::closeLater(std::shared_ptr<MqttConnection> connection, Closing closing) {
  if (std::exchange(connection->closing, true)) return;
  m_toClose.emplace_back(std::move(connection), std::move(closing));
  scheduleTurnEnd();
}

void ShardCore::scheduleTurnEnd() {
  if (m_turnEndScheduled) return;
  m_turnEndScheduled = true;
  io->postAnswer([this] { endTurn(); });
}

void ShardCore::endTurn() {
  m_turnEndScheduled = false;
  if (onTurnEnd) onTurnEnd();
  std::vector<std::shared_ptr<MqttConnection>> toWrite;
  toWrite.swap(m_toWrite);
  for (const auto& connection : toWrite) connection->write();
  std::vector<std::pair<std::shared_ptr<MqttConnection>, Closing>> toClose;
  toClose.swap(m_toClose);
  for (const auto& [connection, closing] : toClose) connection->close(closing);
}

}  // namespace carport
